import type { TaskWork } from "../engine/task/pipeline.ts";
import { locatedFiles } from "../policy/analyse-task.ts";
import { keepsWork } from "../policy/kept-keys.ts";
import { analyse, choose } from "./analysis.ts";
import { begin } from "./begin.ts";
import { findContext } from "./context.ts";
import { considerSplit } from "./split.ts";
import { workByParts } from "./work-by-parts.ts";
import { workBy } from "./loop-pipelines.ts";

/** Looks closely first, and takes the mode that the task needs: the plan is made, or is not, by what was found. */
export async function runContextAware(work: TaskWork): Promise<void> {
  const progress = await begin(work, "PLANNING");
  if (progress === null) return;
  const found = await findContext(work, progress);
  const analysis = await analyse(work, progress, locatedFiles(work.task.spec, found.files));
  progress.chosen = await choose(work, progress, analysis);
  if (!progress.chosen.hints) progress.found = null;
  const isBegun = keepsWork(work.task.restartReason?.keep ?? []);
  const parts = isBegun ? [] : await considerSplit(work, progress, analysis);
  if (parts.length > 0) return await workByParts(work, progress, parts);
  await workBy(work, progress, progress.chosen.mode);
}
