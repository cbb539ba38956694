import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

import { afterAll, afterEach, expect, test } from "vitest";

import type { RecordedEvent } from "../../src/domain/events.ts";
import { noUsage } from "../../src/domain/money.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import { event, repository, runStarted, scratchFolder } from "./sample.ts";

const folder = scratchFolder(afterAll);
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

const open = (path: string): OpenLedger =>
  openLedger({ path, mode: "engine", clock: { now: () => Date.now() }, random: Math.random });

function racer(
  path: string,
  name: string,
): { readonly ready: Promise<unknown>; readonly go: (round: string) => Promise<unknown> } {
  const child = fork(join(import.meta.dirname, "racer.ts"), [path, name], { execArgv: [] });
  children.push(child);
  const message = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`racer ${name} ended with ${code}`)));
    });
  return {
    ready: message(),
    go: (round) => {
      const answer = message();
      child.send(round);
      return answer;
    },
  };
}

const openBreaker = (ledger: OpenLedger): Promise<void> =>
  ledger.calls.end(
    { repository, run: "R1", events: [] },
    {
      reservation: null,
      cost: { micros: 0, source: "reported" },
      usage: noUsage,
      model: "opus",
      day: "other",
      breaker: { ok: false, settings: { enabled: true, failures: 1, openForMs: 0, successes: 1 }, reason: "test" },
    },
  );

const texts = (events: readonly RecordedEvent[], word: string): readonly string[] =>
  events.flatMap((one) => (one.type === "note" && one.data.text.startsWith(word) ? [one.data.text] : []));

/** Follows the money through the log: what is spent and what may still be spent together never pass the cap. */
function mostMoneyAtOnce(events: readonly RecordedEvent[]): number {
  const live = new Map<string, number>();
  let spent = 0;
  let most = 0;
  for (const one of events) {
    if (one.type === "budget.reserved") live.set(one.data.reservation, one.data.micros);
    if (one.type === "budget.settled" && one.data.day === "today") {
      live.delete(one.data.reservation ?? "");
      spent += one.data.cost.micros ?? 0;
    }
    most = Math.max(
      most,
      [...live.values()].reduce((sum, micros) => sum + micros, spent),
    );
  }
  return most;
}

test("eight processes race on one new file: each lease once, no two probes at once, no cent too much, no error", async () => {
  const path = join(folder, "race", "ledger.db");
  const racers = Array.from({ length: 8 }, (_, i) => racer(path, String(i)));
  await Promise.all(racers.map(({ ready }) => ready));
  const all = (round: string): Promise<unknown> => Promise.all(racers.map(({ go }) => go(round)));
  const done = racers.map(() => "done");
  expect(await all("leases")).toEqual(done);
  const ledger = open(path);
  await openBreaker(ledger);
  expect(await all("money and probes")).toEqual(done);
  const events = await ledger.log.since(0);
  const claims = events.filter((one) => one.type === "note" && one.data.text.startsWith("claimed"));
  expect(claims).toHaveLength(30);
  expect(new Set(claims.map(({ task }) => task)).size).toBe(30);

  const epochs = texts(events, "epoch").map((text) => Number(text.slice(6)));
  expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
  expect(
    (
      await ledger.leases.claim({
        repository,
        task: "hot",
        owner: { machine: "", boot: "", pidNamespace: "", pid: 1, startTime: "" },
        untilMs: 0,
        isDead: () => false,
      })
    )?.epoch,
  ).toBe(121);

  const probes = texts(events, "probe");
  expect(probes).toHaveLength(8 * 4 * 2);
  for (let i = 0; i < probes.length; i += 2) {
    expect(probes[i]).toBe(`probe begins ${probes[i]?.slice(-1)}`);
    expect(probes[i + 1]).toBe(`probe ends ${probes[i]?.slice(-1)}`);
  }

  const { micros, reservedMicros } = await ledger.account.spend("run:R1");
  expect(micros).toBeLessThanOrEqual(10_000);
  expect(micros).toBeGreaterThan(9_900);
  expect(reservedMicros).toBe(0);
  expect(mostMoneyAtOnce(events)).toBeLessThanOrEqual(10_000);
  expect(ledger.checkIntegrity()).toEqual([]);
  ledger.close();
});

test("a follower hears of another connection's commits, also after a pause, and no more once it stopped", async () => {
  const path = join(folder, "follow.db");
  const here = open(path);
  const there = open(path);
  let heard: () => void = () => {};
  let count = 0;
  const stop = here.log.follow(() => {
    count += 1;
    heard();
  });
  for (let i = 0; i < 3; i += 1) {
    const waiting = new Promise<void>((resolve) => (heard = resolve));
    await there.log.append({
      repository,
      run: "R1",
      events: [runStarted(), event("note", { level: "info", text: String(i) })],
    });
    await waiting;
    expect(await here.log.head()).toBe((i + 1) * 2);
  }
  expect(count).toBe(3);
  await there.leases.claim({
    repository,
    task: "A",
    owner: { machine: "", boot: "", pidNamespace: "", pid: 1, startTime: "" },
    untilMs: 0,
    isDead: () => false,
  });
  stop();
  await there.log.append({ repository, run: "R1", events: [runStarted()] });
  here.close();
  there.close();
  expect(count).toBe(3);
});
