import { brand } from "../domain/brand.ts";
import type { ArgumentSpec, CommandSpec, FlagSpec } from "./command-spec.ts";

const json: FlagSpec = { name: "json", value: null, help: "for scripts" };
const plain: FlagSpec = { name: "plain", value: null, help: "lines instead of the screen" };
const file: ArgumentSpec = { name: "FILE", required: false, completes: "file", help: "the backlog; default tasks.yaml" };
const task: ArgumentSpec = { name: "ID", required: true, completes: "task", help: "a task" };
const oneModel: ArgumentSpec = { name: "MODEL", required: true, completes: "model", help: "a model, an account or a provider" };
const risks = ["low", "medium", "high"];

const runFlags: readonly FlagSpec[] = [
  { name: "parallel", value: "N", help: "tasks at once" },
  { name: "detach", value: null, help: "leave it running in the background" },
  plain,
  { ...json, help: "events, one a line; the last is run.ended" },
  { name: "no-wait", value: null, help: "end at a hold instead of waiting for it" },
  { name: "yes-to", value: "KINDS", many: true, choices: ["plan", "merge"], help: "approve plans or merges without asking" },
];

/** All commands, in the order help shows them. Help, completions, manual page and parser are made from it. */
export const commandTable: readonly CommandSpec[] = [
  {
    name: "run", group: "Work", help: "run the backlog, or go on with it", arguments: [file], load: () => import("./run.ts"),
    flags: [
      { name: "task", aliases: ["task-id"], value: "ID", many: true, completes: "task", help: "only this task" },
      { name: "again", value: "ID", many: true, completes: "task", help: "do a finished task over" },
      ...runFlags,
    ],
    more: [
      "Exit codes: 0 all done; 1 a task failed; 2 usage, settings or backlog; 3 only questions are left; 4 only holds without an end,",
      "refused budgets, or --no-wait at a hold; 130 interrupted or stopped.",
      "The first SIGINT or SIGTERM stops at once and keeps everything, the second kills.",
    ],
  },
  {
    name: "do", group: "Work", help: "one task without a file", load: () => import("./do.ts"),
    arguments: [{ name: "GOAL", required: true, help: "what is to be done, in one sentence" }],
    flags: [
      { name: "risk", value: "R", choices: risks, help: "low, medium or high" },
      { name: "model", value: "M", completes: "model", help: "the model to try first" },
      ...runFlags,
    ],
  },
  {
    name: "plan", group: "Work", help: "waves, critical path, models and expected calls; starts nothing", arguments: [file], flags: [json],
    load: () => import("./plan.ts"),
  },
  {
    name: "init", group: "Work", help: `write a starter tasks.yaml and ${brand.settingsFile} from what is found; never overwrites`, load: () => import("./init.ts"),
  },
  {
    name: "doctor", group: "Work", help: "what works, what does not, why, and who pays", load: () => import("./doctor.ts"),
    flags: [{ name: "setup", value: null, help: "run the project's setup once in a worktree" }, json],
  },
  {
    name: "demo", group: "Work", help: "the whole loop on scripted models in a scratch repository", load: () => import("./demo/demo.ts"),
    flags: [{ name: "fast", value: null, help: "without pauses" }, plain, json],
  },
  { name: "watch", group: "Watch", help: "attach to the run", flags: [plain, json], load: () => import("./watch.ts") },
  { name: "pause", group: "Watch", help: "start nothing new until resume", load: () => import("./pause.ts") },
  { name: "resume", group: "Watch", help: "lift a pause, or go on with an interrupted run", flags: runFlags, load: () => import("./resume.ts") },
  {
    name: "stop", group: "Watch", help: "stop after the calls under way", load: () => import("./stop.ts"),
    flags: [{ name: "now", value: null, help: "at once; work under way is kept as snapshots" }],
  },
  { name: "review", group: "Decide", help: "what waits for you", flags: [json], load: () => import("./review.ts") },
  {
    name: "task", group: "Decide", help: "one task, and your decision about it", arguments: [task], load: () => import("./task.ts"),
    flags: [
      { name: "approve", value: null, help: "say yes to its question" },
      { name: "reject", value: null, help: "say no" },
      { name: "request-changes", value: "TEXT", help: "back to work, with these words" },
      { name: "retry", value: null, help: "try again where it stands" },
      { name: "model", value: "M", completes: "model", help: "with this model" },
      { name: "done", value: null, help: "you did it in its worktree" },
      { name: "abort", value: null, help: "give it up; its branch stays" },
      {
        name: "answer", value: "ACTION", choices: ["keep", "restart", "take_over", "allow_always", "deny"],
        help: "any other answer the question allows",
      },
      { name: "diff", value: null, help: "what it changed" },
      { name: "restore", value: "N", help: "write its snapshot N into a folder" },
      { name: "into", value: "DIR", completes: "folder", help: "the folder for --restore" },
      json,
    ],
  },
  {
    name: "rewind", group: "Decide", help: "start a task over from a point", arguments: [task], load: () => import("./rewind.ts"),
    flags: [{ name: "to", value: "POINT", help: "plan, a step such as S2, or snapshot/N" }],
  },
  { name: "revert", group: "Decide", help: "undo a task on the integration branch", arguments: [task], load: () => import("./revert.ts") },
  {
    name: "land", group: "Decide", help: "bring the integration branch to the base", load: () => import("./land.ts"),
    flags: [{ name: "into", value: "BRANCH", completes: "branch", help: "another branch than the base" }],
  },
  {
    name: "list", aliases: ["list-tasks"], group: "Look", help: "the tasks of this repository", load: () => import("./list.ts"),
    flags: [
      { name: "state", value: "S", many: true, help: "only these states, in any case" },
      { name: "area", value: "A", help: "only this area" },
      { name: "all", value: null, help: "of all repositories" },
      json,
    ],
  },
  { name: "active", group: "Look", help: "the running tasks", flags: [json], load: () => import("./active.ts") },
  { name: "summary", group: "Look", help: "totals of the current or last run", flags: [json], load: () => import("./summary.ts") },
  { name: "why", group: "Look", help: "who was chosen for a task and why", arguments: [task], flags: [json], load: () => import("./why.ts") },
  {
    name: "log", group: "Look", help: "what happened", arguments: [{ ...task, required: false }], load: () => import("./log.ts"),
    flags: [{ name: "follow", short: "f", value: null, help: "go on as it happens" }, json],
  },
  { name: "stats", group: "Look", help: "errors, durations, cost and speed", flags: [json], load: () => import("./stats.ts") },
  {
    name: "models", group: "Models", help: "health, breakers, holds and cost of each model", load: () => import("./models.ts"),
    arguments: [{ name: "FILE", required: false, completes: "file", help: "with --explain: a recorded stream" }],
    flags: [
      { name: "prices", value: null, help: "what each model costs" },
      { name: "reset", value: "M", completes: "model", help: "close its breaker" },
      { name: "explain", value: "ADAPTER", help: "what is made of a recorded stream" },
      { name: "exit", value: "N", help: "with --explain: its exit code" },
      { name: "signal", value: "S", help: "with --explain: the signal that ended it" },
      { name: "stderr", value: "FILE", completes: "file", help: "with --explain: its standard error" },
      json,
    ],
  },
  {
    name: "hold", group: "Models", help: "do not ask a model before an instant", arguments: [oneModel], load: () => import("./hold.ts"),
    flags: [{ name: "until", value: "T", help: "20:00, 2h or an ISO instant; without it until release" }],
  },
  { name: "release", group: "Models", help: "end the holds of a model", arguments: [oneModel], load: () => import("./release.ts") },
  {
    name: "clean", aliases: ["clean-state"], group: "Keep", help: "remove finished worktrees and old runs", load: () => import("./clean.ts"),
    flags: [
      { name: "all", value: null, help: "also unmerged work of failed tasks, after a yes" },
      { name: "force", value: null, help: "the yes" },
    ],
  },
  {
    name: "backup", group: "Keep", help: "copy the ledger, also while it is in use", load: () => import("./backup.ts"),
    arguments: [{ name: "FILE", required: true, completes: "file", help: "the copy; must not exist" }],
  },
  { name: "check", group: "Keep", help: "see whether the ledger is whole", flags: [json], load: () => import("./check.ts") },
  {
    name: "completions", group: "Program", help: "print the completions of a shell", load: () => import("./completions.ts"),
    arguments: [{ name: "SHELL", required: true, help: "bash, zsh or fish" }],
    more: [
      `bash: source <(${brand.bin} completions bash)`,
      `zsh:  ${brand.bin} completions zsh > "\${fpath[1]}/_${brand.bin}"`,
      `fish: ${brand.bin} completions fish > ~/.config/fish/completions/${brand.bin}.fish`,
    ],
  },
  { name: "man", group: "Program", help: `print the manual page; ${brand.bin} man | man -l -`, load: () => import("./man.ts") },
  {
    name: "engine", group: "Program", hidden: true, help: "what works behind a screen", arguments: [file], load: () => import("./engine.ts"),
    flags: [
      { name: "task", value: "ID", many: true, help: "only this task" },
      { name: "goal", value: "TEXT", help: "one task without a file" },
      { name: "goal-id", value: "ID", help: "its id" },
      { name: "risk", value: "R", choices: risks, help: "its risk" },
      { name: "model", value: "M", help: "its model" },
      ...runFlags,
    ],
  },
  {
    name: "screen", group: "Program", hidden: true, help: "the screen behind its launcher", load: () => import("./screen.ts"),
    flags: [{ name: "view", value: "VIEW", choices: ["review"], help: "where it opens" }],
  },
  {
    name: "words", group: "Program", hidden: true, help: "ids and models, for completions", load: () => import("./words.ts"),
    arguments: [{ name: "KIND", required: true, help: "task, model or branch" }],
  },
];

/** Null: there is no such command. */
export const findCommand = (word: string): CommandSpec | null =>
  commandTable.find(({ name, aliases = [] }) => name === word || aliases.includes(word)) ?? null;
