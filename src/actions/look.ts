import { z } from "zod";

import { action } from "./action.ts";
import { flag, list, task, text } from "./fields.ts";
import { contextResult } from "./results/context.ts";
import { eventLine, whyResult } from "./results/events.ts";
import { reportResult } from "./results/report.ts";
import { summaryResult } from "./results/run.ts";
import { statsResult } from "./results/stats.ts";
import { themesResult } from "./results/theme.ts";
import { activeResult, listResult } from "./results/task.ts";

/** What only reads. */
export const lookActions = {
  list: action({
    group: "Look",
    title: "List the tasks",
    help: "the tasks of this repository",
    input: z.strictObject({
      state: list("only these states, in any case", "S"),
      area: text("only this area", "A"),
      all: flag("of all repositories"),
    }),
    output: listResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "list", aliases: ["list-tasks"], displays: ["json"] },
  }),
  active: action({
    group: "Look",
    title: "List the running tasks",
    help: "the running tasks, and what keeps those that wait",
    input: z.strictObject({}),
    output: activeResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "active", displays: ["json"] },
  }),
  summary: action({
    group: "Look",
    title: "Sum up the run",
    help: "totals of the current or last run",
    input: z.strictObject({}),
    output: summaryResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "summary", displays: ["json"] },
  }),
  report: action({
    group: "Look",
    title: "Report what happened since you looked",
    help: "what happened since you looked: proven, unproven, asked, reverted, failed, its cost, and what to do next",
    input: z.strictObject({
      all: flag("of all repositories; outside of one it is anyway"),
      since: text("since then instead: 8h, 18:00 or 2030-01-31", "T"),
    }),
    output: reportResult,
    decides: false,
    needs: [],
    cli: { command: "report", displays: ["json"] },
  }),
  why: action({
    group: "Look",
    title: "Say who was chosen and why",
    help: "why a task is done as it is, and who was chosen for what",
    input: z.strictObject({ task }),
    output: whyResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "why", displays: ["json"] },
  }),
  context: action({
    group: "Look",
    title: "Show the files a search finds for a task",
    help: "which files a search finds for a task, as hints for its prompts, and why",
    input: z.strictObject({ task }),
    output: contextResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "context", displays: ["json"] },
  }),
  log: action({
    group: "Look",
    title: "Show what happened",
    help: "what happened",
    input: z.strictObject({
      task: text("a task", "ID", { positional: true, completes: "task" }),
      follow: flag("go on as it happens", { short: "f" }),
    }),
    output: eventLine,
    streams: true,
    decides: false,
    needs: ["repository"],
    cli: { command: "log", displays: ["json"] },
  }),
  stats: action({
    group: "Look",
    title: "Show errors, durations, cost and speed",
    help: "errors, durations, cost and speed",
    input: z.strictObject({}),
    output: statsResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "stats", displays: ["json"] },
  }),
  themes: action({
    group: "Look",
    title: "List the themes of the screen",
    help: "the themes of the screen, with a sample of each tone",
    input: z.strictObject({}),
    output: themesResult,
    decides: false,
    needs: [],
    cli: { command: "themes", displays: ["json"] },
  }),
};
