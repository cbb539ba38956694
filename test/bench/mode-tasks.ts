import { parseBacklog } from "../../src/backlog/backlog.ts";
import { parseScenario } from "../../src/backlog/scenario.ts";
import { shippedBacklog } from "../../src/cli/demo/scratch.ts";
import type { Scenario } from "../../src/domain/scenario.ts";
import type { Mode, TaskSpec } from "../../src/domain/task.ts";
import { taskSpec } from "../simulation/backlogs.ts";

export interface Fixture {
  readonly goal: string;
  readonly details: string;
  readonly risk: TaskSpec["risk"];
  readonly steps: number;
  /** Rounds in which the review of the change finds something. */
  readonly found: number;
}

/** Ten tasks of a small service, as a person would write them: from one line to a whole paragraph. */
const fixtures: readonly Fixture[] = [
  {
    goal: "Reject expired tokens",
    details: "A token is good up to its `exp`, in seconds.",
    risk: "medium",
    steps: 1,
    found: 1,
  },
  { goal: "Fix the typo in the welcome mail", details: "It says wellcome.", risk: "low", steps: 1, found: 0 },
  {
    goal: "Limit requests per account",
    details:
      "A hundred a minute by default, a setting for each plan. Who is over the limit gets 429 with Retry-After; what is refused does not count. The counters live in the cache that sessions use, so that all servers share them.",
    risk: "high",
    steps: 3,
    found: 2,
  },
  {
    goal: "Show when an invoice was paid",
    details: "In the list and in the PDF, in the account's time zone.",
    risk: "low",
    steps: 2,
    found: 0,
  },
  {
    goal: "Export users as CSV",
    details:
      "With the columns of the table, quoted as RFC 4180 wants; streamed, as there are accounts with a million users.",
    risk: "medium",
    steps: 2,
    found: 1,
  },
  {
    goal: "Remove the old search",
    details: "Nothing calls /v1/search since March. Its index goes too.",
    risk: "medium",
    steps: 2,
    found: 0,
  },
  {
    goal: "Retry webhooks",
    details: "Five times in a day, with growing pauses; then the owner gets a mail.",
    risk: "high",
    steps: 3,
    found: 1,
  },
  {
    goal: "Sort projects by last change",
    details: "The newest first; archived ones stay at the end.",
    risk: "low",
    steps: 1,
    found: 0,
  },
  {
    goal: "Make dates in logs UTC",
    details: "Some modules print local time. One helper for all.",
    risk: "low",
    steps: 1,
    found: 0,
  },
  {
    goal: "Ask before an account is deleted",
    details: "The name has to be typed. The account stays for 30 days and can be brought back by support until then.",
    risk: "high",
    steps: 3,
    found: 1,
  },
];

export interface ModeTasks {
  readonly name: string;
  readonly tasks: readonly TaskSpec[];
  /** What its models say; what is not here is the usual. */
  readonly scenario: (mode: Mode) => Scenario;
}

/** The fixture and the demo's backlog. Nobody is asked: what a person has to approve is not counted here. */
export async function modeTasks(): Promise<readonly ModeTasks[]> {
  const tasks = fixtures.map(({ goal, details, risk }, n) => taskSpec(`T${n + 1}`, { goal, details, risk }));
  const { tasks: shipped } = parseBacklog({ file: "tasks.yaml", text: await shippedBacklog(), settings: null });
  const demo = shipped.map((spec) => ({ ...spec, models: {}, checks: null, approve: [] }));
  return [
    {
      name: "ten tasks",
      tasks,
      scenario: (mode) => scenario(fixtures.flatMap((one, n) => rulesOf(one, `T${n + 1}`, mode))),
    },
    { name: "the demo's tasks", tasks: demo, scenario: () => scenario([]) },
  ];
}

/** The fixture by itself, as a task of the adaptive mode. */
export function adaptiveTask(fixture: Fixture): { readonly task: TaskSpec; readonly scenario: Scenario } {
  const { goal, details, risk } = fixture;
  const task = taskSpec("T1", { goal, details, risk, mode: "adaptive" });
  return { task, scenario: scenario(rulesOf(fixture, task.id, "adaptive")) };
}

/** A plan of some steps, in the adaptive mode of a stage each, and findings in the first reviews of its change. */
function rulesOf({ goal, steps, found }: Fixture, task: string, mode: Mode): readonly string[] {
  const each = Array.from(
    { length: steps },
    (_, n) => `{id: S${n + 1}, title: "${goal}, part ${n + 1}", details: What the task says of it., files: []}`,
  );
  const stages = each.map(
    (step, n) =>
      `{id: ST${n + 1}, title: "Part ${n + 1}", goal: "${goal}, part ${n + 1}", files: [], needs: [], checks: [], done_when: [It can be seen.], steps: [${step}]}`,
  );
  const plan =
    mode === "adaptive"
      ? `facts: [], unknown: [], guesses: [], stages: [${stages.join(", ")}]`
      : `steps: [${each.join(", ")}]`;
  const planned = `{on: {role: planner, task: ${task}}, answer: {summary: ${goal}, risks: [], ${plan}}}`;
  const finding = `{severity: major, file: src/a.ts, line: 7, text: The case in which there is none is not handled.}`;
  const finds = Array.from(
    { length: found },
    (_, n) =>
      `{on: {role: code_reviewer, task: ${task}, round: ${n + 1}}, n: 1, answer: {verdict: changes, summary: Not yet, findings: [${finding}]}}`,
  );
  return [planned, ...finds];
}

function scenario(rules: readonly string[]): Scenario {
  const text = `version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules: ${rules.length === 0 ? "[]" : `\n${rules.map((rule) => `  - ${rule}\n`).join("")}`}`;
  const read = parseScenario({ file: "modes.yaml", text });
  if (read.scenario === null) throw new Error(JSON.stringify(read.problems));
  return read.scenario;
}
