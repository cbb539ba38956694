import { changeOps } from "../domain/roadmap.ts";
import type { Json } from "../domain/json.ts";
import { list, optional, shape, text, words } from "./answer-schemas.ts";

/** What is asked for of a roadmap and of its changes, in the same narrow form as all other answers. */
const stageFields = {
  title: text("One line"),
  goal: text("What is true when it is done that was not before"),
  files: words("Paths from the top of the repository that will change, as far as known"),
  needs: words("Ids of stages that must be done before; may be empty"),
  checks: words("Names of the project's checks that are run at its end; may be empty"),
  done_when: words("Sentences that are seen to hold when it is done"),
} as const;

const step = {
  title: text("One line, as the subject of a commit"),
  details: text("What to change and how it is known to work"),
  files: words("Paths from the top of the repository that will change, as far as known"),
} as const;

export const roadmapSchema: Json = shape({
  summary: text("The approach in one to three sentences"),
  facts: words("What is known and decides the order; may be empty"),
  unknown: words("What is not known yet and could change the roadmap; may be empty"),
  guesses: words("What is taken for granted without having been looked up; may be empty"),
  stages: list(
    shape({
      id: text("ST1, ST2, ... in the order of work"),
      ...stageFields,
      steps: list(
        shape({ id: text("S1, S2, ... through all stages, in the order of work"), ...step }),
        "1 to 20 steps",
      ),
    }),
    "1 stage or more",
  ),
  risks: words("What could go wrong and deserves a reviewer's eye; may be empty"),
});

const draft = shape({
  ...stageFields,
  keeps: words("Ids of steps of the stages it is made of that it takes over as they are; may be empty"),
  steps: list(
    shape({ ...step, replaces: words("Ids of steps whose work it does instead; may be empty") }),
    "New steps; may be empty where it keeps some",
  ),
});

export const changesSchema: Json = shape({
  changes: list(
    shape({
      op: { type: "string", enum: [...changeOps] },
      stage: optional("string", "split, skip, reopen: the id of the stage; else null"),
      stages: words("merge: the ids of the stages; else empty"),
      into: list(draft, "merge: the one stage they become; split: its parts; add: the new stage; else empty"),
      order: words("reorder: the ids of all stages that have not begun, in their new order; else empty"),
      met_by: optional("string", "skip: the id of the stage that does what this one is for; else null"),
      finding: optional("string", "reopen: what it is opened again for; else null"),
      after: optional("string", "add: the id of the stage it comes after; null: before all that have not begun"),
      steps: list(shape(step), "reopen: what is to be done in it now; else empty"),
    }),
    "Empty where the roadmap is right as it is",
  ),
  why: text("In one or two sentences, for a person"),
});
