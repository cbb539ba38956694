import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of all files below a folder, as they are long; 0 where there is none. What goes away meanwhile counts nothing. */
export async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    try {
      for (const entry of await readdir(next, { withFileTypes: true })) {
        const path = join(next, entry.name);
        if (entry.isDirectory()) open.push(path);
        else if (entry.isFile()) sum += (await lstat(path)).size;
      }
    } catch {
      // It is gone, or not ours to read.
    }
  }
  return sum;
}
