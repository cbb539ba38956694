import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { assert } from "../domain/assert.ts";
import { brand } from "../domain/brand.ts";

const help = `Usage: ${brand.bin} [--version] [--help]

  -h, --help   this text
  --version    the version, alone on its line
`;

/** The version of the package this file was built or started from. */
export function packageVersion(from: string = import.meta.dirname): string {
  let folder = from;
  while (!existsSync(join(folder, "package.json"))) {
    assert(folder !== dirname(folder), `no package.json above ${from}`);
    folder = dirname(folder);
  }
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const isObject = typeof manifest === "object" && manifest !== null;
  assert(isObject && "version" in manifest && typeof manifest.version === "string", `no version in ${folder}`);
  return manifest.version;
}

/** Runs one command. `argv` is what stands behind the program's name; the answer is the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [first] = argv;
  if (first === "--version") {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  if (first === undefined || first === "--help" || first === "-h") {
    process.stdout.write(help);
    return 0;
  }
  process.stderr.write(`unknown command "${first.replace(/[^\x20-\x7e]/g, "?")}"; see ${brand.bin} --help\n`);
  return 2;
}
