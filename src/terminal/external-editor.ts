import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** What came of writing in the person's own editor. */
export type Edited =
  | { readonly kind: "saved"; readonly text: string }
  | { readonly kind: "failed"; readonly why: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** $VISUAL, $EDITOR, or vi: a command line, as shells take it. */
const editorOf = (env: Environment): string =>
  [env["VISUAL"], env["EDITOR"]].find((value) => value !== undefined && value.trim() !== "") ?? "vi";

/** Opens a text in the person's editor, which has the terminal until it ends. The file is private and gone afterwards. */
export async function editText(text: string, env: Environment): Promise<Edited> {
  const folder = mkdtempSync(join(tmpdir(), "edit-"));
  const file = join(folder, "text.md");
  const editor = editorOf(env);
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const ended = await runShell(`${editor} "$1"`, [file], env);
    if (ended !== null) return { kind: "failed", why: `the editor "${editor}" ${ended}` };
    return { kind: "saved", text: readFileSync(file, "utf8") };
  } catch (error) {
    return {
      kind: "failed",
      why: `the editor "${editor}" left no text: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How editors are told the line, by their names; the others as vi is. */
const atLine: readonly (readonly [RegExp, string])[] = [
  [/^(?:code|code-insiders|codium|cursor|windsurf)$/, '--goto "$1:$2"'],
  [/^(?:subl|zed|hx|helix)$/, '"$1:$2"'],
];

/** Opens a file in the person's editor, at a line, in the terminal that it has until it ends. Null: it ended well; else how. */
export async function editFile(path: string, line: number, env: Environment): Promise<string | null> {
  const editor = editorOf(env);
  const name = basename(editor.trim().split(/\s+/)[0] ?? "");
  const where = atLine.find(([names]) => names.test(name))?.[1] ?? '"+$2" "$1"';
  const ended = await runShell(`${editor} ${where}`, [path, String(line)], env);
  return ended === null ? null : `the editor "${editor}" ${ended}`;
}

/** Null: it ended well. */
function runShell(command: string, args: readonly string[], env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", command, "sh", ...args], { stdio: "inherit", env });
    child.on("error", (error) => resolve(`could not be started: ${error.message}`));
    child.on("exit", (code, signal) =>
      resolve(code === 0 ? null : signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  });
}
