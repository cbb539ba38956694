import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { isAlive } from "../../src/processes/identity.ts";
import { because, noProc } from "../skipped.ts";
import { Chance } from "../simulation/chance.ts";
import { until } from "../until.ts";
import { agentOf, begin, type Begun, engineOf, gitIn, makePlace, type Place } from "./place.ts";
import { noSmallDisk, ontoSmallDisk, type SmallPlace } from "./small-disk.ts";

/** More by hand: ROUNDS=50. */
const rounds = Number(process.env["ROUNDS"] ?? "3");
const first = Number(process.env["FROM"] ?? "1");
const mostBytes = 300 * 1024 * 1024;

interface Round {
  readonly place: Place;
  /** The same where its disk is a small one. */
  readonly small: SmallPlace | null;
  readonly run: Begun;
  readonly engine: number;
}

const worktreesOf = ({ state }: Place): readonly string[] => {
  const all = join(state, "worktrees");
  return (existsSync(all) ? readdirSync(all) : []).map((name) => join(all, name));
};
const signal =
  (name: NodeJS.Signals) =>
  ({ run }: Round) =>
    void run.child.kill(name);

/** Also while somebody writes there. */
const removeAll = (path: string): void =>
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });

const filling = "its disk is filled";

/** What happens under the engine, one or two of them a round. */
const acts: Readonly<Record<string, (round: Round) => void>> = {
  "its worktrees are removed": ({ place }) => {
    for (const path of worktreesOf(place)) removeAll(path);
  },
  "the repository is removed": ({ place }) => removeAll(place.project),
  "the state folder is removed": ({ place }) => removeAll(place.state),
  "the ledger is removed": ({ place }) => rmSync(join(place.state, "ledger.db"), { force: true }),
  "git's own folder is removed": ({ place }) => removeAll(join(place.project, ".git")),
  "it is asked to end": signal("SIGTERM"),
  "it is interrupted": signal("SIGINT"),
  "its terminal is gone": signal("SIGHUP"),
  "it is stopped by a command": ({ place }) => void begin(place, "stop", "--now"),
  "it is told to stop as soon as it can": ({ place }) => void begin(place, "stop"),
  ...(noSmallDisk === null ? { [filling]: ({ small }: Round) => small?.fill() } : {}),
};

/** The most memory that a process has had, as far as it can be seen; 0: it is gone. */
function peakBytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** A run that has merged one task and works at another, under which things happen. Returns what is wrong then. */
async function play(seed: number): Promise<readonly string[]> {
  const random = new Chance(String(seed));
  const names = Object.keys(acts);
  const chosen = [random.pick(names), random.pick(names)];
  const made = makePlace("nothing");
  const small = chosen.includes(filling) ? await ontoSmallDisk(made, ["."]) : null;
  const place = small ?? made;
  writeFileSync(join(place.folder, "go"), "");
  expect(await begin(place, "run", "tasks.yaml", "--plain", "--trust").end).toBe(0);
  const merged = gitIn(place, "rev-parse", "gandy/integration");
  rmSync(join(place.folder, "go"));
  writeFileSync(
    join(place.project, "tasks.yaml"),
    "tasks: [{id: A, goal: Write A, risk: low}, {id: B, goal: Write B, risk: low}]\n",
  );
  const run = begin(place, "run", "tasks.yaml", "--plain", "--trust");
  const working = await agentOf(place);
  const engine = await engineOf(run);
  for (const name of chosen) acts[name]?.({ place, small, run, engine });
  // Where nothing of it ends an engine, a person does, who is heard at the second time whatever happens.
  for (let n = 0; n < 2; n += 1) run.child.kill("SIGTERM");
  let peak = 0;
  let ended = false;
  void run.end.then(() => (ended = true));
  await until(`the end of the engine (seed ${seed}: ${chosen.join(", ")})`, () => {
    peak = Math.max(peak, peakBytes(engine));
    return ended;
  });
  small?.free();
  const faults = [
    ...(peak < mostBytes ? [] : [`it took ${peak} bytes`]),
    ...(isAlive(working) ? ["its agent works on"] : []),
  ];
  if (existsSync(join(place.project, ".git"))) {
    if (gitIn(place, "rev-parse", "gandy/integration") !== merged) faults.push("what was merged is gone");
    const check = existsSync(join(place.state, "ledger.db")) ? begin(place, "check") : null;
    if (check !== null && (await check.end) !== 0) faults.push(`the ledger is not whole: ${check.out()}`);
  }
  return faults.map((fault) => `seed ${seed}, ${chosen.join(" and ")}: ${fault}\n${run.out()}`);
}

test.skipIf(noProc !== null)(
  `whatever is taken away under an engine, it ends, stays small, leaves nobody at work and loses nothing that is merged${because(noProc)}${noSmallDisk === null ? "" : ` (no disk is filled: ${noSmallDisk})`}`,
  async () => {
    for (let seed = first; seed < first + rounds; seed += 1) expect(await play(seed)).toEqual([]);
  },
);
