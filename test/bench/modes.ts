import type { Mode } from "../../src/domain/task.ts";
import { pipelines } from "../../src/pipeline/pipelines.ts";
import type { Figure } from "./figures.ts";
import { modeCosts, plainCosts, workedMicros, type ModeCosts } from "./mode-costs.ts";
import { modeTasks } from "./mode-tasks.ts";
import { modeSpeed } from "./mode-speed.ts";

const modes: readonly Mode[] = ["two-loop", "three-loop", "context-aware", "adaptive"];

/** What a mode costs beside one plain call a task, then how fast it is. Models are scripted: prompts are real, answers are made up. */
export async function modesBench(): Promise<readonly Figure[]> {
  return [...(await costFigures()), ...(await modeSpeed())];
}

async function costFigures(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { name, tasks, scenario } of await modeTasks()) {
    const plain = plainCosts(tasks);
    figures.push(row(`${name}, scripted: one plain call each`, plain, tasks.length, plain));
    for (const mode of modes) {
      if (pipelines[mode] === null) continue;
      const found = await modeCosts(mode, tasks, scenario(mode));
      figures.push(row(`  ${mode}`, found, tasks.length, plain));
      const roles = [...found.byRole].map(([role, calls]) => `${role} ${each(calls, tasks.length)}`).join(", ");
      figures.push({ what: "    calls of a task by role", figure: roles, goal: "", met: null });
    }
  }
  return figures;
}

const row = (what: string, found: ModeCosts, tasks: number, plain: ModeCosts): Figure => ({
  what,
  figure: `${each(found.calls, tasks)} calls, ${Math.round(found.inputTokens / tasks)} prompt tokens, $${(found.micros / tasks / 1e6).toFixed(4)} a task (${times(found.micros, plain.micros)}; with assumed work of agents ${times(workedMicros(found), workedMicros(plain))})`,
  goal: "",
  met: null,
});

const times = (one: number, other: number): string => `${(one / other).toFixed(1)} x`;

const each = (count: number, tasks: number): string => (count / tasks).toFixed(1);
