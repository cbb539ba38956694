import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { link, mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflate } from "node:zlib";

import { newObjectsFolder } from "../processes/enclose.ts";
import type { Git } from "./git.ts";
import type { RepositoryPlace } from "./checkouts.ts";
import { statOf } from "./stat-cache.ts";
import type { Worktree } from "./worktree-folder.ts";

const unpack = promisify(inflate);
const largestBytes = 1024 ** 3;

/**
 * Takes over what programs behind a wall have added to the repository's objects: they wrote it into a folder beside the
 * worktree, as they may change no object that is there. Each is taken for what it is by its content, not by its name.
 */
export async function takeNewObjects(git: Git, at: RepositoryPlace, worktree: Worktree): Promise<void> {
  const folder = join(worktree.gitDir, newObjectsFolder);
  const names = await namesOf(folder);
  if (names.length === 0) return;
  for (const name of names) {
    if (!/^[0-9a-f]{2}$/.test(name)) continue;
    for (const rest of await namesOf(join(folder, name)))
      await takeLoose(join(folder, name, rest), join(at.commonDir, "objects", name), `${name}${rest}`);
  }
  for (const name of await namesOf(join(folder, "pack"))) {
    const pack = name.endsWith(".pack") ? await contentOf(join(folder, "pack", name)) : null;
    if (pack !== null) await git(at.place, ["index-pack", "--stdin"], { input: pack, answers: [0, 128] });
  }
  await rm(folder, { recursive: true, force: true });
}

async function takeLoose(from: string, folder: string, id: string): Promise<void> {
  const kind = { 40: "sha1", 64: "sha256" }[id.length];
  const packed = kind === undefined ? null : await contentOf(from);
  if (kind === undefined || packed === null) return;
  const content = await unpack(packed, { maxOutputLength: largestBytes }).catch(() => null);
  if (content === null || createHash(kind).update(content).digest("hex") !== id) return;
  const target = join(folder, id.slice(2));
  await mkdir(folder, { recursive: true });
  const beside = join(folder, `tmp_obj_${process.pid}_${id.slice(0, 12)}`);
  try {
    await writeFile(beside, packed, { mode: 0o444, flag: "wx" });
    await link(beside, target).catch(async (error: unknown) => {
      if (statOf(target) === null) throw error;
    });
  } finally {
    await rm(beside, { force: true });
  }
}

/** Null for what is no file of its own: links lead elsewhere. */
async function contentOf(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const seen = await file.stat();
      return seen.isFile() && seen.size <= largestBytes ? await file.readFile() : null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

async function namesOf(folder: string): Promise<readonly string[]> {
  try {
    return statOf(folder)?.isDirectory() === true ? await readdir(folder) : [];
  } catch {
    return [];
  }
}
