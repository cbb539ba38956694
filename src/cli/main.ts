import { packageVersion } from "./program/package-version.ts";
import type { Program } from "./program/program.ts";

/** Runs one command. `argv` is what stands behind the program's name; the answer is the exit code. */
export async function main(argv: readonly string[], given?: Program): Promise<number> {
  if (argv[0] === "--version" && given === undefined) {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const [{ dispatch }, program] = await Promise.all([import("./program/dispatch.ts"), given ?? realProgram()]);
  return await dispatch(argv, program);
}

async function realProgram(): Promise<Program> {
  const { thisProcess } = await import("./program/this-process.ts");
  return thisProcess();
}
