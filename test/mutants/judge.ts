import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { z } from "zod";

import { runCommand } from "../../src/processes/run-command.ts";
import { planted, type Mutant } from "./mutant.ts";

export type Verdict =
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "survived" }
  /** The lines it changes are not there any more. */
  | { readonly kind: "gone" };

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** A run that takes longer does not end. */
export const longestMs = 40 * 60_000;

/**
 * Plants a fault in the copy of the tree, and runs tests until one fails: those of the nearest folder, those that import the file,
 * and unless `relatedOnly` all. A test that fails without the fault as well does not count.
 */
export async function judge(top: string, mutant: Mutant, relatedOnly: boolean): Promise<Verdict> {
  const path = join(top, mutant.file);
  const text = readFileSync(path, "utf8");
  const faulty = planted(text, mutant);
  if (faulty === null) return { kind: "gone" };
  const near = nearest(top, mutant.file);
  const stages = [
    ...(near === null ? [] : [["run", near]]),
    ["related", mutant.file],
    ...(relatedOnly ? [] : [["run"]]),
  ];
  for (const args of stages) {
    writeFileSync(path, faulty);
    const failed = await failing(top, args);
    writeFileSync(path, text);
    if (failed === null) continue;
    if (failed.file === null || (await failing(top, ["run", failed.file])) === null)
      return { kind: "killed", by: failed.what };
  }
  return { kind: "survived" };
}

/** The folder or files of tests that lie where the file does: test/policy/risk.test.ts, or test/engine/attempt. */
function nearest(top: string, file: string): string | null {
  const inTests = join("test", dirname(file).replace(/^src\//, ""));
  const own = join(inTests, `${basename(file, ".ts")}.test.ts`);
  if (existsSync(join(top, own))) return own;
  for (let folder = inTests; folder !== "test" && folder !== "."; folder = dirname(folder))
    if (existsSync(join(top, folder)) && hasTests(join(top, folder))) return `${folder}/`;
  return null;
}

const hasTests = (folder: string): boolean =>
  readdirSync(folder, { recursive: true }).some((name) => /\.test\.tsx?$/.test(String(name)));

interface Failed {
  /** Null: it was no test. */
  readonly file: string | null;
  readonly what: string;
}

/** Runs tests to the first that fails; null: none does. */
async function failing(top: string, args: readonly string[]): Promise<Failed | null> {
  const report = join(top, "report.json");
  rmSync(report, { force: true });
  const [command = "run", ...rest] = args;
  const ran = await runCommand({
    argv: [
      process.execPath,
      join(top, "node_modules/vitest/vitest.mjs"),
      command,
      ...rest,
      ...(command === "related" ? ["--run"] : []),
      "--bail=1",
      "--passWithNoTests",
      "--reporter=json",
      `--outputFile=${report}`,
    ],
    cwd: top,
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    timeoutMs: longestMs,
    keep: "ends",
  });
  if (ran.timedOut) return { file: null, what: "tests that do not end" };
  if (ran.code === 0) return null;
  if (!existsSync(report)) return { file: null, what: ran.stderr.trim().split("\n")[0] ?? "an error outside of tests" };
  const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
  const first = testResults.find(({ status }) => status === "failed");
  if (first === undefined) return { file: null, what: "an error outside of tests" };
  const file = relative(top, first.name);
  const test = first.assertionResults.find(({ status }) => status === "failed")?.fullName ?? "it does not load";
  return { file, what: `${file}: ${test}` };
}
