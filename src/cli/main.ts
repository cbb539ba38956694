import { packageVersion } from "./program/package-version.ts";
import type { Program } from "./program/program.ts";

/** Runs one command. `argv` is what stands behind the program's name; the answer is the exit code. */
export async function main(argv: readonly string[], given?: Program): Promise<number> {
  if (argv[0] === "--version" && given === undefined) {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  if (given === undefined) (await import("./program/keep-compiled.ts")).keepCompiled(process.env);
  const cwd = given === undefined ? currentFolder() : given.cwd;
  if (cwd === null) {
    const { brand } = await import("../domain/brand.ts");
    process.stderr.write(`${brand.bin}: the current folder was removed; change to one that is there, and try again\n`);
    return 2;
  }
  const [{ dispatch }, program] = await Promise.all([import("./program/dispatch.ts"), given ?? realProgram(cwd)]);
  return await dispatch(argv, program);
}

function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

async function realProgram(cwd: string): Promise<Program> {
  const { thisProcess } = await import("./program/this-process.ts");
  return thisProcess(cwd);
}
