import { planLanguages, planLines, type TaskTextPlace } from "../tasks/plan-lines.ts";
import type { Line } from "../text/line.ts";
import type { World } from "./screen-model.ts";
import type { TaskFacts } from "./screen-source.ts";

/** The plan at a width, in the colours that are loaded. */
export const planContent = (
  facts: TaskFacts | null,
  { source }: World,
  columns: number,
  place: TaskTextPlace,
): readonly Line[] => planLines(facts, columns, place, source.getSnapshot("syntax", planLanguages(facts)));
