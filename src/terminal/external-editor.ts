import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
    const ended = await runShell(`${editor} "$1"`, file, env);
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

/** Null: it ended well. */
function runShell(command: string, argument: string, env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", command, "sh", argument], { stdio: "inherit", env });
    child.on("error", (error) => resolve(`could not be started: ${error.message}`));
    child.on("exit", (code, signal) =>
      resolve(code === 0 ? null : signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  });
}
