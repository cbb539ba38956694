/** A simple command of a shell text, as far as it can be read without running it. */
export interface ShellCommand {
  /** Where it runs, from the root of the repository: "" or "packages/a"; what leads out of it begins with "..". */
  readonly folder: string;
  /** Program and arguments, without quotes. Variables stand as they were written. */
  readonly words: readonly string[];
  /** Values of variables that are set for it. */
  readonly values: readonly string[];
}

/**
 * The simple commands of a text for `sh`, in order: parted by operators and new lines, those in `$(…)` and in `sh -c` among
 * them, and `cd` followed. Whatever it does not know it takes for words; it never throws.
 */
export function shellCommands(text: string, folder: string): readonly ShellCommand[] {
  const found: ShellCommand[] = [];
  read(text, folder, 0, found);
  return found;
}

const deepest = 6;

function read(text: string, start: string, depth: number, found: ShellCommand[]): void {
  if (depth > deepest) return;
  const outer: string[] = [];
  let folder = start;
  let words: string[] = [];
  const end = (): void => {
    folder = take(words, folder, depth, found);
    words = [];
  };
  for (const token of tokensOf(text)) {
    if (token.kind === "word") words.push(token.text);
    else if (token.kind === "inner") read(token.text, folder, depth + 1, found);
    else {
      end();
      if (token.text === "(") outer.push(folder);
      else if (token.text === ")") folder = outer.pop() ?? folder;
    }
  }
  end();
}

/** Adds the command that some words are; returns the folder in which the next one runs. */
function take(words: readonly string[], folder: string, depth: number, found: ShellCommand[]): string {
  const values: string[] = [];
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const set = /^[A-Za-z_]\w*\+?=([^]*)$/.exec(word);
    if (set !== null) values.push(set[1] ?? "");
    else if (!keywords.has(word)) break;
  }
  const rest = words.slice(at);
  const [program = "", first = ""] = rest;
  if (program === "" && values.length === 0) return folder;
  if (program === "cd" || program === "pushd") return first === "" ? folder : joined(folder, first);
  found.push({ folder, words: rest, values });
  const inner = innerText(rest);
  if (inner !== null) read(inner, folder, depth + 1, found);
  return folder;
}

const keywords: ReadonlySet<string> = new Set("! { } if then elif else fi while until do done case esac in".split(" "));
const shells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "zsh", "ksh", "ash", "busybox"]);

/** Whether a word names a shell, with or without its folder. */
export const isShell = (word: string): boolean => shells.has(baseName(word));

/** The text that a shell is given as an argument, also behind programs that start another. */
function innerText(words: readonly string[]): string | null {
  const shell = words.findIndex((word) => isShell(word) || word === "eval");
  if (shell === -1) return null;
  if (words[shell] === "eval") return words.slice(shell + 1).join(" ");
  for (let at = shell + 1; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (/^-[a-z]*c$/.test(word)) return words[at + 1] ?? null;
    if (!word.startsWith("-") && word !== "sh") return null;
  }
  return null;
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** A program's bare name, without its version: "/usr/bin/python3.12" is "python"; "./manage.py" is run by one. */
export function programName(word: string): string {
  const name = baseName(word).toLowerCase();
  if (name.endsWith(".py")) return "python";
  return name.replace(/^(python|pypy|node|ruby|perl|php|lua)-?\d[\d.]*$/, "$1");
}

/** Who runs a file, as its first line says. */
export function interpretersOf(text: string): readonly string[] {
  const said = /^#!\s*(?:\S*\/env\s+(?:-S\s+)?)?(\S+)/.exec(text)?.[1];
  return said === undefined ? [] : [programName(said)];
}

/** The folder of a path; "" at the root. */
export const folderName = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** A path as it is seen from a folder, without `.` and `..` where they can be taken away. */
export function joined(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

interface Token {
  /** `inner`: the text of a `$(…)` or of what stands between backticks. */
  readonly kind: "word" | "operator" | "inner";
  readonly text: string;
}

const space = /[ \t\r]/;
const operator = /^(?:&&|\|\||;;|\|&|[;|&()\n])/;
const redirection = /^\d*(?:<<<|<<-?|>>|>\||[<>]&|<>|[<>])/;

function tokensOf(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 4);
    if (space.test(text.charAt(at))) at += 1;
    else if (rest.startsWith("\\\n")) at += 2;
    else if (text.charAt(at) === "#") at = lineEnd(text, at);
    else {
      const redirected = redirection.exec(rest);
      const parted = operator.exec(rest);
      if (redirected !== null) at += redirected[0].length;
      else if (parted !== null) {
        found.push({ kind: "operator", text: parted[0] });
        at += parted[0].length;
      } else at = readWord(text, at, found);
    }
  }
  return found;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** Reads one word with its quotes taken off; commands in it become tokens of their own. */
function readWord(text: string, start: number, found: Token[]): number {
  let word = "";
  let at = start;
  let quote = "";
  for (; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === "" && (space.test(char) || /[;|&()<>\n]/.test(char))) break;
    if (quote === "'") {
      if (char === "'") quote = "";
      else word += char;
    } else if (char === "\\") {
      at += 1;
      if (text.charAt(at) !== "\n") word += text.charAt(at);
    } else if (char === '"') quote = quote === "" ? '"' : "";
    else if (char === "'" && quote === "") quote = "'";
    else if (text.startsWith("$(", at) || char === "`") {
      const end = char === "`" ? text.indexOf("`", at + 1) : closing(text, at + 1);
      const stop = end === -1 ? text.length : end;
      found.push({ kind: "inner", text: text.slice(at + (char === "`" ? 1 : 2), stop) });
      word += "$()";
      at = stop;
    } else word += char;
  }
  found.push({ kind: "word", text: word });
  return Math.max(at, start + 1);
}

/** The parenthesis that closes the one at an index; -1: none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text.charAt(at) === "(") depth += 1;
    else if (text.charAt(at) === ")") depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
