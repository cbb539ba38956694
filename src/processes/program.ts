import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { resolve } from "node:path";

import { errorCode } from "./identity.ts";

/** Why a command could not begin. `message` says what, where and what to do. */
export interface StartFailure {
  readonly kind: "not_found" | "not_executable" | "cwd_missing" | "spawn_failed";
  readonly message: string;
}

export type FoundProgram =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly failure: StartFailure };

/** What the system cannot pass on to any program; null: nothing of that kind. */
export function unfit(argv: readonly string[], env: Readonly<Record<string, string>>): StartFailure | null {
  const argument = argv.findIndex((text) => text.includes("\0"));
  const variable = Object.entries(env).find(([name, value]) => /[\0=]|^$/.test(name) || value.includes("\0"));
  if (argument < 0 && variable === undefined) return null;
  const what = variable === undefined ? `argument ${argument}` : `the variable ${JSON.stringify(variable[0])}`;
  return {
    kind: "spawn_failed",
    message: `cannot run ${JSON.stringify(argv[0])}: ${what} holds a NUL byte or has no valid name; remove it`,
  };
}

/** What execvp searches where there is no PATH. */
const defaultPath = "/usr/bin:/bin";

/**
 * Finds what `name` would start in `cwd` with that PATH, as execvp does: a name with a slash is a path from `cwd`, any
 * other is searched. Also looks whether `cwd` is a folder.
 */
export async function findProgram(name: string, cwd: string, path = defaultPath): Promise<FoundProgram> {
  if ((await lookAt(cwd)) !== "folder") {
    return failed("cwd_missing", `cannot run ${name} in ${cwd}: there is no such folder`);
  }
  const places = name.includes("/")
    ? [name]
    : path.split(":").map((folder) => `${folder === "" ? "." : folder}/${name}`);
  let refused: string | null = null;
  for (const place of places) {
    const file = resolve(cwd, place);
    const kind = await lookAt(file);
    if (kind === "program") return { ok: true, path: file };
    if (kind !== "nothing") refused ??= file;
  }
  if (refused !== null) {
    return failed("not_executable", `cannot run ${refused}: it is not an executable file; chmod +x would make it one`);
  }
  const where = name.includes("/") ? resolve(cwd, name) : `PATH (${path})`;
  return failed(
    "not_found",
    `cannot run ${name}: there is no such program at ${where}; install it or give its full path`,
  );
}

const failed = (kind: StartFailure["kind"], message: string): FoundProgram => ({
  ok: false,
  failure: { kind, message },
});

/** The failure of a spawn that the system refused for another reason: too long arguments, too many processes. */
export const spawnFailure = (name: string, error: unknown): StartFailure => ({
  kind: "spawn_failed",
  message: `cannot run ${name}: ${error instanceof Error ? error.message : String(error)}`,
});

async function lookAt(path: string): Promise<"program" | "file" | "folder" | "nothing"> {
  try {
    if ((await stat(path)).isDirectory()) return "folder";
    await access(path, constants.X_OK);
    return "program";
  } catch (error) {
    return errorCode(error) === "EACCES" ? "file" : "nothing";
  }
}
