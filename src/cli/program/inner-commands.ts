import type { CommandSpec } from "./command-spec.ts";
import { askFlags, file, risks, runFlags } from "./shared-flags.ts";

/** What the program starts itself with, and shells. Not listed anywhere. */
export const innerCommands: readonly CommandSpec[] = [
  {
    name: "engine",
    group: "Program",
    hidden: true,
    help: "what works behind a screen",
    arguments: [file],
    load: () => import("../commands/engine.ts"),
    flags: [
      { name: "task", value: "ID", many: true, help: "only this task" },
      { name: "resume", value: null, help: "no backlog: what the last run has" },
      { name: "goal", value: "TEXT", help: "one task without a file" },
      { name: "goal-id", value: "ID", help: "its id" },
      { name: "risk", value: "R", choices: risks, help: "its risk" },
      { name: "model", value: "M", help: "its model" },
      ...runFlags,
    ],
  },
  {
    name: "screen",
    group: "Program",
    hidden: true,
    help: "the screen behind its launcher",
    load: () => import("../commands/screen.ts"),
    flags: [{ name: "view", value: "VIEW", choices: ["review"], help: "where it opens" }],
  },
  {
    name: "ask-screen",
    group: "Program",
    hidden: true,
    help: "the screen of an ask behind its launcher",
    arguments: [{ name: "TEXT", required: false, help: "what is asked" }],
    load: () => import("../commands/ask-screen.ts"),
    flags: askFlags,
  },
  {
    name: "words",
    group: "Program",
    hidden: true,
    help: "ids and models, for completions",
    load: () => import("../commands/words.ts"),
    arguments: [{ name: "KIND", required: true, help: "task, model or branch" }],
  },
];
