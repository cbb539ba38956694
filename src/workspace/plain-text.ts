import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;

/**
 * Text of a short file, read without waiting for another thread, which costs more than the look. Nobody is waited for either: of
 * a pipe, whoever put it there, only that it is no file is seen. Null: there is none. Undefined: it is no plain file, or
 * is not to be read; a link is none unless it is to be followed.
 */
export function wholeText(path: string, { follow = false } = {}): string | null | undefined {
  try {
    const file = openSync(path, O_RDONLY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW));
    try {
      return fstatSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")
      ? null
      : undefined;
  }
}
