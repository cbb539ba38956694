import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { brand } from "../../src/domain/brand.ts";
import type { OpenLedger } from "../../state/open-ledger.ts";
import { root } from "../root.ts";
import { inFolder, median, ms, spread, worst, type Figure } from "./figures.ts";
import { makeProject, startProgram, type Project } from "./program.ts";
import { cpuMsOf, exitOf, firstOf, killAll, openReader } from "./watching.ts";

/** Of each size; fewer to try it: KILLS=4. */
const kills = Number(process.env["KILLS"] ?? "40");
const goalMs = 600;
/** Tasks in the ledger; as many as are done one after the other, and the others wait. */
const sizes = [12, 1_000] as const;
const inTurn = 12;

/** What became of kills: a step that was interrupted went on, or did not. */
interface Kills {
  readonly timesMs: number[];
  readonly cpuMs: number[];
  readonly misses: string[];
}

/** The real program, killed in the middle of calls and started again, with its models left alive and killed in turn. */
export async function restart(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const middles: number[] = [];
  for (const size of sizes) {
    const all: Kills = { timesMs: [], cpuMs: [], misses: [] };
    while (all.timesMs.length + all.misses.length < kills) await inFolder((folder) => killOften(folder, size, all));
    middles.push(median(all.timesMs));
    const missed = all.misses.length === 0 ? "none missed" : `${all.misses.length} missed: ${all.misses.join(", ")}`;
    figures.push({
      what: `killed and started again with ${size} tasks: to the step's first event`,
      figure: `${spread(all.timesMs)} (CPU ${ms(median(all.cpuMs))}), ${missed}`,
      goal: `p99 <= ${goalMs} ms, none missed`,
      met: all.misses.length === 0 && worst(all.timesMs) <= goalMs,
    });
  }
  const growth = (middles.at(-1) ?? Number.NaN) / (middles[0] ?? Number.NaN);
  const what = `  with ${sizes.at(-1)} tasks against ${sizes[0]}, p50`;
  return [...figures, { what, figure: growth.toFixed(2), goal: "<= 1.1", met: growth <= 1.1 }];
}

/** Kills a run as often as it is in the middle of a call and as kills are missing, then lets it go. */
async function killOften(folder: string, size: number, all: Kills): Promise<void> {
  const project = killedProject(folder, size);
  const run = (): ReturnType<typeof startProgram> =>
    startProgram(project, ["run", "--plain", "--trust", "--yes-to", "merge"]);
  let child = run();
  let reader: OpenLedger | null = null;
  try {
    reader = await openReader(project);
    const since = async (pos: number, types: readonly ["attempt.spawned"]): Promise<string | undefined> =>
      (await reader?.log.since(pos, { types }))?.at(-1)?.call;
    for (let after = 0; all.timesMs.length + all.misses.length < kills;) {
      const cut = await firstOf(child, () => since(after, ["attempt.spawned"]));
      if ("missed" in cut) return;
      const count = all.timesMs.length;
      await pause(20 + 3 * count);
      child.kill("SIGKILL");
      await exitOf(child);
      if (count % 2 === 1) killAll(folder);
      after = await reader.log.head();
      // A call that had ended by itself was not interrupted.
      const isOpen = await hasOpenAttempt(reader, cut.seen);
      const from = Date.now();
      child = run();
      if (!isOpen) continue;
      const first = await firstOf(child, async () =>
        (await reader?.log.since(after))?.find(({ call }) => call === cut.seen),
      );
      if ("missed" in first) {
        all.misses.push(first.missed);
        return;
      }
      all.cpuMs.push(cpuMsOf(child.pid));
      all.timesMs.push(first.seen.at - from);
    }
  } finally {
    reader?.close();
    child.kill("SIGKILL");
    await exitOf(child);
    killAll(folder);
  }
}

function killedProject(folder: string, size: number): Project {
  const agent = readFileSync(join(root, "test", "kill", "agent.sh"), "utf8");
  const task = (n: number): string => {
    const need = n === 0 ? "" : `T${Math.min(n, inTurn) - 1}`;
    return `  - {id: T${n}, goal: Write T${n}, risk: medium, needs: [${need}]}\n`;
  };
  return makeProject(folder, {
    "agent.sh": agent,
    "tasks.yaml": `tasks:\n${Array.from({ length: size }, (_, n) => task(n)).join("")}`,
    [brand.settingsFile]: `models:
  one: {adapter: command, argv: ["${folder}/project/agent.sh", "{prompt_file}"], env: {set: {EFFECTS: "${folder}/effects.log"}}}
checks: [{name: there, run: "ls *.yaml"}]
`,
  });
}

async function hasOpenAttempt(reader: OpenLedger, call: string): Promise<boolean> {
  const events = await reader.log.since(0, { types: ["attempt.spawned", "attempt.ended"] });
  return events.filter((event) => event.call === call).at(-1)?.type === "attempt.spawned";
}
