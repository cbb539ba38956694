import type { PriceRow } from "../../src/domain/price.ts";
import type { Scenario } from "../../src/domain/scenario.ts";
import type { ModelSettings } from "../../src/domain/settings.ts";
import type { Mode, Role, TaskSpec } from "../../src/domain/task.ts";
import type { ModelAdapter } from "../../src/engine/ports/adapter.ts";
import { createScriptedAdapter } from "../../src/models/scripted/scripted.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { checkDefaults } from "../../src/backlog/settings-defaults.ts";
import { modelSettings } from "../simulation/backlogs.ts";
import { treePath } from "../simulation/memory-workspace.ts";
import { VirtualClock } from "../simulation/virtual-clock.ts";
import { memoryRepository, startBench } from "./workbench.ts";

/** What tokens are reckoned at, as a middle model costs: USD a million, so micros each. */
const price = { input: 2, output: 10 };

/** What calls came to. */
export interface CallCosts {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly micros: number;
}

export interface ModeCosts extends CallCosts {
  readonly byRole: ReadonlyMap<Role, number>;
  /** What the ledger says that providers' caches saved. */
  readonly savedMicros: number;
}

/** What is otherwise than usual. */
export interface Otherwise {
  /** Of each model. */
  readonly model?: Partial<ModelSettings>;
  readonly prices?: readonly PriceRow[];
  readonly adapter?: (scripted: ModelAdapter) => ModelAdapter;
}

/** What an agent may read and write in a call beside its prompt: made up, to say what a mode costs where models work for real. */
const assumedWork = { writes: { input: 20_000, output: 2_000 }, reads: { input: 6_000, output: 500 } };

/** The same with that. */
export function workedMicros({ micros, byRole }: ModeCosts): number {
  return [...byRole].reduce((sum, [role, calls]) => {
    const { input, output } = assumedWork[role === "implementer" ? "writes" : "reads"];
    return sum + calls * (price.input * input + price.output * output);
  }, micros);
}

const costs = (calls: number, inputTokens: number, outputTokens: number): CallCosts => ({
  calls,
  inputTokens,
  outputTokens,
  micros: price.input * inputTokens + price.output * outputTokens,
});

const names = ["one", "two"];
const check = { ...checkDefaults, name: "test", run: "npm test" };

/** The same tasks, each given to a model as it is written, in one call that does it. */
export function plainCosts(tasks: readonly TaskSpec[]): ModeCosts {
  const letters = tasks.reduce((sum, { goal, details }) => sum + goal.length + (details ?? "").length, 0);
  return {
    ...costs(tasks.length, Math.ceil(letters / 4), tasks.length * 20),
    byRole: new Map([["implementer", tasks.length]]),
    savedMicros: 0,
  };
}

/**
 * Plays tasks in one mode by the real engine, pipelines and prompts, with scripted models on a made-up clock and a repository
 * in memory: calls are counted, tokens are letters of prompts and answers divided by four.
 */
export async function modeCosts(
  mode: Mode,
  tasks: readonly TaskSpec[],
  scenario: Scenario,
  otherwise: Otherwise = {},
): Promise<ModeCosts> {
  const clock = new VirtualClock(1_700_000_000_000);
  const ledger = openLedger({ path: ":memory:", mode: "engine", clock, random: () => 0.5 });
  try {
    const { workspace, baseCommit, write, disk } = memoryRepository();
    const tasksByTree = new Map(tasks.map(({ id }) => [treePath(id), id]));
    const scripted: ModelAdapter = createScriptedAdapter({
      clock,
      loadScenario: () => ({ scenario, problems: [] }),
      files: {
        read: () => "",
        append: () => undefined,
        edit: (workdir, edit) => {
          const { files } = disk.tree(tasksByTree.get(workdir) ?? "");
          if (edit.kind === "delete") files.delete(edit.path);
          else files.set(edit.path, edit.kind === "append" ? `${files.get(edit.path) ?? ""}${edit.text}` : edit.text);
          return null;
        },
      },
    });
    const specs = tasks.map((spec) => ({ ...spec, mode }));
    const settings = {
      models: names.map((name) =>
        modelSettings(name, { adapter: "scripted", scenario: "modes.yaml", ...otherwise.model }),
      ),
      checks: [check],
      ...(otherwise.prices === undefined ? {} : { prices: otherwise.prices }),
    };
    const models = { durationMs: () => 0, write };
    const engine = startBench({
      clock,
      ledger,
      workspace,
      baseCommit,
      limits: { parallel: 1 },
      specs,
      models,
      adapter: otherwise.adapter?.(scripted) ?? scripted,
      settings,
      yesTo: ["plan", "merge"],
    });
    let over = false;
    const ended = engine.end.finally(() => (over = true));
    await clock.run(() => over);
    const end = await ended;
    if (end.kind !== "ended" || end.exitCode !== 0)
      throw new Error(`${mode}: the run ended with ${JSON.stringify(end)}`);
    return await costsIn(ledger);
  } finally {
    ledger.close();
  }
}

async function costsIn({ log }: ReturnType<typeof openLedger>): Promise<ModeCosts> {
  let [calls, input, output, savedMicros] = [0, 0, 0, 0];
  const byRole = new Map<Role, number>();
  for (const event of await log.since(0, { types: ["call.started", "attempt.ended"] })) {
    if (event.type === "call.started") byRole.set(event.data.role, (byRole.get(event.data.role) ?? 0) + 1);
    if (event.type !== "attempt.ended") continue;
    calls += 1;
    input += event.data.usage.input;
    output += event.data.usage.output;
    savedMicros += event.data.savedMicros ?? 0;
  }
  return { ...costs(calls, input, output), byRole, savedMicros };
}
