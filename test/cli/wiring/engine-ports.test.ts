import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { openLedger } from "../../../state/open-ledger.ts";
import { createCallFiles } from "../../../src/cli/wiring/call-files.ts";
import { createCheckLock } from "../../../src/cli/wiring/lease-lock.ts";
import { localDay } from "../../../src/cli/wiring/local-day.ts";
import { followLog } from "../../../src/cli/running/follow-log.ts";
import { Paths } from "../../../src/cli/wiring/paths.ts";
import { envName } from "../../../src/domain/brand.ts";
import { failure } from "../../../src/domain/failure.ts";
import type { AdapterOutcome } from "../../../src/engine/ports/adapter.ts";
import type { OwnerIdentity } from "../../../src/engine/ports/leases.ts";
import { systemClock } from "../../../src/processes/clock.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ports-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const memory = (clock: { now(): number } = systemClock) =>
  openLedger({ path: ":memory:", mode: "engine", clock, random: Math.random });

test("outcomes of calls are kept whole in folders of their own", async () => {
  const files = createCallFiles(new Paths({ [envName("HOME")]: folder() }));
  const first = await files.folder("run1", "call1", 1, 0);
  const again = await files.folder("run1", "call1", 1, 2);
  expect([first.endsWith("/runs/run1/calls/call1/1"), again.endsWith("/runs/run1/calls/call1/1.r2")]).toEqual([
    true,
    true,
  ]);
  expect(statSync(first).mode & 0o777).toBe(0o700);
  expect(await files.readOutcome(first)).toBeNull();
  const outcomes: readonly AdapterOutcome[] = [
    { kind: "success", text: "done", answer: { verdict: "approve", findings: [] }, failure: null },
    {
      kind: "error",
      text: "",
      answer: null,
      failure: failure("rate_limit", "later", { reason: "plan_limit", resetAtMs: 5 }),
    },
    { kind: "max_turns", text: "…", answer: null, failure: null },
  ];
  for (const outcome of outcomes) {
    await files.writeOutcome(first, outcome);
    expect(await files.readOutcome(first)).toEqual(outcome);
  }
  expect(readdirSync(first)).toEqual(["outcome.json"]);
  expect(statSync(join(first, "outcome.json")).mode & 0o777).toBe(0o600);
  for (const text of [
    "",
    "{",
    "[]",
    '{"kind":"won","text":"","answer":null,"failure":null}',
    '{"kind":"error","text":"","answer":null,"failure":{"type":"api"}}',
  ]) {
    writeFileSync(join(first, "outcome.json"), text);
    expect(await files.readOutcome(first)).toBeNull();
  }
});

test("exclusive checks run one at a time, in this engine and among engines, and not after a stop", async () => {
  const ledger = memory({ now: () => 0 });
  onTestFinished(() => ledger.close());
  const owner = (pid: number): OwnerIdentity => ({ machine: "m", boot: "b", pidNamespace: "n", pid, startTime: "s" });
  const dead = new Set<number>();
  // A wait ends at the next turn, so that nobody looks at a real clock.
  const clock = {
    now: () => 0,
    wait: (_ms: number, signal?: AbortSignal) =>
      signal?.aborted === true ? Promise.resolve() : new Promise<void>((resolve) => setImmediate(resolve)),
  };
  const lockOf = (pid: number) =>
    createCheckLock({ leases: ledger.leases, clock, owner: owner(pid), isDead: (other) => dead.has(other.pid) });
  const [one, two] = [lockOf(1), lockOf(2)];
  const signal = new AbortController().signal;
  let inside = 0;
  let most = 0;
  const work = async (): Promise<number> => {
    inside += 1;
    most = Math.max(most, inside);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    return inside;
  };
  await Promise.all([one(work, signal), one(work, signal), two(work, signal), two(work, signal)]);
  expect(most).toBe(1);
  await expect(one(() => Promise.reject(new Error("red")), signal)).rejects.toThrow("red");
  await ledger.leases.claim({
    repository: "machine",
    task: "exclusive checks",
    owner: owner(3),
    untilMs: Number.MAX_SAFE_INTEGER,
    isDead: () => false,
  });
  await expect(one(work, AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
  dead.add(3);
  expect(await two(work, signal)).toBe(0);
});

test("a follower gets every event once and in order, to the last before it stops", async () => {
  const ledger = memory();
  onTestFinished(() => ledger.close());
  const note = (text: string) =>
    ledger.log.append({ repository: null, run: null, events: [{ type: "note", data: { level: "info", text } }] });
  await note("before");
  const seen: string[] = [];
  const following = followLog(ledger.log, await ledger.log.head(), {}, async (events) => {
    await new Promise((resolve) => setImmediate(resolve));
    for (const event of events) if (event.type === "note") seen.push(event.data.text);
  });
  for (let n = 0; n < 20; n += 1) await note(String(n));
  await following.stop();
  await note("after");
  expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));

  const failing = followLog(ledger.log, 0, {}, () => {
    throw new Error("no room");
  });
  await expect(failing.stop()).rejects.toThrow("no room");
});

test("a day is the one on the wall", () => {
  expect(localDay(new Date(2026, 0, 5, 23, 59).getTime())).toBe("2026-01-05");
});
