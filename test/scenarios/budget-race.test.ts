import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { brand, envName } from "../../src/domain/brand.ts";
import type { RecordedEvent } from "../../src/domain/events.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import { atHand, type Hand } from "../cli/at-hand.ts";
import { at, parsed } from "../cli/played.ts";
import { until } from "../until.ts";
import { bundledMain } from "../bundle.ts";

const engines = 8;
const dayMicros = 600_000;

/** Each call costs $0.09 of the $0.10 it may; all repositories together have $0.60 a day. */
const settings = `models:
  ann: {adapter: scripted, scenario: play.yaml, billing: metered}
  bob: {adapter: scripted, scenario: play.yaml, billing: metered}
roles: {implementer: ann, code_reviewer: bob}
budget: {call_usd: 0.1, day_usd: 0.6, on_limit: stop}
`;
const tasks = "tasks: [{id: A, goal: One, risk: low}]\n";
const playing = (rules: string): string =>
  `version: 1\ndefaults: {delay: 5ms, tokens_per_s: 0}\nrules:\n${rules}  - {cost_usd: 0.09}\n`;
const hanging = playing("  - {on: {role: implementer}, cost_usd: 0.09, hang: true}\n");

function repository(scenario: string): Hand {
  return atHand({ [brand.settingsFile]: settings, "tasks.yaml": tasks, "play.yaml": scenario });
}

interface Engine {
  readonly child: ChildProcess;
  readonly end: Promise<number | null>;
}

/** An engine as a process of its own, in the home of the first repository. */
function start(hand: Hand, home: Hand): Engine {
  const env = { ...hand.env, [envName("HOME")]: join(home.home, "state") };
  const child = spawn(process.execPath, [bundledMain(), "run", "--plain", "--trust"], {
    cwd: hand.top,
    env,
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, end: new Promise((resolve) => void child.once("exit", resolve)) };
}

/** The most that was spent and reserved together, followed through the log. */
function mostMoneyAtOnce(events: readonly RecordedEvent[]): number {
  const live = new Map<string, number>();
  let [spent, most] = [0, 0];
  for (const { type, data } of events) {
    if (type === "budget.reserved") live.set(data.reservation, data.micros);
    if (type === "budget.settled") {
      live.delete(data.reservation ?? "");
      spent += data.assumedMicros ?? data.cost.micros ?? 0;
    }
    const reserved = [...live.values()].reduce((sum, micros) => sum + micros, 0);
    most = Math.max(most, spent + reserved);
  }
  return most;
}

const money = (ledger: OpenLedger): Promise<readonly RecordedEvent[]> =>
  ledger.log.since(0, { types: ["budget.reserved", "budget.settled"] });

test("eight engines race for one budget and one is killed: nothing is overspent, nothing leaks, what was cut off is shown", async () => {
  const hung = repository(hanging);
  const victim = start(hung, hung);
  const path = join(hung.home, "state", "ledger.db");
  let ledger: OpenLedger | null = null;
  const opened = (): OpenLedger => {
    ledger ??= openLedger({ path, mode: "client", clock: { now: () => Date.now() }, random: Math.random });
    return ledger;
  };
  onTestFinished(() => ledger?.close());
  await until("a call that hangs", async () => (await opened().account.running(null)).length === 1);

  const others = Array.from({ length: engines - 1 }, () => start(repository(playing("")), hung));
  await until("money is spent", async () => (await money(opened())).some(({ type }) => type === "budget.settled"));
  victim.child.kill("SIGKILL");
  await victim.end;
  const day = (await money(opened())).flatMap(({ type, data }) => (type === "budget.settled" ? data.day : [])).at(0);
  // Nobody takes what it had reserved; its next engine books that, and then it is spent.
  expect((await opened().account.spend(`day:${day}`)).reservedMicros).toBeGreaterThanOrEqual(100_000);
  hung.write("play.yaml", playing(""));
  const ends = await Promise.all([start(hung, hung), ...others].map(({ end }) => end));
  for (const code of ends) expect([0, 1]).toContain(code);

  expect(mostMoneyAtOnce(await money(opened()))).toBeLessThanOrEqual(dayMicros);
  // Five calls fit beside what was cut off; whoever asks after them waits until they are settled, and is refused.
  expect(await opened().account.spend(`day:${day}`)).toMatchObject({
    micros: 5 * 90_000 + 100_000,
    reservedMicros: 0,
    unknownCalls: 1,
  });

  const summary = await hung.say("summary");
  expect(summary.out).toContain("unsettled: 1 call cut off before the cost was told; budgets count $0.10 for it");
  expect(parsed((await hung.say("summary", "--json")).out)).toMatchObject({
    costUsd: null,
    costSource: "unsettled",
    unsettled: { calls: 1, assumedUsd: 0.1 },
  });
  expect((await hung.say("list")).out).toContain("unsettled: A; a call was cut off");
  expect(at(parsed((await hung.say("list", "--json")).out), "tasks", 0, "costSource")).toBe("unsettled");
});
