import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { CallSpec } from "../../engine/ports/adapter.ts";

/** Where an attempt's process finds what it is given. `schema` is "" where free text is asked for. */
export interface CallPaths {
  readonly prompt: string;
  readonly schema: string;
  readonly temporary: string;
}

export const callPaths = ({ folder, schema }: Pick<CallSpec, "folder" | "schema">): CallPaths => ({
  prompt: join(folder, "prompt.md"),
  schema: schema === null ? "" : join(folder, "schema.json"),
  temporary: join(folder, "tmp"),
});

/** Writes prompt and schema, readable by the user alone, and makes an empty folder for temporary files. */
export async function writeCallInput(spec: CallSpec, paths: CallPaths): Promise<void> {
  await rm(paths.temporary, { recursive: true, force: true });
  await mkdir(paths.temporary, { recursive: true, mode: 0o700 });
  await writeFile(paths.prompt, spec.prompt, { mode: 0o600 });
  if (spec.schema !== null) await writeFile(paths.schema, `${JSON.stringify(spec.schema, null, 2)}\n`, { mode: 0o600 });
}
