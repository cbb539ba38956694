import { expect, test } from "vitest";

import { noUsage } from "../../../src/domain/money.ts";
import type { Admission, AttemptEnd } from "../../../src/engine/ports/calls.ts";
import { settings } from "../../policy/sample.ts";
import { attemptStarted, callStarted, event, openMemory, owner, repository, run, started } from "../../state/sample.ts";
import { callWriter } from "../call-writer.ts";

const note = (text: string) => event("note", { level: "info", text });
const admission: Admission = {
  model: "opus",
  limits: { rpm: 1, tpm: null },
  tokens: 0,
  breaker: settings().breaker,
  probeMs: 1_000,
};
const end: AttemptEnd = {
  reservation: null,
  cost: { micros: 5, source: "reported" },
  usage: noUsage,
  model: "opus",
  day: "2030-01-01",
  breaker: null,
};

async function opened() {
  let commits = 0;
  const { ledger, clock } = openMemory({ onCommit: (when) => void (commits += Number(when === "after")) });
  await started(ledger, "A");
  const writer = await callWriter(ledger, "A");
  const before = await ledger.log.head();
  commits = 0;
  const types = async (): Promise<readonly string[]> => (await ledger.log.since(before)).map(({ type }) => type);
  return { ledger, clock, writer, types, commits: () => commits };
}

test("what waits is written with what comes next, in the order in which it was told, and once", async () => {
  const { writer, types, commits, ledger } = await opened();
  await writer.appendWithNext([note("1")]);
  expect([await types(), commits()]).toEqual([[], 0]);
  await Promise.all([writer.append([note("2")]), writer.appendWithNext([note("3")]), writer.flush()]);
  await writer.flush();
  const texts = (await ledger.log.since(0, { types: ["note"] })).map((one) => one.type === "note" && one.data.text);
  expect([texts, commits()]).toEqual([["1", "2", "3"], 2]);
});

test("the end of a call is written with what was made of it, its money in between", async () => {
  const { writer, types, commits, ledger } = await opened();
  await writer.appendWithNext([note("begun")]);
  expect(await writer.begin([callStarted("A", "c1"), attemptStarted("A", "c1")], null, admission)).toBeNull();
  expect(commits()).toBe(1);
  const ended = event("attempt.session", { attempt: 1, session: "s" }, { task: "A", call: "c1" });
  await writer.endWithNext([ended], end);
  expect(await writer.isOurs()).toBe(true);
  expect(commits()).toBe(1);
  await writer.append([note("made")]);
  expect(commits()).toBe(2);
  const settled = ["attempt.session", "budget.settled", "note"];
  expect(await types()).toEqual(["note", "call.started", "attempt.started", ...settled]);
  expect(await ledger.account.spend("day:2030-01-01")).toMatchObject({ micros: 5 });
});

test("what is turned away leaves what waits where it is", async () => {
  const { writer, types } = await opened();
  const none = { ...admission, limits: { rpm: 1, tpm: null } };
  expect(await writer.begin([], null, none)).toBeNull();
  await writer.appendWithNext([note("begun")]);
  expect(await writer.begin([note("intent")], null, none)).toMatchObject({ by: "rate" });
  expect(await types()).toEqual([]);
  await writer.flush();
  expect(await types()).toEqual(["note"]);
});

test("who has lost its lease writes nothing of what waited, however often it tries", async () => {
  const { writer, types, ledger } = await opened();
  await writer.appendWithNext([note("1")]);
  const next = { repository, task: "A", owner: owner(2), untilMs: 1e9, isDead: () => true };
  expect(await ledger.leases.claim(next)).not.toBeNull();
  expect(await writer.isOurs()).toBe(false);
  for (let tries = 0; tries < 2; tries += 1) await expect(writer.flush()).rejects.toThrow("lease");
  await expect(writer.assertOurs()).rejects.toThrow("lease");
  expect(await types()).toEqual([]);
  expect(run).toBe(writer.run);
});
