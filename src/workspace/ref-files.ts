import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";

import { wholeText } from "./plain-text.ts";

/** Refs that all worktrees share, in names that mean nothing more to git: no `@{1}`, no `^`. */
const plainRef = /^refs\/(?!worktree\/|bisect\/|rewritten\/)(?!.*(?:\.\.|\/\/|\.lock(?:\/|$)))[\w./%-]+$/;
const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * What HEAD or a shared ref stands for, as git keeps it in files: looking there is a hundred times cheaper than a process.
 * Null: there is no such ref. Undefined: git has to be asked, since these files do not tell (links, other formats of refs).
 */
export function refInFiles(gitDir: string, name: string): string | null | undefined {
  const shared = sharedFolder(gitDir);
  if (lstatSync(join(shared, "reftable"), { throwIfNoEntry: false }) !== undefined) return undefined;
  if (name !== "HEAD") return plainRef.test(name) ? sharedRef(shared, name) : undefined;
  const head = plainText(join(gitDir, "HEAD"));
  if (typeof head !== "string") return undefined;
  if (objectId.test(head)) return head;
  const ref = /^ref: (\S+)$/.exec(head)?.[1];
  return ref !== undefined && plainRef.test(ref) ? sharedRef(shared, ref) : undefined;
}

/** The branch that HEAD is on; null: on none. Undefined: git has to be asked. */
export function branchInFiles(gitDir: string): string | null | undefined {
  const head = plainText(join(gitDir, "HEAD"));
  if (typeof head !== "string") return undefined;
  if (objectId.test(head)) return null;
  const branch = /^ref: refs\/heads\/(\S+)$/.exec(head)?.[1];
  // `.invalid` stands there where refs are kept in another format.
  if (branch === undefined || branch === ".invalid") return undefined;
  return isAlias(sharedFolder(gitDir), `refs/heads/${branch}`) ? undefined : branch;
}

/** Whether a ref stands for another one, or is a link. */
function isAlias(shared: string, ref: string): boolean {
  const text = plainText(join(shared, ref));
  return text === undefined || (text !== null && !objectId.test(text));
}

/** The shared folder of a worktree's own one; of the shared folder itself: that. */
function sharedFolder(gitDir: string): string {
  const told = plainText(join(gitDir, "commondir"));
  return typeof told === "string" ? resolve(gitDir, told) : gitDir;
}

/** In this order, as git packs refs: what is no longer loose when it is looked for is packed already. */
function sharedRef(shared: string, ref: string): string | null | undefined {
  const loose = plainText(join(shared, ref));
  if (loose === undefined) return undefined;
  if (loose !== null) return objectId.test(loose) ? loose : undefined;
  const packed = plainText(join(shared, "packed-refs"));
  if (typeof packed !== "string") return packed;
  const end = `${packed}\n`.indexOf(` ${ref}\n`);
  if (end < 0) return null;
  const id = packed.slice(packed.lastIndexOf("\n", end) + 1, end);
  return objectId.test(id) ? id : undefined;
}

/** Without the end of its last line. Null: there is none. Undefined: it is no plain file. */
export function plainText(path: string): string | null | undefined {
  const text = wholeText(path);
  return typeof text === "string" ? text.trimEnd() : text;
}
