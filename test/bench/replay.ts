import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";

import { z } from "zod";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { CheckSettings } from "../../src/domain/settings.ts";
import { touchedInputs, type TouchedInput } from "../../src/policy/base-gate.ts";
import { protectedPaths } from "../../src/policy/risk.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { compare, type ChangedFile } from "../../src/workspace/changed-files.ts";
import { changeEntries } from "../../src/workspace/change-entries.ts";
import { commitWithPutBack, putBacks, type PutBack } from "../../src/workspace/gate-trees.ts";
import { createGit, gitList, gitLine, type Git, type Place } from "../../src/workspace/git.ts";
import { filesOfTree, readingChecks } from "../../src/workspace/led-to.ts";
import { inFolder, lineOf } from "./figures.ts";

const run = promisify(execFile);

/** The checks of this repository, each by itself: what a linter or the compiler says of old tests is no expectation. */
const checks: readonly CheckSettings[] = [
  ["types", "npm run types"],
  ["lint", "npm run lint"],
  ["test", "npx vitest run"],
].map(([name = "", command = ""]) => ({
  name,
  run: command,
  timeoutMs: 600_000,
  exclusive: false,
  flakyRetries: 0,
  report: null,
}));

const reportSchema = z.object({ testResults: z.array(z.object({ name: z.string(), status: z.string() })) });

/** Tests that take minutes; what they would say is counted as not known. */
const tooDear = /^test\/(?:kill|pty|simulation|compatibility|contract|pictures|clock|terminal|scenarios)\//;
const mostFiles = 6;
const timeoutMs = 5 * 60_000;

type Verdict = "untouched" | "green" | "asks" | "protected" | "not known";

/** What can be said of a commit without running anything; else which old tests have to run, and in which commit. */
interface Looked {
  readonly commit: string;
  readonly touchesOld: boolean;
  readonly verdict: Verdict | null;
  readonly why: string;
  readonly gate: string;
  readonly tests: readonly string[];
}

interface Site {
  readonly git: Git;
  readonly place: Place;
  readonly history: string;
  readonly modules: string;
}

/**
 * Plays the last source commits of a repository as if tasks had made them, and prints which would ask and why. A stand-in
 * for the gate of the base: only those tests of the base run in it that the change touches or whose help it touches, and
 * with `--runs` only for some of the commits, evenly spread. Red in the change's own gate too here: not known.
 */
export async function replay(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      commits: { type: "string", default: "100" },
      history: { type: "string", default: "." },
      runs: { type: "string", default: "1000" },
    },
  });
  const history = resolve(values.history);
  const git = createGit({ environment: process.env, clock: systemClock, note: () => undefined });
  const site: Site = { git, place: { cwd: history }, history, modules: join(process.cwd(), "node_modules") };
  const sources = ["src", "state", "components"];
  const log = ["log", "--no-merges", "--format=%H", `-${values.commits}`, "--", ...sources];
  const looked: Looked[] = [];
  for (const commit of (await gitLine(git, site.place, log)).split("\n")) looked.push(await look(site, commit));
  const toRun = looked.filter(({ verdict }) => verdict === null);
  const step = Math.max(1, toRun.length / Number(values.runs));
  const chosen = new Set(toRun.filter((_one, index) => Math.floor(index / step) !== Math.floor((index - 1) / step)));
  const counts = new Map<Verdict, number>();
  for (const one of looked) {
    const { verdict, why } = await settle(site, one, chosen.has(one));
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    const subject = await gitLine(git, site.place, ["log", "-1", "--format=%s", one.commit]);
    console.log(`${one.commit.slice(0, 8)} ${verdict.padEnd(10)} ${subject.slice(0, 60).padEnd(60)} ${why}`);
  }
  const of = (verdict: Verdict): number => counts.get(verdict) ?? 0;
  const all = looked.length;
  const say = (what: string, count: number, goal = "", met: boolean | null = null): void =>
    console.log(lineOf({ what, figure: `${count} of ${all}`, goal, met }));
  say("commits that touch existing tests (each asked before)", looked.filter(({ touchesOld }) => touchesOld).length);
  say("touch no input of the gate", of("untouched"));
  say("green by the gate of the base: no question", of("green"));
  say("too dear to run here, red by their own too, or not chosen: not known", of("not known"));
  const asking = of("asks") + of("protected");
  const known = all - of("not known");
  console.log(
    lineOf({
      what: "would ask, of those that are known (old versions of touched tests)",
      figure: `${asking} of ${known}, ${((100 * asking) / known).toFixed(0)} %`,
      goal: "10 % at most",
      met: asking <= known / 10,
    }),
  );
}

async function look(site: Site, commit: string): Promise<Looked> {
  const { git, place } = site;
  const base = await gitLine(git, place, ["rev-parse", `${commit}^1`]);
  const { files } = await compare(git, place, base, commit);
  const touchesOld = files.some((file) => file.path.startsWith("test/") && file.state !== "added");
  const settled = (verdict: Verdict, why: string): Looked => ({
    commit,
    touchesOld,
    verdict,
    why,
    gate: "",
    tests: [],
  });
  const seen = protectedPaths(files, defaultSettings.protected);
  if (seen.length > 0) return settled("protected", seen.slice(0, 3).join(", "));
  const reading = await readingChecks(checks, await filesOfTree(git, place, base));
  const entries = await changeEntries(git, place, base, commit);
  const touched = touchedInputs(entries, reading, { globs: [], paths: [], contents: [] });
  const back = await putBacks(git, place, { base, commit }, touched);
  if (back.length === 0) return settled("untouched", "");
  const tests = await oldTests(site, base, back, files);
  if (tests.length === 0) return settled("green", "no test of the base is touched");
  const gate = await commitWithPutBack(git, place, { base, commit }, back);
  return { commit, touchesOld, verdict: null, why: "", gate, tests };
}

async function settle(
  site: Site,
  { commit, verdict, why, gate, tests }: Looked,
  chosen: boolean,
): Promise<{ readonly verdict: Verdict; readonly why: string }> {
  if (verdict !== null) return { verdict, why };
  if (!chosen) return { verdict: "not known", why: "not chosen" };
  const cheap = tests.filter((path) => !tooDear.test(path)).slice(0, mostFiles);
  const red = cheap.length === 0 ? [] : await redOf(site, gate, cheap);
  const redAnyhow = red.length === 0 ? [] : await redOf(site, commit, red);
  const asks = red.filter((path) => !redAnyhow.includes(path));
  if (asks.length > 0) return { verdict: "asks", why: `red: ${asks.slice(0, 3).join(", ")}` };
  if (cheap.length < tests.length || red.length > 0)
    return { verdict: "not known", why: `${tests.length - cheap.length + red.length} of ${tests.length} files` };
  return { verdict: "green", why: `${cheap.length} old files of tests` };
}

/** Files of tests of the base that are put back, and those that use help which is put back. */
async function oldTests(
  { git, place }: Site,
  base: string,
  back: readonly PutBack<TouchedInput>[],
  files: readonly ChangedFile[],
): Promise<readonly string[]> {
  const isSuite = (path: string): boolean => /\.test\.tsx?$/.test(path);
  const old = back.filter(({ file }) => file !== null).map(({ entry }) => entry.path);
  const found = new Set(old.filter(isSuite));
  const renamedAsIs = new Set(
    files.flatMap(({ from, insertions, deletions }) =>
      from !== undefined && insertions + deletions === 0 ? [from] : [],
    ),
  );
  for (const path of renamedAsIs) found.delete(path);
  for (const helper of old.filter((path) => path.startsWith("test/") && /\.tsx?$/.test(path) && !isSuite(path))) {
    const name = helper.slice(helper.lastIndexOf("/") + 1);
    const args = ["grep", "--name-only", "-z", "-F", "-e", `/${name}"`, base, "--", dirname(helper)];
    for (const line of await gitList(git, place, args, { answers: [0, 1] })) {
      const path = line.slice(line.indexOf(":") + 1);
      if (isSuite(path)) found.add(path);
    }
  }
  return [...found].toSorted();
}

/** Those of some files of tests that fail in a commit. */
async function redOf(site: Site, commit: string, tests: readonly string[]): Promise<readonly string[]> {
  return inFolder(async (folder) => {
    const tree = join(folder, "tree");
    mkdirSync(tree);
    const into = 'git -C "$1" archive "$2" | tar -x -C "$3"';
    await run("sh", ["-c", into, "sh", site.history, commit, tree]);
    rmSync(join(tree, "node_modules"), { recursive: true, force: true });
    symlinkSync(site.modules, join(tree, "node_modules"));
    const there = tests.filter((path) => existsSync(join(tree, path)));
    const report = join(folder, "report.json");
    const argv = ["run", "--reporter=json", `--outputFile=${report}`, ...there];
    const options = { cwd: tree, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, CI: "1" } };
    const isGreen = await run(join(site.modules, ".bin", "vitest"), argv, options).then(
      () => true,
      () => false,
    );
    if (isGreen) return [];
    if (!existsSync(report)) return ["no report"];
    const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
    const red = testResults.filter(({ status }) => status !== "passed").map(({ name }) => name.slice(tree.length + 1));
    return red.length > 0 ? red : ["the run"];
  });
}
