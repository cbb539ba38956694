import { posix } from "node:path";

/** Whether a link that a repository holds leads out of it, or into git's own folder, as it is written. */
export function isLeadingOut(path: string, target: string): boolean {
  if (posix.isAbsolute(target)) return true;
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  return end === ".." || end.startsWith("../") || /(?:^|\/)\.git(?:\/|$)/i.test(end);
}

/**
 * What stands in a link's target before it climbs again, with all above it: where one of these is a link itself, the climb begins
 * elsewhere than it is written.
 */
export function climbedFrom(path: string, target: string): readonly string[] {
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const last = Math.max(0, parts.lastIndexOf(".."));
  const names = parts.slice(0, last).flatMap((part, index) => (part === ".." ? [] : [index]));
  return names.map((index) => posix.join(posix.dirname(path), ...parts.slice(0, index + 1)));
}

/**
 * Folders that these paths may make a repository of: git run in there does what its settings say. "" is the top. Whether all of one
 * is there is for whoever knows the other files.
 */
export const bareFolders = (paths: readonly string[]): readonly string[] => [
  ...new Set(
    paths.flatMap((path) => {
      const found = /^(?:(.*)\/)?(?:HEAD|config|(?:objects|refs)\/.*)$/s.exec(path);
      return found === null ? [] : [found[1] ?? ""];
    }),
  ),
];
