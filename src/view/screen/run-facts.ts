import type { Condition } from "../../domain/conditions.ts";
import type { RunLineFacts } from "./run-line.ts";
import { conditionsIn, listOf, openQuestions, type World } from "./screen-model.ts";
import type { UiState } from "./ui-state.ts";

/** What the first line says. */
export function runLineFacts(ui: UiState, world: World): RunLineFacts {
  const { source } = world;
  return {
    run: source.getSnapshot("run", ""),
    counts: listOf(ui, world).counts,
    asking: openQuestions(source.getSnapshot("review", "")).length,
    conditions: conditionsIn(world),
    now: source.getSnapshot("clock", "").now,
  };
}

/** What is said above the tasks while nothing works; empty: something does, or there is nothing to say. */
export function whyNow(world: World): readonly Condition[] {
  const { working, conditions } = conditionsIn(world);
  return working ? [] : conditions().filter(({ kind }) => kind !== "no_run" && kind !== "ended");
}
