import { constants } from "node:fs";
import { open, readdir, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { CheckSettings } from "../domain/settings.ts";
import { matchesAny } from "../policy/glob.ts";
import { reportedTests } from "./junit.ts";
import { matchLines } from "./line-pattern.ts";
import { isInside } from "./worktree-folder.ts";

export interface Failures {
  /** Ids of tests, matched lines, or the name of the check. Empty: none. */
  readonly ids: readonly string[];
  /** What made the report or the pattern useless; "" when nothing did. */
  readonly fault: string;
  /** Ids of the tests that ran; null: the check has no report that says it. */
  readonly ran: readonly string[] | null;
}

const largestReport = 32 * 1024 * 1024;
const mostIds = 5_000;

/** Takes away the reports of an earlier run, which would be read as this one's. */
export async function removeReport(check: CheckSettings, tree: string): Promise<void> {
  if (check.report?.kind !== "junit") return;
  for (const path of await reportsAt(tree, check.report.path)) {
    const place = await inside(tree, path);
    if (place !== null) await rm(place, { force: true, recursive: true });
  }
}

/**
 * What failed in a check. A report that names failed tests makes a check fail whatever its exit code was: scripts hide
 * codes. A failed check whose report or pattern names nothing has failed itself.
 */
export async function failuresOf(
  check: CheckSettings,
  tree: string,
  ended: { readonly ok: boolean; readonly cutOff: boolean; readonly output: string },
): Promise<Failures> {
  const found = await named(check, tree, ended.output);
  if (ended.ok && check.report?.kind !== "junit") return { ids: [], fault: "", ran: null };
  if (ended.ok)
    return {
      ...found,
      fault: found.ids.length > 0 ? "the report names failures, though the exit code is 0" : found.fault,
      // A run that came to no report told of no test.
      ran: found.fault === "" ? found.ran : [],
    };
  if (ended.cutOff || found.ids.length === 0) return { ...found, ids: [check.name] };
  return found;
}

async function named(check: CheckSettings, tree: string, output: string): Promise<Failures> {
  const { report } = check;
  if (report === null) return { ids: [], fault: "", ran: null };
  if (report.kind === "pattern") {
    const matched = matchLines(output, report.pattern);
    return "fault" in matched
      ? { ids: [], fault: matched.fault, ran: null }
      : { ids: matched.lines.slice(0, mostIds), fault: "", ran: null };
  }
  const tests = { failed: new Set<string>(), ran: new Set<string>() };
  const paths = await reportsAt(tree, report.path);
  if (paths.length === 0) return { ids: [], fault: `no report was written to ${report.path}`, ran: null };
  for (const path of paths) {
    const text = await readReport(tree, path);
    if ("fault" in text) return { ids: [], fault: text.fault, ran: null };
    const { failed, ran } = reportedTests(text.xml);
    for (const id of failed) tests.failed.add(id);
    for (const id of ran) tests.ran.add(id);
  }
  // A list that was cut would miss tests that ran.
  return { ids: [...tests.failed].slice(0, mostIds), fault: "", ran: tests.ran.size > mostIds ? null : [...tests.ran] };
}

/** Paths that a glob names, in the order of their names; of what is no glob that path, whether it is there or not. */
async function reportsAt(tree: string, glob: string): Promise<readonly string[]> {
  const written = glob.replace(/^(?:\.\/)+/, "");
  const [from = ""] = /^(?:[^*?[{/]*\/)*/.exec(written) ?? [];
  if (!/[*?[{]/.test(written)) return [written];
  const found: string[] = [];
  const look = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(tree, folder), { withFileTypes: true }).catch(() => [])) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory() && !notLookedInto.has(entry.name)) await look(`${path}/`);
      else if (!entry.isDirectory() && matchesAny(path, [written])) found.push(path);
    }
  };
  if (from === "" || (await inside(tree, from)) !== null) await look(from);
  return found.toSorted();
}

const notLookedInto: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** The path of a report in a tree; null: its folder is not there or not in the tree. */
async function inside(tree: string, path: string): Promise<string | null> {
  const full = join(tree, path);
  const folder = await realpath(dirname(full)).catch(() => null);
  return folder !== null && isInside(tree, folder) ? join(folder, basename(full)) : null;
}

/** No link is followed and nothing but a plain file is read: the check's own code wrote it. */
async function readReport(tree: string, path: string): Promise<{ readonly xml: string } | { readonly fault: string }> {
  const place = await inside(tree, path);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = place === null ? null : await open(place, flags).catch(() => null);
  if (file === null) return { fault: `no report was written to ${path}` };
  try {
    const kind = await file.stat();
    if (!kind.isFile()) return { fault: `the report ${path} is no file` };
    if (kind.size > largestReport) return { fault: `the report ${path} is larger than 32 MiB` };
    return { xml: await file.readFile("utf8") };
  } finally {
    await file.close();
  }
}
