import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { assert } from "../../domain/assert.ts";

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
