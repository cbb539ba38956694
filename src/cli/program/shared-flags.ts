import type { ArgumentSpec, FlagSpec } from "./command-spec.ts";

/** Flags and arguments that several commands have. */
export const json: FlagSpec = { name: "json", value: null, help: "for scripts" };
export const plain: FlagSpec = { name: "plain", value: null, help: "lines instead of the screen" };
export const file: ArgumentSpec = {
  name: "FILE",
  required: false,
  completes: "file",
  help: "the backlog; default tasks.yaml",
};
export const task: ArgumentSpec = { name: "ID", required: true, completes: "task", help: "a task" };
export const oneModel: ArgumentSpec = {
  name: "MODEL",
  required: true,
  completes: "model",
  help: "a model, an account or a provider",
};
export const risks = ["low", "medium", "high"];

export const runFlags: readonly FlagSpec[] = [
  { name: "parallel", value: "N", help: "tasks at once" },
  { name: "detach", value: null, help: "leave it running in the background" },
  plain,
  { ...json, help: "events, one a line; the last is run.ended" },
  { name: "no-wait", value: null, help: "end at a hold instead of waiting for it" },
  {
    name: "yes-to",
    value: "KINDS",
    many: true,
    choices: ["plan", "merge"],
    help: "approve plans or merges without asking",
  },
];

export const askFlags: readonly FlagSpec[] = [
  {
    name: "models",
    value: "A,B,C",
    many: true,
    completes: "model",
    help: "whom to ask; default roles.ask, else all",
  },
  { name: "prompt", value: "TEXT", help: "what is asked, instead of the argument" },
  { name: "timeout", value: "T", help: "how long each model may take, as in 30s" },
  { name: "synthesize", value: null, help: "make one answer of all" },
  { name: "vote", value: "MODEL", completes: "model", help: "keep whose answer was best, of the last ask" },
  { name: "of", value: "ASK", help: "with --vote: of this ask" },
  plain,
  json,
];
