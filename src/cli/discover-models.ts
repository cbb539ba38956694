import { accessSync, constants } from "node:fs";
import { join } from "node:path";

import type { AdapterName } from "../domain/settings.ts";
import type { Environment } from "./program.ts";

/** A model nobody configured. `yaml` is its entry as `init` would write it. */
export interface FoundModel {
  readonly name: string;
  readonly yaml: string;
  /** Where it was found. */
  readonly how: string;
}

/** Agent CLIs by the program that stands on PATH. */
const programs: readonly { readonly adapter: AdapterName; readonly program: string; readonly name: string }[] = [
  { adapter: "claude-code", program: "claude", name: "claude" },
  { adapter: "codex", program: "codex", name: "codex" },
  { adapter: "gemini", program: "gemini", name: "gemini" },
  { adapter: "opencode", program: "opencode", name: "opencode" },
];

/** What this machine offers through the adapters that work: agent CLIs on PATH. */
export function discoverModels(env: Environment, adapters: readonly AdapterName[]): readonly FoundModel[] {
  // Played from the built-in script; the program is never started.
  if (isTrue(env["USE_MOCK_MODELS"]))
    return ["mock-a", "mock-b"].map((name) => ({
      name,
      yaml: `{adapter: command, argv: ["true"], model: ${name}}`,
      how: "USE_MOCK_MODELS",
    }));
  return programs
    .filter(({ adapter, program }) => adapters.includes(adapter) && isOnPath(env, program))
    .map(({ adapter, name, program }) => ({
      name,
      yaml: `{adapter: ${adapter}, tier: large}`,
      how: `${program} on PATH`,
    }));
}

export const isTrue = (text: string | undefined): boolean =>
  text?.trim().toLowerCase() === "true" || text?.trim() === "1";

/** Whether a shell would find a program. */
export function isOnPath(env: Environment, program: string): boolean {
  return (env["PATH"] ?? "").split(":").some((folder) => {
    if (folder === "") return false;
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
