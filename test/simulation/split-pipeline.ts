import type { Pipeline } from "../../src/engine/task/pipeline.ts";
import { keepsWork } from "../../src/policy/kept-keys.ts";
import { runContextAware } from "../../src/pipeline/context-aware.ts";
import { begin, resolveBase } from "../../src/pipeline/begin.ts";
import { gateAndMerge } from "../../src/pipeline/merge.ts";
import { reviewedWork } from "../../src/pipeline/reviewed-work.ts";
import { considerSplit } from "../../src/pipeline/split.ts";
import { workByParts } from "../../src/pipeline/work-by-parts.ts";

/** A task that is split where it has anything to split, else done in one piece; what was begun in another mode goes on as it does. */
export const splitting: Pipeline = {
  version: 1,
  run: async (work) => {
    if (keepsWork(work.task.restartReason?.keep ?? [])) return await runContextAware(work);
    const progress = await begin(work, "PLANNING");
    if (progress === null) return;
    const parts = await considerSplit(work, progress, { complexity: 5, features: {}, files: [] });
    if (parts.length > 0) return await workByParts(work, progress, parts);
    await resolveBase(work, progress, "IMPLEMENTING");
    await reviewedWork(work, progress, {
      key: "main/all",
      step: null,
      kind: "step",
      title: work.task.spec.goal,
      details: work.task.spec.details ?? "",
      implementsFirst: true,
      review: true,
      enters: "QUALITY_GATE",
      arrange: null,
      trouble: [],
      conflicts: [],
    });
    await gateAndMerge(work, progress);
  },
};
