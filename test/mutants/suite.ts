import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

import { runCommand } from "../../src/processes/run-command.ts";
import { endLeftovers } from "../leftovers.ts";

/** Why a run of tests failed. */
export interface Fault {
  /** The file of tests; null: it was none. */
  readonly file: string | null;
  /** Its test or what else it was, and the first line of the cause. */
  readonly what: string;
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      /** The first error outside of its tests. */
      message: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** A run that takes longer does not end. */
const longestMs = 40 * 60_000;
/** A test that takes longer hangs, as the fault may have made it. */
const longestTestMs = 5 * 60_000;
/** Of the memory of a worker, and of what a run writes. */
const mostMegabytes = 2_048;
const lookMs = 5_000;

/**
 * The tests of a copy of the tree. All that a run writes is in `folder`, beside the copy, and is removed after it; what still
 * works in there is ended.
 */
export class Suite {
  readonly #top: string;
  readonly #folder: string;

  constructor(top: string, folder: string) {
    this.#top = top;
    this.#folder = folder;
  }

  /** Runs tests, with `bail` to the first that fails, and tells all that did; none: they pass. */
  async faults([command = "run", ...rest]: readonly string[], bail = true): Promise<readonly Fault[]> {
    const report = join(this.#folder, "report.json");
    const scratch = join(this.#folder, "t");
    rmSync(report, { force: true });
    mkdirSync(scratch, { recursive: true });
    const tooMuch = new AbortController();
    const watch = setInterval(() => {
      if (megabytesIn(scratch) > mostMegabytes) tooMuch.abort();
    }, lookMs);
    const ran = await runCommand({
      argv: [
        process.execPath,
        join(this.#top, "node_modules/vitest/vitest.mjs"),
        command,
        ...rest,
        ...(command === "related" ? ["--run"] : []),
        ...(bail ? ["--bail=1"] : []),
        "--passWithNoTests",
        `--testTimeout=${longestTestMs}`,
        `--hookTimeout=${longestTestMs}`,
        "--reporter=json",
        `--outputFile=${report}`,
        // Else it would grow in the real tree with each copy.
        `--fsModuleCachePath=${join(this.#folder, "cache")}`,
        `--execArgv=--max-old-space-size=${mostMegabytes}`,
      ],
      cwd: this.#top,
      env: {
        ...Object.fromEntries(
          Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
        ),
        TMPDIR: scratch,
      },
      timeoutMs: longestMs,
      keep: "ends",
      signal: tooMuch.signal,
    });
    clearInterval(watch);
    await endLeftovers(this.#folder, () => false, 0);
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    if (ran.timedOut) return [{ file: null, what: "tests that do not end" }];
    if (ran.aborted) return [{ file: null, what: `tests that write more than ${mostMegabytes} MB` }];
    if (ran.code === 0) return [];
    const found = existsSync(report) ? faultsIn(readFileSync(report, "utf8"), this.#top) : [];
    return found.length > 0 ? found : [{ file: null, what: `an error outside of tests: ${beginning(ran.stderr)}` }];
  }
}

/** What failed in a report. Files that were cut off as another had failed are told as failed too, with neither a failed test nor an error. */
export function faultsIn(report: string, top: string): readonly Fault[] {
  return reportSchema.parse(JSON.parse(report)).testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(top, name);
    const failed = assertionResults.find((each) => each.status === "failed");
    if (failed !== undefined)
      return [{ file, what: `${file}: ${failed.fullName}: ${beginning(failed.failureMessages[0] ?? "")}` }];
    if (status !== "failed" || message === "") return [];
    const where = assertionResults.length === 0 ? "it does not load" : "outside of its tests";
    return [{ file, what: `${file}: ${where}: ${beginning(message)}` }];
  });
}

function beginning(text: string): string {
  const lines = stripVTControlCharacters(text).split("\n");
  return lines.find((line) => /\w/.test(line))?.trim() ?? "no word why";
}

const megabytesIn = (folder: string): number =>
  Number.parseInt(spawnSync("du", ["-sm", folder], { encoding: "utf8" }).stdout, 10) || 0;
