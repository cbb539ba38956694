import { cpus } from "node:os";

import { calls } from "./calls.ts";
import { context } from "./context.ts";
import { lineOf, type Figure } from "./figures.ts";
import { floors } from "./floors.ts";
import { gitWork } from "./git-work.ts";
import { largeLedger } from "./large-ledger.ts";
import { makespan } from "./makespan.ts";
import { manyProcesses } from "./many-processes.ts";
import { minds } from "./minds.ts";
import { modesBench } from "./modes.ts";
import { comparePeers } from "./peers.ts";
import { replay } from "./replay.ts";
import { restart } from "./restart.ts";
import { scale } from "./scale.ts";
import { screen } from "./screen/screen.ts";
import { start } from "./start.ts";
import { tenTasks } from "./ten-tasks.ts";
import { wallTime } from "./wall-time.ts";

/** Measures one after the other; names on the command line choose some. A goal that is missed is printed; only of `minds`, which counts, is it an error. */
const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  floors: () => floors([]),
  calls,
  scale,
  git: gitWork,
  start,
  processes: manyProcesses,
  tasks: tenTasks,
  makespan,
  large: largeLedger,
  minds,
  restart,
  screen,
  modes: modesBench,
  wall: wallTime,
};

const [first, ...rest] = process.argv.slice(2);
if (first === "replay") await replay(rest);
else if (first === "context") for (const figure of await context(rest)) console.log(lineOf(figure));
else if (first === "floors") for (const figure of await floors(rest)) console.log(lineOf(figure));
else if (first === "peers") for (const figure of await comparePeers()) console.log(lineOf(figure));
else await measureChosen();

async function measureChosen(): Promise<void> {
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter((name) => benches[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`unknown: ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);
  const processors = cpus();
  console.log(
    `${processors.length} x ${processors[0]?.model ?? "unknown"}, Node ${process.version}, ${process.platform}`,
  );
  const startedAt = performance.now();
  const missed: Figure[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const from = performance.now();
    const figures = await bench();
    for (const figure of figures) console.log(lineOf(figure));
    missed.push(...figures.filter(({ met }) => met === false));
    console.log(`${" ".repeat(72)} ${name}: ${((performance.now() - from) / 1_000).toFixed(1)} s`);
  }
  console.log(missed.length === 0 ? "no goal missed" : `${missed.length} missed:`);
  for (const { what, figure, goal } of missed) console.log(`  ${what}: ${figure}, not ${goal}`);
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s in all`);
}
