import { basename, extname } from "node:path";

/** Why a file is not searched. */
const reasons = [
  "link",
  "large",
  "lock file",
  "minified",
  "binary",
  "backlog",
  "not fetched",
  "too many files",
] as const;
export type LeftOut = (typeof reasons)[number];

export const isLeftOut = (word: unknown): word is LeftOut => reasons.some((reason) => reason === word);

export const largestIndexedBytes = 512 * 1024;
/** Of one commit. */
export const mostIndexedFiles = 60_000;

const lockFile =
  /(?:^|[-.])lock(?:file)?\.(?:json|ya?ml|toml|hcl)$|\.lockb?$|^(?:go\.sum|npm-shrinkwrap\.json|pnpm-lock\.yaml|\.pnp\.[cm]?js)$/i;
const minified = /[.-]min\.(?:js|css|html)$|\.(?:map|snap)$|\.bundle\.js$/i;
const binary: ReadonlySet<string> = new Set(
  `.7z .a .avi .avif .bin .bmp .br .bz2 .class .db .dll .dylib .eot .exe .gif .gz .heic .ico .jar .jpeg .jpg .lib .mov .mp3 .mp4 .o .obj .ogg
  .otf .parquet .pdf .png .pyc .rar .so .sqlite .tar .tgz .tif .tiff .ttf .wasm .wav .webm .webp .woff .woff2 .xz .zip .zst`.split(
    /\s+/,
  ),
);
const longestLineBytes = 2_000;

/** Why a file is left out by its name and size alone; null: its content decides. */
export function leftOutByName(file: {
  readonly path: string;
  readonly mode: string;
  readonly bytes: number;
}): LeftOut | null {
  const name = basename(file.path);
  if (!file.mode.startsWith("100")) return "link";
  if (lockFile.test(name)) return "lock file";
  if (minified.test(name)) return "minified";
  if (binary.has(extname(name).toLowerCase())) return "binary";
  return file.bytes > largestIndexedBytes ? "large" : null;
}

/**
 * Why a file is left out by what it holds; null: it is searched. Lines of no human length were written by a program, and a backlog
 * has the words of each of its tasks, however it is called.
 */
export function leftOutByContent(path: string, text: string): LeftOut | null {
  if (/\.ya?ml$/i.test(path) && /^tasks:/m.test(text) && /\bgoal:/.test(text)) return "backlog";
  if (text.slice(0, 8_000).includes("\0")) return "binary";
  if (text.length > largestIndexedBytes) return "large";
  const lines = text.split("\n", 10_000).length;
  return text.length > 20_000 && text.length / lines > longestLineBytes ? "minified" : null;
}
