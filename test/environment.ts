/**
 * Runs before every test file. What a developer's shell happens to hold must change no result, reach no account that
 * costs money and touch no repository but the scratch ones of the tests (git sets GIT_DIR inside its hooks).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, expect } from "vitest";

import { endLivingCommands } from "../src/processes/living-command.ts";
import { endLeftovers } from "./leftovers.ts";
import { diskRootVariable, rootVariable } from "./run-root.ts";

const foreign =
  /^(GIT_.*|GANDY_.*|CIRCUIT_BREAKER_.*|.*_API_KEY|FORCE_COLOR|NO_COLOR|CLICOLOR.*|LOG_LEVEL|ACCESSIBLE|USE_MOCK_MODELS)$/;

for (const name of Object.keys(process.env)) {
  if (foreign.test(name)) Reflect.deleteProperty(process.env, name);
}

/** They put a wall around programs, behind which there is nothing of the host's memory. */
const walled =
  /\/test\/(cheats\/|cli\/commands\/ask\.|processes\/escapes|scenarios\/(demo|sandbox|services)|workspace\/check-wall)/;
const root = walled.test(expect.getState().testPath ?? "") ? diskRootVariable : rootVariable;

/** Every file of tests has a folder of its own, by which what it starts is known. */
const folder = mkdtempSync(join(process.env[root] ?? "", "f"));
process.env["TMPDIR"] = folder;
// What a test that failed did not get to end would disturb the next one. Beside a test that still runs nothing is ended.
afterEach(async ({ task }) => {
  if (task.result?.state === "fail" && task.concurrent !== true) await endLeftovers(folder, () => false, 1);
});
afterAll(async () => {
  endLivingCommands();
  const left = await endLeftovers(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  expect(left, "outlived its test").toEqual([]);
});
