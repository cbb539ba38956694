/** A unified diff as typed lines. Text is as it came: it is cleaned where it is drawn. */
export type DiffLineKind = "file" | "meta" | "hunk" | "context" | "added" | "removed";

export interface DiffLine {
  readonly kind: DiffLineKind;
  /** Without the sign in the first column. */
  readonly text: string;
  /** Line numbers from 1, null where the line is not on that side. */
  readonly old: number | null;
  readonly new: number | null;
  /** Place in `files` and, from 0 over the whole diff, in `hunks`; -1 before the first. */
  readonly file: number;
  readonly hunk: number;
}

export interface DiffFile {
  readonly path: string;
  readonly status: "M" | "A" | "D" | "R" | "B";
  readonly added: number;
  readonly removed: number;
  /** Index of its first line. */
  readonly at: number;
}

export interface Diff {
  readonly lines: readonly DiffLine[];
  readonly files: readonly DiffFile[];
  /** Indexes of the hunk lines. */
  readonly hunks: readonly number[];
  readonly added: number;
  readonly removed: number;
}

const hunkHeader = /^@@+ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

interface OpenFile {
  path: string;
  status: DiffFile["status"];
  added: number;
  removed: number;
  at: number;
  /** Before and after, as git names contents. */
  ids: string;
}

/**
 * Never throws: what is no diff is context. Inside a hunk only its counted lines are content, so that a removed line "-- a" is no
 * file header.
 */
export function parseDiff(text: string): Diff {
  const reader = new DiffReader();
  const raw = text.split("\n");
  if (raw.at(-1) === "") raw.pop();
  for (const line of raw) reader.read(line);
  const { lines, files, hunks } = reader;
  const sum = (side: "added" | "removed"): number => files.reduce((total, file) => total + file[side], 0);
  return { lines, files, hunks, added: sum("added"), removed: sum("removed") };
}

class DiffReader {
  readonly lines: DiffLine[] = [];
  readonly files: OpenFile[] = [];
  readonly hunks: number[] = [];
  #old = { line: 0, left: 0 };
  #new = { line: 0, left: 0 };

  read(line: string): void {
    if (this.#old.left > 0 || this.#new.left > 0) this.#content(line);
    else this.#between(line);
  }

  #content(line: string): void {
    const rest = line.slice(1);
    const file = this.files.at(-1);
    if (line.startsWith("\\")) this.#put("meta", rest.trim(), null, null);
    else if (line.startsWith("+")) {
      this.#put("added", rest, null, step(this.#new));
      if (file !== undefined) file.added += 1;
    } else if (line.startsWith("-")) {
      this.#put("removed", rest, step(this.#old), null);
      if (file !== undefined) file.removed += 1;
    } else this.#put("context", rest, step(this.#old), step(this.#new));
  }

  #between(line: string): void {
    const hunk = hunkHeader.exec(line);
    const file = this.files.at(-1);
    if (hunk !== null) {
      this.#old = { line: Number(hunk[1]), left: Number(hunk[2] ?? 1) };
      this.#new = { line: Number(hunk[3]), left: Number(hunk[4] ?? 1) };
      this.hunks.push(this.lines.length);
      this.#put("hunk", line, null, null);
    } else if (line.startsWith("diff --git ")) {
      this.files.push({ path: gitPath(line), status: "M", added: 0, removed: 0, at: this.lines.length, ids: "" });
      this.#put("file", line, null, null);
    } else if (file === undefined) this.#put("context", line, null, null);
    else {
      const shown = line.startsWith("\\") ? line.slice(1).trim() : headerNote(line, file);
      if (shown !== null) this.#put("meta", shown, null, null);
    }
  }

  #put(kind: DiffLineKind, text: string, oldAt: number | null, newAt: number | null): void {
    this.lines.push({ kind, text, old: oldAt, new: newAt, file: this.files.length - 1, hunk: this.hunks.length - 1 });
  }
}

/** The number of this line, and on to the next. */
function step(side: { line: number; left: number }): number {
  side.line += 1;
  side.left -= 1;
  return side.line - 1;
}

/** What is no usual file, by git's mode of it. */
const kindOfMode: Readonly<Record<string, string>> = {
  "100755": "it may be run as a program",
  "120000": "a symbolic link: the line below is where it leads",
  "160000": "a submodule: only the commit it stands at is kept",
};

/** Reads a line between a file's first one and its hunks, which tells its status; what a person needs of it, or null. */
function headerNote(line: string, file: OpenFile): string | null {
  const [, key = "", rest = ""] =
    /^(new file mode|deleted file mode|new mode|rename from|rename to|copy from|index|\+\+\+|Binary files|GIT binary patch)(?: (.*))?$/s.exec(
      line,
    ) ?? [];
  switch (key) {
    case "new file mode":
      file.status = "A";
      return kindOfMode[rest] ?? null;
    case "deleted file mode":
      file.status = "D";
      return null;
    case "new mode":
      return kindOfMode[rest] ?? `it may no longer be run as a program (mode ${rest})`;
    case "rename from":
      return `renamed from ${unquoted(rest)}`;
    case "copy from":
      return `copied from ${unquoted(rest)}`;
    case "rename to":
      file.status = "R";
      file.path = unquoted(rest);
      return null;
    case "index": {
      const [ids = "", mode = ""] = rest.split(" ");
      file.ids = ids;
      return mode === "100755" ? null : (kindOfMode[mode] ?? null);
    }
    case "+++":
      // Git puts a tab behind a name with a space.
      if (rest !== "/dev/null") file.path = unquoted(rest.replace(/\t$/, "")).slice(2);
      return null;
    case "Binary files":
    case "GIT binary patch":
      file.status = "B";
      return `binary file, ${file.ids.replace("..", " -> ")}`;
    default:
      return null;
  }
}

/** From `diff --git a/x b/x`; of two names that differ, the second. */
function gitPath(line: string): string {
  const rest = line.slice("diff --git ".length);
  const half = (rest.length - 1) / 2;
  const name = unquoted(rest.slice(half + 1)).slice(2);
  if (Number.isInteger(half) && unquoted(rest.slice(0, half)).slice(2) === name) return name;
  const at = Math.max(rest.lastIndexOf(" b/"), rest.lastIndexOf(' "b/'));
  return at < 0 ? unquoted(rest) : unquoted(rest.slice(at + 1)).slice(2);
}

const escapes: Readonly<Record<string, string>> = { a: "\x07", b: "\b", t: "\t", n: "\n", v: "\v", f: "\f", r: "\r" };

/** The name itself: git puts those with odd characters between marks, with signs for the characters. */
const unquoted = (name: string): string =>
  name.length > 1 && name.startsWith('"') && name.endsWith('"')
    ? name
        .slice(1, -1)
        .replaceAll(/\\([0-7]{3}|.)/g, (_, code: string) =>
          code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
        )
    : name;

/** The first line of the hunk after (or before) the one at `from`. */
export function nextHunk(diff: Diff, from: number, direction: 1 | -1): number {
  if (direction === 1) return diff.hunks.find((at) => at > from) ?? from;
  return diff.hunks.findLast((at) => at < from) ?? diff.hunks[0] ?? from;
}

/** The first line of the file after (or before) the one at `from`. */
export function nextFile(diff: Diff, from: number, direction: 1 | -1): number {
  const here = diff.lines[from]?.file ?? -1;
  const start = diff.files[here]?.at ?? 0;
  if (direction === -1 && from > start) return start;
  return diff.files[here + direction]?.at ?? from;
}

/** Where a comment on a line belongs; null where there is no line of code. */
export function commentPlace(
  diff: Diff,
  at: number,
): { readonly file: string; readonly line: number; readonly side: "new" | "old" } | null {
  const line = diff.lines[at];
  const file = line === undefined ? undefined : diff.files[line.file];
  if (line === undefined || file === undefined) return null;
  if (line.new !== null) return { file: file.path, line: line.new, side: "new" };
  return line.old === null ? null : { file: file.path, line: line.old, side: "old" };
}
