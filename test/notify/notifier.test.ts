import { expect, onTestFinished, test } from "vitest";

import type { NoticeResult } from "../../src/actions/results/notice.ts";
import type { Question } from "../../src/domain/question.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import { failingName, lookedName, sentName, startNotifier, type Notifier } from "../../src/notify/notifier.ts";
import type { Sink } from "../../src/notify/sink.ts";
import { testNotice } from "../../src/view/json/notice-json.ts";
import type { OpenLedger } from "../../state/open-ledger.ts";
import { spec } from "../policy/sample.ts";
import { event, openMemory, repository, run, runStarted } from "../state/sample.ts";
import { until } from "../until.ts";

/** A clock that a test moves on; who waits is woken when its instant has come. */
class MovedClock implements Clock {
  ms = 1_000_000_000;
  readonly waits = new Set<{ readonly at: number; readonly wake: () => void }>();
  now(): number {
    return this.ms;
  }
  wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wait = { at: this.ms + ms, wake: resolve };
      this.waits.add(wait);
      signal?.addEventListener("abort", () => this.#end(wait), { once: true });
    });
  }
  pass(ms: number): void {
    this.ms += ms;
    for (const wait of this.waits) if (wait.at <= this.ms) this.#end(wait);
  }
  /** The next instant that somebody waits for. */
  get next(): number | null {
    return this.waits.size === 0 ? null : Math.min(...[...this.waits].map(({ at }) => at));
  }
  #end(wait: { readonly at: number; readonly wake: () => void }): void {
    this.waits.delete(wait);
    wait.wake();
  }
}

interface Scene {
  readonly ledger: OpenLedger;
  readonly clock: MovedClock;
  readonly sent: { readonly sink: string; readonly id: string }[];
  /** Sinks that take nothing now. */
  readonly dead: Set<string>;
  readonly faults: string[];
  readonly ask: (task: string) => Promise<void>;
  readonly end: () => Promise<void>;
  readonly begin: (...sinks: readonly Sink["name"][]) => Notifier;
}

async function scene(): Promise<Scene> {
  const clock = new MovedClock();
  const { ledger } = openMemory({ clock });
  onTestFinished(() => ledger.close());
  const sent: { sink: string; id: string }[] = [];
  const dead = new Set<string>();
  const faults: string[] = [];
  const write = (...events: Parameters<OpenLedger["log"]["append"]>[0]["events"]) =>
    ledger.log.append({ repository, run, events });
  const sinkOf = (name: Sink["name"]): Sink => ({
    name,
    send: ({ id }: NoticeResult) => {
      if (dead.has(name)) return Promise.resolve("HTTP 500");
      sent.push({ sink: name, id });
      return Promise.resolve(null);
    },
  });
  await write(runStarted());
  return {
    ledger,
    clock,
    sent,
    dead,
    faults,
    async ask(task) {
      const question: Question = {
        id: `q-${task}`,
        run,
        task,
        key: "g1/plan",
        kind: "plan",
        reason: "approval",
        text: "?",
        actions: ["approve"],
        returnState: "PLAN_APPROVED",
        askedAt: clock.now(),
        evidence: {},
      };
      const added = { spec: spec({ id: task }), digest: task, settingsDigest: "s", pipelineVersion: 1 };
      await write(event("task.added", added, { task }), event("question.asked", { question }, { task }));
    },
    async end() {
      await write(event("run.ended", { exitCode: 3, state: "waiting", summary: {} }));
    },
    begin: (...names) =>
      startNotifier(
        {
          ledger,
          clock,
          repository,
          fromPos: 0,
          quiet: null,
          minuteOfDay: () => 0,
          compose: (tidings) => Promise.resolve(testNotice(String(tidings.at(-1)?.pos ?? 0), clock.now(), "repo")),
          onFault: (text) => faults.push(text),
        },
        names.map(sinkOf),
      ),
  };
}

test("a question is told when it was open for a minute, not before and not twice", async () => {
  const { clock, sent, ask, begin } = await scene();
  await ask("A");
  const notifier = begin("command");
  await until("the wait for the minute", () => clock.next === clock.ms + 60_000);
  expect(sent).toEqual([]);
  clock.pass(60_000);
  await until("the notice", () => sent.length === 1);
  await notifier.stop();
  expect(sent).toHaveLength(1);
});

test("one that is answered or seen meanwhile is not told at all", async () => {
  const { ledger, clock, sent, ask, begin } = await scene();
  await ask("A");
  await ask("B");
  const notifier = begin("command");
  await until("the wait for the minute", () => clock.next === clock.ms + 60_000);
  await ledger.log.append({
    repository,
    run,
    events: [event("question.withdrawn", { question: "q-A", reason: "gone" }, { task: "A" })],
  });
  await ledger.cursors.set(lookedName(repository), { pos: await ledger.log.head(), at: clock.now() });
  clock.pass(60_000);
  await notifier.stop();
  expect(sent).toEqual([]);
});

test("the end of a run is told while it ends, together with what it leaves", async () => {
  const { sent, ask, end, begin, ledger } = await scene();
  const notifier = begin("command", "desktop");
  await ask("A");
  await end();
  await notifier.stop();
  const id = String(await ledger.log.head());
  expect(sent).toEqual([
    { sink: "command", id },
    { sink: "desktop", id },
  ]);
});

test("a dead sink holds up no other, is said once and told all when it lives again", async () => {
  const { ledger, clock, sent, dead, faults, ask, begin } = await scene();
  dead.add("webhook");
  await ask("A");
  const notifier = begin("webhook", "command");
  await until("the wait for the minute", () => clock.waits.size === 2);
  clock.pass(60_000);
  await until("the other", () => sent.length === 1);
  await until("the rest of the dead one", () => clock.next === clock.ms + 5_000);
  expect(await ledger.cursors.get(failingName(repository, "webhook"))).toMatchObject({ at: clock.ms });
  clock.pass(5_000);
  await until("a longer rest", () => clock.next === clock.ms + 15_000);
  dead.clear();
  clock.pass(15_000);
  await until("the notice", () => sent.some(({ sink }) => sink === "webhook"));
  await notifier.stop();
  expect(sent.map(({ sink }) => sink)).toEqual(["command", "webhook"]);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  expect(faults).toEqual(["notices by webhook do not come through, and are tried again: HTTP 500"]);
  expect(await ledger.cursors.get(failingName(repository, "webhook"))).toBeNull();
});

test("who dies between sending and writing it down sends one thing twice, under the same id", async () => {
  const { ledger, clock, sent, ask, end, begin } = await scene();
  await ask("A");
  await end();
  await begin("command").stop();
  const name = sentName(repository, "command");
  // As it is where the process was killed before the cursor moved.
  await ledger.cursors.set(name, { pos: 0, at: 0 });
  await begin("command").stop();
  await begin("command").stop();
  expect(sent).toHaveLength(2);
  expect(sent[0]).toEqual(sent[1]);
  expect(await ledger.cursors.get(name)).toEqual({ pos: await ledger.log.head(), at: clock.ms });
});
