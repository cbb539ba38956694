import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

import type { RecordedEvent } from "../../src/domain/events.ts";
import { noUsage } from "../../src/domain/money.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import { inFolder, median, type Figure } from "./figures.ts";

const processes = 8;
const rounds = 3;
const capMicros = 10_000;
const racerFile = join(import.meta.dirname, "..", "state", "racer.ts");

interface Race {
  readonly transactions: number;
  readonly raceMs: number;
  readonly errors: readonly string[];
  readonly probes: number;
  readonly overlaps: number;
  readonly overspendMicros: number;
}

/** Eight processes, half of them engines and half clients, at one new file: claims, appends, probes and money. */
export async function manyProcesses(): Promise<readonly Figure[]> {
  const races: Race[] = [];
  for (let n = 0; n < rounds; n += 1) races.push(await inFolder((folder) => race(join(folder, "ledger.db"))));
  const sum = (value: (one: Race) => number): number => races.reduce((total, one) => total + value(one), 0);
  const locked = sum(({ errors }) => errors.filter((error) => /locked|busy/i.test(error)).length);
  const other = sum(({ errors }) => errors.length) - locked;
  const perSecond = median(races.map(({ transactions, raceMs }) => (1_000 * transactions) / raceMs));
  return [
    {
      what: `${processes} processes on one ledger: lock errors (other errors)`,
      figure: `${locked} (${other}) at ${perSecond.toFixed(0)} claims and appends/s`,
      goal: "0",
      met: locked + other === 0,
    },
    {
      what: `half-open probes overlapping, ${processes} processes`,
      figure: `${sum(({ overlaps }) => overlaps)} of ${sum(({ probes }) => probes)}`,
      goal: "0",
      met: sum(({ overlaps }) => overlaps) === 0,
    },
    {
      what: `overspend where cost is bounded before, ${processes} processes`,
      figure: `${sum(({ overspendMicros }) => overspendMicros)} micros`,
      goal: "0",
      met: sum(({ overspendMicros }) => overspendMicros) === 0,
    },
  ];
}

async function race(path: string): Promise<Race> {
  const children = Array.from({ length: processes }, (_, n) => fork(racerFile, [path, String(n)], { execArgv: [] }));
  try {
    await Promise.all(children.map(answerOf));
    const from = performance.now();
    const first = await tell(children, "leases");
    const raceMs = performance.now() - from;
    const ledger = openLedger({ path, mode: "engine", clock: { now: () => Date.now() }, random: Math.random });
    const claims = (await ledger.log.head()) + processes * 45;
    await openBreaker(ledger);
    const second = await tell(children, "money and probes");
    const events = await ledger.log.since(0);
    ledger.close();
    return {
      transactions: claims,
      raceMs,
      errors: [...first, ...second].filter((said) => said !== "done"),
      overspendMicros: Math.max(0, mostMoneyAtOnce(events) - capMicros),
      ...probesIn(events),
    };
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

const tell = async (children: readonly ChildProcess[], round: string): Promise<readonly string[]> =>
  await Promise.all(
    children.map((child) => {
      const said = answerOf(child);
      child.send(round);
      return said;
    }),
  );

const answerOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once("message", (message) => resolve(typeof message === "string" ? message : JSON.stringify(message)));
    child.once("exit", (code) => resolve(`ended with ${code}`));
  });

const openBreaker = (ledger: OpenLedger): Promise<void> =>
  ledger.calls.end(
    { repository: "repo", run: "R1", events: [] },
    {
      reservation: null,
      cost: { micros: 0, source: "reported" },
      usage: noUsage,
      model: "opus",
      day: "other",
      breaker: { ok: false, settings: { enabled: true, failures: 1, openForMs: 0, successes: 1 }, reason: "bench" },
    },
  );

function probesIn(events: readonly RecordedEvent[]): { readonly probes: number; readonly overlaps: number } {
  let probes = 0;
  let overlaps = 0;
  const open = new Set<string>();
  for (const event of events) {
    if (event.type !== "note" || !event.data.text.startsWith("probe")) continue;
    const [, what, name = ""] = event.data.text.split(" ");
    if (what === "ends") open.delete(name);
    else {
      probes += 1;
      if (open.size > 0) overlaps += 1;
      open.add(name);
    }
  }
  return { probes, overlaps };
}

/** The most that was spent and reserved together, followed through the log. */
function mostMoneyAtOnce(events: readonly RecordedEvent[]): number {
  const live = new Map<string, number>();
  let spent = 0;
  let most = 0;
  for (const event of events) {
    if (event.type === "budget.reserved") live.set(event.data.reservation, event.data.micros);
    else if (event.type === "budget.settled" && event.data.day === "today") {
      live.delete(event.data.reservation ?? "");
      spent += event.data.cost.micros ?? 0;
    } else continue;
    most = Math.max(
      most,
      [...live.values()].reduce((total, micros) => total + micros, spent),
    );
  }
  return most;
}
