import { z } from "zod";

import { action, type CommandLine } from "./action.ts";
import { count, list, message, needed, task, text, trust } from "./fields.ts";
import { doneResult } from "./results/done.ts";
import { reviewResult, taskResult } from "./results/task.ts";

const plain = z.strictObject({ task });
const withWords = z.strictObject({ task, message });

/** A person's decision about one task. */
const decision = <Input extends z.ZodObject>(
  title: string,
  help: string,
  input: Input,
  cli: Omit<CommandLine, "command" | "displays">,
) =>
  action({
    group: "Decide",
    title,
    help,
    input,
    output: doneResult,
    decides: true,
    needs: ["repository"],
    cli: { command: "task", displays: ["json"], ...cli },
  });

/** An answer that has no flag of its own. */
const otherAnswer = (title: string, value: string) =>
  decision(title, "any other answer the question allows", withWords, { by: "answer", value });

/** What waits for a person, and what a person says of a task. */
export const decideActions = {
  review: action({
    group: "Decide",
    title: "See what waits for you",
    help: "what waits for you",
    input: z.strictObject({ task: text("only this task", "ID", { positional: true, completes: "task" }) }),
    output: reviewResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "review", displays: ["ui", "json"] },
  }),
  show: action({
    group: "Decide",
    title: "Open the task",
    help: "one task, and your decision about it",
    input: plain,
    output: taskResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "task", displays: ["json"] },
  }),
  approve: decision("Approve", "say yes to its question", withWords, { by: "approve" }),
  reject: decision("Reject or deny, with a reason if you like", "say no", withWords, { by: "reject" }),
  request_changes: decision(
    "Request changes",
    "back to work, with these words",
    z.strictObject({ task, text: needed("back to work, with these words", "TEXT", { flag: "request-changes" }) }),
    { by: "request-changes" },
  ),
  retry: decision(
    "Retry",
    "try again where it stands",
    z.strictObject({ task, message, model: text("with this model", "M", { completes: "model" }) }),
    { by: "retry" },
  ),
  set_mode: decision(
    "Do it in another mode",
    "do it another way from now on; what is done of it stays",
    z.strictObject({ task, mode: needed("its mode from now on; steps that are done stay", "MODE", { flag: "mode" }) }),
    { by: "mode" },
  ),
  done: decision("Done: I finished it in the worktree", "you did it in its worktree", withWords, { by: "done" }),
  abort: decision("Abort the task, its branch is kept", "give it up; its branch stays", withWords, { by: "abort" }),
  keep: otherAnswer("Keep the task as it was begun", "keep"),
  restart: otherAnswer("Restart the task with its new text", "restart"),
  take_over: otherAnswer("Take over and work in the worktree", "take_over"),
  allow_always: otherAnswer("Allow always", "allow_always"),
  deny: otherAnswer("Deny", "deny"),
  take_back: action({
    group: "Decide",
    title: "Undo the last decision (5 s)",
    help: "take back the last decision while that is still possible",
    input: plain,
    output: doneResult,
    decides: true,
    needs: ["repository", "run"],
    cli: null,
  }),
  again: action({
    group: "Decide",
    title: "Do a finished task again",
    help: "do a finished task over",
    input: plain,
    output: doneResult,
    decides: true,
    needs: ["repository", "run"],
    cli: null,
  }),
  cancel: action({
    group: "Decide",
    title: "Cancel a task, its branch is kept",
    help: "give a task up, whatever it is at; its branch stays",
    input: withWords,
    output: doneResult,
    decides: true,
    needs: ["repository"],
    cli: { command: "cancel", displays: ["json"] },
  }),
  priority: action({
    group: "Decide",
    title: "Set its priority",
    help: "let a task start before others, or after them",
    input: z.strictObject({
      task,
      priority: needed("a whole number; higher goes first", "N", { positional: true }),
    }),
    output: doneResult,
    decides: true,
    needs: ["repository"],
    cli: { command: "priority", displays: ["json"] },
  }),
  note: action({
    group: "Decide",
    title: "Leave a note for its models",
    help: "words that stand in each of its prompts from the next one on",
    input: z.strictObject({ task, text: needed("the words", "TEXT", { positional: true }) }),
    output: doneResult,
    decides: true,
    needs: ["repository"],
    cli: { command: "note", displays: ["json"] },
  }),
  skip_stage: decision(
    "Skip a stage",
    "leave a stage out that has not begun",
    z.strictObject({ task, stage: needed("leave this stage out, which has not begun", "STAGE", { flag: "skip" }) }),
    { by: "skip" },
  ),
  reopen_stage: decision(
    "Open a stage again",
    "open a stage again that is done, for what you say of it",
    z.strictObject({
      task,
      stage: needed("open this stage again, which is done", "STAGE", { flag: "reopen" }),
      because: text("what for: it stands in its prompts; needed with --reopen", "TEXT"),
    }),
    { by: "reopen" },
  ),
  diff: action({
    group: "Decide",
    title: "Show what it changed",
    help: "what it changed",
    input: plain,
    output: z.string(),
    decides: false,
    needs: ["repository"],
    cli: { command: "task", by: "diff" },
  }),
  restore: action({
    group: "Decide",
    title: "Write a snapshot into a folder",
    help: "write its snapshot N into a folder",
    input: z.strictObject({
      task,
      snapshot: count("write its snapshot N into a folder", "N", { flag: "restore" }),
      into: text("the folder for --restore", "DIR", { completes: "folder" }),
    }),
    output: doneResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "task", by: "restore", displays: ["json"] },
  }),
  rewind: action({
    group: "Decide",
    title: "Go back to the plan, a stage, a step or a snapshot",
    help: "start a task over from a point",
    input: z.strictObject({ task, to: text("plan, a stage such as ST2, a step such as S2, or snapshot/N", "POINT") }),
    output: doneResult,
    decides: true,
    needs: ["repository"],
    cli: { command: "rewind", displays: ["json"] },
  }),
  revert: action({
    group: "Decide",
    title: "Undo a merged task on the integration branch",
    help: "undo a task on the integration branch",
    input: z.strictObject({
      task,
      into: text("also there, where it has landed, through the checks", "BRANCH", { completes: "branch" }),
      trust,
    }),
    output: doneResult,
    decides: true,
    needs: ["repository"],
    runs: "tasks",
    cli: { command: "revert", displays: ["json"] },
  }),
  land: action({
    group: "Decide",
    title: "Bring the integration branch to the base",
    help: "bring the integration branch to the base",
    input: z.strictObject({
      into: text("another branch than the base", "BRANCH", { completes: "branch" }),
      task: list("only these, with what they need", "IDS", { completes: "task" }),
      trust,
    }),
    output: doneResult,
    decides: true,
    needs: ["repository", "run"],
    runs: "tasks",
    cli: {
      command: "land",
      displays: ["json"],
      more: [
        "Where the branch has commits of its own the checks run on both together first; red or in conflict, nothing",
        "moves and the exit code is 3. Where it is not the branch you work on, it asks; without a terminal --into names it.",
      ],
    },
  }),
  undo: action({
    group: "Decide",
    title: "Take the last landing back",
    help: "take the last landing back, while nobody else has it",
    input: z.strictObject({}),
    output: doneResult,
    decides: true,
    needs: ["repository"],
    cli: {
      command: "undo",
      displays: ["json"],
      more: [
        "Only while the branch still stands where it landed, its checkout is clean and no remote has it; else it says why",
        "not, and revert undoes one task by a commit.",
      ],
    },
  }),
};
