import type { Analysis, ChosenMode } from "../../domain/analysis.ts";
import type { Settings } from "../../domain/settings.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { analyseTask, modeFacts, namedFiles, type PastTask } from "../../policy/analyse-task.ts";
import { chooseMode } from "../../policy/choose-mode.ts";

/** What the rules make of a context-aware task as its text is now; a search and a small model may add to it when it begins. */
export interface ChosenNow {
  readonly analysis: Analysis;
  readonly chosenMode: ChosenMode;
}

/** Of the context-aware ones among these tasks, without a model and without a search. */
export function chosenNow(
  tasks: readonly TaskSpec[],
  settings: Settings,
  past: readonly PastTask[],
): ReadonlyMap<string, ChosenNow> {
  return new Map(
    tasks
      .filter(({ mode }) => mode === "context-aware")
      .map((spec) => {
        const analysis = analyseTask(spec, namedFiles(spec), settings, past);
        return [spec.id, { analysis, chosenMode: chooseMode(modeFacts(spec, spec.risk, analysis, settings)) }];
      }),
  );
}

/** A task as it would be done. */
export function asChosen(spec: TaskSpec, chosen: ReadonlyMap<string, ChosenNow>): TaskSpec {
  const now = chosen.get(spec.id);
  return now === undefined ? spec : { ...spec, mode: now.chosenMode.mode };
}
