import type { Pipelines } from "../engine/task/pipeline.ts";
import { runAdaptive } from "./adaptive.ts";
import { runContextAware } from "./context-aware.ts";
import { runThreeLoop, runTwoLoop } from "./loop-pipelines.ts";

/** The modes. A new one is a pipeline of the same phases and a line here. */
export const pipelines: Pipelines = {
  "two-loop": { version: 1, run: runTwoLoop },
  "three-loop": { version: 1, run: runThreeLoop },
  adaptive: { version: 1, run: runAdaptive },
  "context-aware": { version: 1, run: runContextAware },
};
