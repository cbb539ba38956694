import { z } from "zod";

import { brand } from "../domain/brand.ts";
import { modes, risks } from "../domain/task.ts";
import { action } from "./action.ts";
import { choice, file, flag, list, needed, runFields, text, trust } from "./fields.ts";
import { askResult } from "./results/ask.ts";
import { doctorResult } from "./results/doctor.ts";
import { doneResult } from "./results/done.ts";
import { eventLine, runLine } from "./results/events.ts";
import { planResult } from "./results/plan.ts";

const mode = choice(modes, `how it is done: ${modes.join(", ")}`, "MODE");

const exitCodes = [
  "Exit codes: 0 all done; 1 a task failed; 2 usage, settings or backlog, or the ledger or the repository is gone, or a disk full;",
  "3 only questions are left; 4 only holds without an end,",
  "refused budgets, or --no-wait at a hold or an open breaker; 130 interrupted or stopped.",
  "The first SIGINT or SIGTERM stops at once and keeps everything, the second kills; so does a second stop --now.",
];

/** What starts work, or prepares it. */
export const workActions = {
  run: action({
    group: "Work",
    title: "Run the backlog",
    help: "run the backlog, or go on with it",
    input: z.strictObject({
      file,
      task: list("only this task", "ID", { aliases: ["task-id"], completes: "task" }),
      again: list("do a finished task over", "ID", { completes: "task" }),
      ...runFields,
    }),
    output: runLine,
    streams: true,
    decides: ["yesTo", "again", "trust"],
    needs: ["repository"],
    runs: "tasks",
    cli: { command: "run", displays: ["detach", "ui", "plain", "json"], more: exitCodes },
  }),
  do: action({
    group: "Work",
    title: "Do one task without a file",
    help: "one task without a file",
    input: z.strictObject({
      goal: needed("what is to be done, in one sentence", "GOAL", { positional: true }),
      risk: choice(risks, "low, medium or high", "R"),
      mode,
      model: text("the model to try first", "M", { completes: "model" }),
      ...runFields,
    }),
    output: runLine,
    streams: true,
    decides: ["yesTo", "trust"],
    needs: ["repository"],
    runs: "tasks",
    cli: { command: "do", displays: ["detach", "ui", "plain", "json"] },
  }),
  add: action({
    group: "Work",
    title: "Add a task",
    help: "one more task beside the backlog; it starts with the run that goes on, or with the next",
    input: z.strictObject({
      goal: needed("what is to be done, in one sentence", "GOAL", { positional: true }),
      details: text("what the goal has no room for", "TEXT"),
      needs: list("tasks that must be done before", "ID", { completes: "task" }),
      risk: choice(risks, "low, medium or high", "R"),
      mode,
      area: text("its area", "AREA"),
      priority: text("higher goes first; 0 where nothing is said", "N"),
      model: text("the model to try first", "M", { completes: "model" }),
    }),
    output: doneResult,
    decides: true,
    needs: ["repository"],
    cli: { command: "add", displays: ["json"] },
  }),
  ask: action({
    group: "Work",
    title: "Ask several models",
    help: "ask several models at once, anywhere; no task, no repository",
    input: z.strictObject({
      text: text("what is asked", "TEXT", { positional: true }),
      models: list("whom to ask; default roles.ask, else all", "A,B,C", { completes: "model" }),
      prompt: text("what is asked, instead of the argument", "TEXT"),
      timeout: text("how long each model may take, as in 30s; a bare number is milliseconds", "T"),
      synthesize: flag("make one answer of all"),
      cached: flag("take what a model answered to the very same in the last 7 days, for nothing"),
      trust,
    }),
    output: askResult,
    decides: ["trust"],
    needs: [],
    runs: "calls",
    cli: {
      command: "ask",
      displays: ["ui", "plain", "json"],
      more: [
        "Exit codes: 0 somebody answered; 1 nobody did; 2 usage or settings; 130 interrupted.",
        "--timeout is for each model, waits and retries included; a bare number is milliseconds.",
      ],
    },
  }),
  vote: action({
    group: "Work",
    title: "Keep whose answer was best",
    help: "keep whose answer was best, of the last ask",
    input: z.strictObject({
      model: needed("keep whose answer was best, of the last ask", "MODEL", { flag: "vote", completes: "model" }),
      of: text("with --vote: of this ask", "ASK"),
    }),
    output: doneResult,
    decides: true,
    needs: [],
    cli: { command: "ask", by: "vote", displays: ["json"] },
  }),
  plan: action({
    group: "Work",
    title: "Show order, critical path and expected calls",
    help: "waves, critical path, models, calls and time to expect; starts nothing",
    input: z.strictObject({ file }),
    output: planResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "plan", displays: ["json"] },
  }),
  init: action({
    group: "Work",
    title: "Write starter files",
    help: `write a starter tasks.yaml and ${brand.settingsFile} from what is found, and agent.sh where no agent is; never overwrites`,
    input: z.strictObject({}),
    output: z.string(),
    decides: false,
    needs: ["repository"],
    cli: { command: "init" },
  }),
  doctor: action({
    group: "Work",
    title: "See what works and who pays",
    help: "what works, what does not, why, and who pays",
    input: z.strictObject({ setup: flag("run the project's setup once in a worktree"), trust }),
    output: doctorResult,
    decides: ["trust"],
    needs: [],
    runs: "tasks",
    cli: { command: "doctor", displays: ["json"] },
  }),
  demo: action({
    group: "Work",
    title: "Watch the demo",
    help: "the whole loop on scripted models in a scratch repository",
    input: z.strictObject({ fast: flag("without pauses") }),
    output: eventLine,
    streams: true,
    decides: false,
    needs: [],
    cli: { command: "demo", displays: ["ui", "plain", "json"] },
  }),
};
