import { posix } from "node:path";

/** Whether a link that a repository holds leads out of it, or into git's own folder, as it is written. */
export function isLeadingOut(path: string, target: string): boolean {
  if (posix.isAbsolute(target)) return true;
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  return end === ".." || end.startsWith("../") || /^\.git(?:\/|$)/i.test(end);
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
