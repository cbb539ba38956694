import { tasksSnapshot } from "../view/fixtures.ts";
import { storyTasks, type FixedSource } from "../view/story.ts";

/** The story without the titles that hold letters beyond ASCII. */
export const asciiOnly = (source: FixedSource): FixedSource =>
  source.set(
    "tasks",
    "",
    tasksSnapshot(
      storyTasks.filter(({ spec }) => /^[\x20-\x7e]*$/.test(spec.goal)),
      { active: new Set(["AUTH-3"]) },
    ),
  );
