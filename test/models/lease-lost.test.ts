import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { isAlive } from "../../src/processes/identity.ts";
import { endAfterTest } from "../processes/scratch.ts";
import { text } from "./acts.ts";
import { callSpec, committed, seen } from "./call-spec.ts";
import { asCommand, commandAdapter } from "./command-subject.ts";

test("an engine that lost the task leaves its agent to the one that adopts it", async () => {
  const plain = callSpec();
  const go = join(plain.folder, "go");
  const spec = asCommand([text("one"), { act: "until", file: go }, text("two")], plain);
  const spawned = Promise.withResolvers<ProcessRecord>();
  const first = commandAdapter.start(spec, async (record) => {
    endAfterTest(record);
    spawned.resolve(record);
  });
  const heard = await seen(first, (event) => {
    if (event.type === "text") void first.cancel("lease_lost");
  });
  expect(heard.outcome.kind).toBe("cancelled");
  const record = await spawned.promise;
  expect(isAlive(record)).toBe(true);
  const second = commandAdapter.start({ ...spec, start: { kind: "adopt", process: record, session: null } }, committed);
  writeFileSync(go, "");
  const { outcome } = await seen(second);
  expect(outcome).toMatchObject({ kind: "success", text: "one\ntwo" });
});
