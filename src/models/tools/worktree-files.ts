import { constants } from "node:fs";
import { lstat, mkdir, open, rename, rm, unlink, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { checkStill, shown, type WritePlace } from "./worktree-paths.ts";
import { ToolRefusal } from "./worktree-tool.ts";

/** What a file that is read or changed may hold at most. */
const largestRead = 10 * 1024 * 1024;
export const largestWrite = 1024 * 1024;

/** The text of a file at a real path. Refuses what is no text: no byte is lost between reading and writing. */
export async function readText(real: string, path: string): Promise<string> {
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const kind = await file.stat();
    if (kind.isDirectory()) throw new ToolRefusal(`${shown(path)} is a folder; list shows what is in it`);
    if (!kind.isFile()) throw new ToolRefusal(`${shown(path)} is no plain file`);
    if (kind.size > largestRead)
      throw new ToolRefusal(`${shown(path)} has ${kind.size} bytes, more than can be read; search finds lines in it`);
    await checkSame(file, real);
    return decode(await file.readFile(), path);
  } finally {
    await file.close();
  }
}

/** No folder on the way was changed for a link between the look at the path and the opening. */
async function checkSame(file: FileHandle, real: string): Promise<void> {
  await checkStill(real);
  const [opened, there] = await Promise.all([file.stat(), lstat(real)]);
  if (opened.ino !== there.ino || opened.dev !== there.dev)
    throw new ToolRefusal("the file was changed meanwhile; read it again");
}

function decode(bytes: Buffer, path: string): string {
  if (bytes.includes(0)) throw new ToolRefusal(`${shown(path)} is binary (${bytes.length} bytes)`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ToolRefusal(`${shown(path)} is no UTF-8 text (${bytes.length} bytes)`);
  }
}

/** Refuses to write to, or take away, what is no plain file. `verb`: "write" or "delete". */
export function checkPlain({ old }: WritePlace, path: string): void {
  if (old === null || old.isFile()) return;
  if (old.isDirectory()) throw new ToolRefusal(`${shown(path)} is a folder`);
  if (old.isSymbolicLink()) throw new ToolRefusal(`${shown(path)} is a link; name the file it leads to`);
  throw new ToolRefusal(`${shown(path)} is no plain file`);
}

/** How a file of the worktree comes to its new text: whole or not at all, with the mode it had. */
export async function writeText(place: WritePlace, text: string, executable: boolean | undefined): Promise<void> {
  const folder = await makeFolders(place);
  const target = join(folder, place.name);
  const half = join(folder, `.${process.pid}-${writes}.half`);
  writes += 1;
  try {
    const file = await open(
      half,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o666,
    );
    try {
      await file.writeFile(text, "utf8");
      const mode = (place.old ?? (await file.stat())).mode & 0o777;
      await file.chmod(executable === undefined ? mode : executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111);
    } finally {
      await file.close();
    }
    await checkStill(folder);
    await rename(half, target);
  } finally {
    await rm(half, { force: true });
  }
}

let writes = 0;

/** Takes a file, or a link itself, away. */
export async function deleteFile(place: WritePlace): Promise<void> {
  await checkStill(place.folder);
  await unlink(join(place.folder, place.name));
}

async function makeFolders(place: WritePlace): Promise<string> {
  let { folder } = place;
  for (const part of place.missing) {
    await checkStill(folder);
    folder = join(folder, part);
    await mkdir(folder);
  }
  return folder;
}
