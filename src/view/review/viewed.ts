import { memoizeLast } from "../text/memoize-last.ts";
import type { Diff } from "./diff-lines.ts";

/** Which files of a diff a person has looked at. A file that has changed since counts as not looked at. */

const digests = new WeakMap<Diff, Map<number, string>>();

/** What a file's change is, in a few letters: what was removed and added, wherever it stands. */
export function fileDigest(diff: Diff, index: number): string {
  const known = digests.get(diff) ?? new Map<number, string>();
  digests.set(diff, known);
  const before = known.get(index);
  if (before !== undefined) return before;
  let hash = 0x811c9dc5;
  let length = 0;
  for (let at = diff.files[index]?.at ?? diff.lines.length; diff.lines[at]?.file === index; at += 1) {
    const line = diff.lines[at];
    if (line === undefined || line.kind === "context" || line.kind === "hunk") continue;
    const text = `${line.kind} ${line.text}\n`;
    length += text.length;
    for (let unit = 0; unit < text.length; unit += 1) hash = Math.imul(hash ^ text.charCodeAt(unit), 0x01000193);
  }
  const digest = `${(hash >>> 0).toString(16)}-${length}`;
  known.set(index, digest);
  return digest;
}

const nothing: ReadonlySet<number> = new Set();

export const viewedFiles = memoizeLast(
  (diff: Diff, viewed: Readonly<Record<string, string>> | undefined): ReadonlySet<number> =>
    viewed === undefined
      ? nothing
      : new Set(
          diff.files.flatMap(({ path }, index) =>
            Object.hasOwn(viewed, path) && viewed[path] === fileDigest(diff, index) ? [index] : [],
          ),
        ),
);

/** With another file looked at, or no more. */
export function toggledView(
  diff: Diff,
  index: number,
  viewed: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const path = diff.files[index]?.path;
  if (path === undefined) return viewed;
  const { [path]: before, ...others } = viewed;
  const digest = fileDigest(diff, index);
  return before === digest ? others : { ...others, [path]: digest };
}
