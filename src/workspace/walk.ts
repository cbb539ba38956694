import { readdir } from "node:fs/promises";
import { join } from "node:path";

export interface Walked {
  /** Folders without an entry. */
  readonly empty: readonly string[];
  /** What is neither a file nor a folder nor a link. */
  readonly odd: readonly string[];
  /** What is called as a repository's own folder is, below the top. */
  readonly repositories: readonly string[];
}

/** So many folders are looked at here; for more another program is cheaper. */
const mostFolders = 300;

/** Looks at all that lies in a folder, but for what belongs to git; null: that is too much, or not to be read. */
export async function walk(top: string): Promise<Walked | null> {
  const empty: string[] = [];
  const odd: string[] = [];
  const repositories: string[] = [];
  const folders = [top];
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
    if (entries === null || folders.length > mostFolders) return null;
    if (entries.length === 0) empty.push(folder);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.name === ".git" && folder !== top) repositories.push(path);
      else if (entry.isDirectory() && entry.name !== ".git") folders.push(path);
      else if (!entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink()) odd.push(path);
    }
  }
  return { empty, odd, repositories };
}
