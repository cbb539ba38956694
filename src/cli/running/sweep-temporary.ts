import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { brand } from "../../domain/brand.ts";

/** No check and no index lives that long. */
const oldMs = 24 * 3_600_000;

/**
 * Removes what killed engines left among the temporary files: folders of ours that nobody has touched for a day. What
 * cannot be removed stays for another time. Returns how many are gone.
 */
export async function sweepTemporary(nowMs: number, folder = tmpdir()): Promise<number> {
  const ours = new RegExp(`^${brand.bin}-(?:index-|version-)?[A-Za-z0-9]{6}$`);
  let gone = 0;
  for (const name of await namesIn(folder)) {
    if (!ours.test(name)) continue;
    const path = join(folder, name);
    try {
      const { mtimeMs, uid } = await lstat(path);
      if (nowMs - mtimeMs < oldMs || (process.getuid !== undefined && uid !== process.getuid())) continue;
      await rm(path, { recursive: true, force: true });
      gone += 1;
    } catch {
      // Another engine was faster, or it is not to be removed.
    }
  }
  return gone;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
