import { constants } from "node:fs";
import { open, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { CheckSettings } from "../domain/settings.ts";
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

/** Takes away the report of an earlier run, which would be read as this one's. */
export async function removeReport(check: CheckSettings, tree: string): Promise<void> {
  if (check.report?.kind !== "junit") return;
  const path = await inside(tree, check.report.path);
  if (path !== null) await rm(path, { force: true, recursive: true });
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
      fault: found.ids.length > 0 ? "the report names failures, though the exit code is 0" : "",
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
  const text = await readReport(tree, report.path);
  if ("fault" in text) return { ids: [], fault: text.fault, ran: null };
  const { failed, ran } = reportedTests(text.xml);
  // A list that was cut would miss tests that ran.
  return { ids: failed.slice(0, mostIds), fault: "", ran: ran.length > mostIds ? null : ran };
}

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
