import { expect, test } from "vitest";

import type { SaidSince } from "../../src/domain/transcript.ts";
import { CallOutputs } from "../../src/screen/call-outputs.ts";
import { LedgerReads, SettingsByDigest } from "../../src/screen/ledger-reads.ts";
import { attempt, call, noon, task } from "../view/fixtures.ts";
import { FakeLedger } from "./fake-ledger.ts";
import { SlowClock } from "./slow-clock.ts";

const since = (text: string, next: number, anew = false): SaidSince => ({
  said: [{ at: noon, kind: "text", text }],
  next,
  anew,
  skipped: false,
});

test("what a call says is there once, also when its engine is killed and another one is told all of it again", async () => {
  const clock = new SlowClock(noon);
  const ledger = new FakeLedger(clock);
  const asked: number[] = [];
  const answers = [since("one", 10), since("one, two", 40, true), since("one, two", 60)];
  const outputs = new CallOutputs((_, from) => {
    asked.push(from);
    return Promise.resolve(answers.shift() ?? { said: [], next: from, anew: false, skipped: false });
  }, clock);
  const tries = [attempt("c1", "opus")];
  ledger.details.set("A", {
    task: task("A", "Do it"),
    steps: [],
    findings: [],
    checks: [],
    snapshots: [],
    question: null,
    request: null,
    plan: null,
    calls: [{ ...call("c1", "A", { state: "running", outcome: null }), tries }],
  });
  const reads = new LedgerReads(
    ledger,
    "repo",
    new SettingsByDigest(),
    () => Promise.resolve(null),
    () => clock.now(),
  );
  const first = await outputs.load("c1@A", outputs.empty, reads);
  expect(first.entries.map(({ text }) => text)).toEqual(["one"]);
  outputs.changed("A");
  const second = await outputs.load("c1@A", first, reads);
  expect(second.entries.map(({ text }) => text)).toEqual(["one, two"]);
  expect(asked).toEqual([0, 10, 0]);
});
