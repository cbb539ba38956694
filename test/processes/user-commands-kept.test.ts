import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Footprints } from "../../src/engine/ports/footprints.ts";
import { runUserCommand } from "../../src/processes/user-command.ts";
import { scratchFolder } from "./scratch.ts";

/** A check that leaves a file, with a keeper that takes its time. */
function check(began: (isRunning: () => boolean) => Promise<void>) {
  const cwd = scratchFolder();
  const made = join(cwd, "made");
  const keeper: Footprints = { began: () => began(() => existsSync(made)), ended: () => Promise.resolve() };
  return runUserCommand({
    command: "cat && touch made",
    cwd,
    env: { pass: [], set: {} },
    parent: process.env,
    own: {},
    timeoutMs: 60_000,
    footprint: { kind: "check", task: "A", keeper },
  }).then(({ ok, output }) => ({ ok, output, made: existsSync(made) }));
}

test("a check runs nothing before it is kept which process it is, and gets no input", async () => {
  const turn = Promise.withResolvers<void>();
  const seen: boolean[] = [];
  const running = check(async (isRunning) => {
    setImmediate(() => setImmediate(() => turn.resolve()));
    await turn.promise;
    seen.push(isRunning());
  });
  expect(await running).toEqual({ ok: true, output: "", made: true });
  expect(seen).toEqual([false]);
});

test("it runs all the same where that cannot be kept", async () => {
  expect(await check(() => Promise.reject(new Error("the ledger is locked")))).toMatchObject({ ok: true, made: true });
});
