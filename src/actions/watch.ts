import { z } from "zod";

import { action } from "./action.ts";
import { flag, runFields } from "./fields.ts";
import { doneResult } from "./results/done.ts";
import { eventLine, runLine } from "./results/events.ts";

/** What follows a run, or holds it up. */
export const watchActions = {
  watch: action({
    group: "Watch",
    title: "Watch the run",
    help: "attach to the run",
    input: z.strictObject({}),
    output: eventLine,
    streams: true,
    decides: false,
    needs: ["repository", "run"],
    cli: { command: "watch", aliases: ["attach"], displays: ["ui", "plain", "json"] },
  }),
  pause: action({
    group: "Watch",
    title: "Pause the run: nothing new starts",
    help: "start nothing new until resume",
    input: z.strictObject({}),
    output: doneResult,
    decides: true,
    needs: ["repository", "run", "engine"],
    cli: { command: "pause", displays: ["json"] },
  }),
  resume: action({
    group: "Watch",
    title: "Resume the run",
    help: "lift a pause, or go on with an interrupted run",
    input: z.strictObject(runFields),
    output: runLine,
    streams: true,
    decides: true,
    needs: ["repository", "run"],
    runs: "tasks",
    cli: { command: "resume", displays: ["detach", "ui", "plain", "json"] },
  }),
  stop: action({
    group: "Watch",
    title: "Stop the run after the calls under way",
    help: "stop after the calls under way",
    input: z.strictObject({
      now: flag("at once; work under way is kept as snapshots; given twice, the engine is killed"),
    }),
    output: doneResult,
    decides: true,
    needs: ["repository", "run", "engine"],
    cli: { command: "stop", displays: ["json"] },
  }),
};
