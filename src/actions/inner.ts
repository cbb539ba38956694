import { z } from "zod";

import { modes, risks } from "../domain/task.ts";
import { action } from "./action.ts";
import { choice, file, flag, list, needed, runFields, text } from "./fields.ts";
import { workActions } from "./work.ts";

const inner = { group: "Program", output: z.unknown(), needs: [] } as const;

/** What the program starts itself with, and shells: no person or other program is told of these. */
export const innerActions = {
  engine: action({
    ...inner,
    title: "Work behind a screen",
    help: "what works behind a screen",
    input: z.strictObject({
      file,
      task: list("only this task", "ID"),
      resume: flag("no backlog: what the last run has"),
      goal: text("one task without a file", "TEXT"),
      goalId: text("its id", "ID"),
      risk: choice(risks, "its risk", "R"),
      mode: choice(modes, "its mode", "MODE"),
      model: text("its model", "M"),
      ...runFields,
    }),
    decides: ["yesTo", "trust"],
    runs: "tasks",
    cli: { command: "engine" },
  }),
  screen: action({
    ...inner,
    title: "Show the screen",
    help: "the screen behind its launcher",
    input: z.strictObject({
      view: choice(["review"], "where it opens", "VIEW"),
      task: text("the task it opens", "ID"),
    }),
    decides: false,
    cli: { command: "screen" },
  }),
  ask_screen: action({
    ...inner,
    title: "Show the screen of an ask",
    help: "the screen of an ask behind its launcher",
    input: workActions.ask.input,
    decides: ["trust"],
    runs: "calls",
    cli: { command: "ask-screen", displays: ["plain", "json"] },
  }),
  end_children: action({
    ...inner,
    title: "End what a killed engine ran",
    help: "ends what a killed engine ran",
    input: z.strictObject({}),
    decides: false,
    cli: { command: "end-children" },
  }),
  words: action({
    ...inner,
    title: "List words to complete",
    help: "ids and models, for completions",
    input: z.strictObject({ kind: needed("task, model or branch", "KIND", { positional: true }) }),
    decides: false,
    cli: { command: "words" },
  }),
};

export type InnerInput<N extends keyof typeof innerActions> = z.output<(typeof innerActions)[N]["input"]>;
