import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const into = "FILES_READ_INTO";

/** Runs before the program, in its process: keeps the address of each file that is loaded as code, by import or by require. */
const hook = `
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
const into = process.env.${into};
delete process.env.${into};
const files = new Set();
registerHooks({
  load(url, context, next) {
    if (url.startsWith("file:")) files.add(url);
    return next(url, context);
  },
});
process.on("exit", () => writeFileSync(into, JSON.stringify([...files])));
`;

/** The files of code that the compiled program has loaded when a command has ended: a count without noise. Rejects where it fails. */
export async function filesRead(
  main: string,
  argv: readonly string[],
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "files-read-"));
  try {
    const told = join(folder, "files.json");
    const child = spawn(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, main, ...argv],
      { cwd: place.cwd, env: { ...place.env, [into]: told }, stdio: ["ignore", "ignore", "pipe"] },
    );
    const said: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${String(code)}: ${Buffer.concat(said).toString()}`);
    const files: unknown = JSON.parse(readFileSync(told, "utf8"));
    return Array.isArray(files) ? files.filter((file) => typeof file === "string") : [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
