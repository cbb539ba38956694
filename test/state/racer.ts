import process from "node:process";
import { setTimeout as rest } from "node:timers/promises";

import { LeaseLost } from "../../src/domain/lease-lost.ts";
import { noUsage } from "../../src/domain/money.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";

/** One of several processes that race for everything a ledger shares. Says "ready", runs the round it is told, answers "done" or its error. */
const [path = "", name = "0"] = process.argv.slice(2);
const repository = "repo";
const clock = { now: () => Date.now() };
const owner = { machine: "m", boot: "b", pidNamespace: "n", pid: process.pid, startTime: name };
const pause = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function raceForTasks(ledger: OpenLedger): Promise<void> {
  for (let i = 0; i < 30; i += 1) {
    const task = `T${i}`;
    const fence = await ledger.leases.claim({
      repository,
      task,
      owner,
      untilMs: clock.now() + 3_600_000,
      isDead: () => false,
    });
    if (fence === null) continue;
    await ledger.log.append({
      repository,
      run: "R1",
      fence,
      events: [{ type: "note", task, data: { level: "info", text: `claimed by ${name}` } }],
    });
  }
}

/** Claims are over as soon as they are made, so that every process takes the task from every other. */
async function raceForOneTask(ledger: OpenLedger): Promise<void> {
  for (let i = 0; i < 15; i += 1) {
    const fence = await ledger.leases.claim({ repository, task: "hot", owner, untilMs: 0, isDead: () => false });
    if (fence === null) throw new Error("a lease that is over was not given");
    await pause();
    try {
      const text = `epoch ${fence.epoch}`;
      await ledger.log.append({
        repository,
        run: "R1",
        fence,
        events: [{ type: "note", task: "hot", data: { level: "info", text } }],
      });
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
    }
  }
}

async function raceForProbes(ledger: OpenLedger): Promise<void> {
  const settings = { enabled: true, failures: 1, openForMs: 0, successes: 1_000 };
  const say = (text: string) =>
    ledger.log.append({
      repository,
      run: "R1",
      events: [{ type: "note", data: { level: "info", text: `probe ${text} ${name}` } }],
    });
  // One that fails holds its probe, and the others must come to an end as well.
  for (let probes = 0, tries = 0; probes < 4 && tries < 2_000; tries += 1) {
    const turnedAway = await ledger.calls.begin({ repository, run: "R1", events: [] }, null, {
      model: "opus",
      limits: { rpm: null, tpm: null },
      tokens: 0,
      breaker: settings,
      probeMs: 3_600_000,
    });
    if (turnedAway !== null) {
      // Whoever asks without a rest lets nobody else write: SQLite's lock has no queue.
      await rest(2);
      continue;
    }
    await say("begins");
    await pause();
    await say("ends");
    await ledger.calls.end(
      { repository, run: "R1", events: [] },
      {
        reservation: null,
        cost: { micros: 0, source: "reported" },
        usage: noUsage,
        model: "opus",
        day: "other",
        breaker: { ok: true, settings, reason: "test" },
      },
    );
    probes += 1;
  }
}

async function raceForMoney(ledger: OpenLedger): Promise<void> {
  for (let i = 0; ; i += 1) {
    const id = `${name}-${i}`;
    const wanted = {
      id,
      model: "opus",
      micros: 100,
      caps: { taskMicros: null, runMicros: 10_000, dayMicros: null },
      day: "today",
    };
    const refusal = await ledger.calls.begin({ repository, run: "R1", events: [] }, wanted);
    if (refusal?.by === "spend") return;
    await pause();
    if (refusal !== null) continue;
    const cost = { micros: 40 + ((i * 7) % 61), source: "reported" } as const;
    await ledger.calls.end(
      { repository, run: "R1", events: [] },
      { reservation: id, cost, usage: noUsage, model: "opus", day: "today", breaker: null },
    );
  }
}

async function answer(work: () => Promise<void>): Promise<void> {
  const said = await work().then(
    () => "done",
    (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  process.send?.(said);
}

let opened: OpenLedger | null = null;

async function races(round: unknown): Promise<void> {
  opened ??= openLedger({ path, mode: Number(name) % 2 === 0 ? "engine" : "client", clock, random: Math.random });
  if (round === "leases") {
    await raceForTasks(opened);
    await raceForOneTask(opened);
  } else {
    await raceForProbes(opened);
    await raceForMoney(opened);
    opened.close();
  }
}

process.on("message", (round) => void answer(() => races(round)));
process.send?.("ready");
