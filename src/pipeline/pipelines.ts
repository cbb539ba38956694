import type { Pipelines } from "../engine/task/pipeline.ts";
import { threeLoop, twoLoop } from "./stories.ts";

/** The modes. A new one is a story of the same phases and a line here. */
export const pipelines: Pipelines = {
  "two-loop": { version: 1, tell: twoLoop },
  "three-loop": { version: 1, tell: threeLoop },
  adaptive: null,
  "context-aware": null,
};
