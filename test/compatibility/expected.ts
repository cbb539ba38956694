import { z } from "zod";

/** What is looked at before anything goes on: the name of a command, and what it prints as JSON. */
export const looks = ["list", "review", "summary", "models", "stats", "active"] as const;

/** What is kept of a fixture beside the place itself. */
export const expectedSchema = z.object({
  /** By command; only what does not change while time goes by. */
  before: z.record(z.string(), z.json()),
  /** How many lines of each type `log --json` prints. */
  log: z.record(z.string(), z.int()),
  /** Where the tasks come to when nobody answers; those that are not named are done. */
  rests: z.record(z.string(), z.string()),
  /** The only questions a run without answers may leave: "TASK kind reason". */
  questions: z.array(z.string()),
  /**
   * What a person says then, one after the other; with it every task gets done. `on`: as soon as this is asked. `writes`: a file is
   * written into the tree of this task before.
   */
  answers: z.array(z.object({ say: z.array(z.string()), on: z.string().optional(), writes: z.string().optional() })),
  /** What stands on the branch of finished work in the end, in any order. */
  subjects: z.array(z.string()),
});
export type Expected = z.infer<typeof expectedSchema>;

/** What the world of this folder comes to. */
export const story: Omit<Expected, "before" | "log"> = {
  rests: {
    FAILED: "AWAITING_HUMAN",
    LOST: "NEW",
    "PLAN-YES": "AWAITING_HUMAN",
    STEPS: "AWAITING_HUMAN",
    ROUNDS: "AWAITING_HUMAN",
    "MERGE-YES": "AWAITING_HUMAN",
    ASKING: "AWAITING_HUMAN",
    STUCK: "AWAITING_HUMAN",
    HELD: "IMPLEMENTING",
    TAKEN: "AWAITING_HUMAN",
    WAITS: "NEW",
  },
  questions: [
    "ASKING approval tool",
    "FAILED merge approval",
    "MERGE-YES merge approval",
    "PLAN-YES plan approval",
    "ROUNDS review rounds",
    "STEPS merge approval",
    "STUCK other models",
    "TAKEN other taken_over",
  ],
  answers: [
    { say: ["task", "TAKEN", "--done"], writes: "TAKEN" },
    { say: ["task", "STUCK", "--retry"] },
    { say: ["task", "ASKING", "--approve"] },
    ...["PLAN-YES", "MERGE-YES", "ROUNDS", "STEPS", "FAILED"].map((task) => ({ say: ["task", task, "--approve"] })),
    { say: ["release", "yew"] },
    { say: ["task", "TAKEN", "--approve"], on: "TAKEN merge approval" },
  ],
  subjects: [
    "FIRST: Be done in an earlier run",
    "DONE-1: Be done",
    "DONE-2: Be done behind another",
    "UNDONE: Be merged and undone",
    "UNDONE: revert Be merged and undone",
    "FAILED: Be rejected",
    "LOST: Need what failed",
    "PLANNING: Be planned",
    "PLAN-REVIEW: Have its plan reviewed",
    "PLAN-AGAIN: Be planned a second time",
    "PLAN-YES: Wait for a yes to its plan",
    "PLAN-SAID: Have got its yes",
    "STEPS: Be done in two steps",
    "ADOPTED: Be written when nobody is there",
    "REVIEWED: Be reviewed",
    "ROUNDS: Not converge",
    "GATE: Be checked",
    "FIXING: Be red",
    "MERGE-YES: Wait for a yes to its merge",
    "CLASH-1: Write the same text",
    "CLASH-2: Write the same text otherwise",
    "ASKING: Ask during its call",
    "STUCK: Find no planner",
    "LIMITED: Meet a limit",
    "HELD: Wait for a release",
    "BREAKS: Open a breaker",
    "RETRIED: Be tried again",
    "REWOUND: Be started over",
    "TAKEN: Be taken over",
    "WAITS: Wait for others",
    "LATER: Try out what rests",
    "DO-1: Say hello",
    "start",
  ],
};
