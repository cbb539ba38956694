import type { FoundFile } from "../domain/analysis.ts";
import type { Finding, Plan } from "../domain/answers.ts";
import type { CheckSettings, Settings, Severity } from "../domain/settings.ts";
import type { Risk, TaskSpec } from "../domain/task.ts";
import { block } from "./block.ts";
import { bullets, titled } from "./sections.ts";

/** What every prompt of a task knows. The same for all its calls. */
export interface TaskMaterial {
  readonly spec: Pick<TaskSpec, "id" | "goal" | "details" | "area" | "context">;
  /** Given or raised. */
  readonly risk: Risk;
  /** All checks of the project. */
  readonly allChecks: readonly Pick<CheckSettings, "name" | "run" | "when">[];
  /** Those of them that this task must pass. */
  readonly checks: readonly Pick<CheckSettings, "name">[];
  readonly protected: Settings["protected"];
}

/** What is different in each round. */
export interface RoundMaterial {
  /** From 1. */
  readonly round: number;
  /** Of this subject. */
  readonly open: readonly Finding[];
  /** A person's words, letter by letter; null: none. */
  readonly words: string | null;
  /** What people noted for the task's models, letter by letter. */
  readonly said: readonly string[];
  /** Files that a search has found for the task; empty: none was made, or it found none. */
  readonly hints: readonly Pick<FoundFile, "path" | "symbols">[];
  /** Our own words about this try: what the last one lacked. */
  readonly notes: readonly string[];
}

/** What is true of the project, whichever its task: equal letters in all calls of a run. */
export function contextSection({ allChecks, protected: globs }: TaskMaterial): string {
  const lines = [
    allChecks.length === 0
      ? "The project has no checks of its own."
      : `After the work these checks are run, by us and not by you, and must pass:\n${bullets(allChecks.map(checkLine))}`,
    globs.length === 0
      ? ""
      : `Protected paths, a change of which makes a person look: ${globs.map((glob) => `\`${glob}\``).join(", ")}.`,
  ];
  return titled("The repository", lines.filter((line) => line !== "").join("\n\n"));
}

const checkLine = ({ name, run, when }: TaskMaterial["allChecks"][number]): string =>
  `${name}: \`${run}\`${when === undefined ? "" : ` (where ${when.join(", ")} is changed)`}`;

export function taskSection({ spec, risk, allChecks, checks }: TaskMaterial): string {
  const area = spec.area === null ? "" : `Area: ${spec.area}\n`;
  const details = spec.details === null ? "" : `\n\n${spec.details.trim()}`;
  const names = checks.map(({ name }) => name).join(", ");
  const lines = [
    `Risk: ${risk}\n${block("TASK", `${area}${spec.id}: ${spec.goal}${details}`)}`,
    checks.length === allChecks.length
      ? ""
      : `Of the project's checks this task has to pass ${names === "" ? "none" : `only: ${names}`}.`,
    spec.context.length === 0 ? "" : `Files to know first:\n${block("CONTEXT", spec.context.join("\n"))}`,
  ];
  return titled("The task", lines.filter((line) => line !== "").join("\n\n"));
}

/** What the work is a part of, and what was decided in the stages before; null: the task is one step. */
export interface PlanMaterial {
  readonly plan: Plan | null;
  /** Of a roadmap, oldest first; absent: none. */
  readonly decisions?: readonly string[];
}

export const planSection = ({ plan, decisions = [] }: PlanMaterial): string =>
  [
    plan === null ? "" : titled("The plan of the whole task", block("PLAN", planText(plan))),
    decisions.length === 0 ? "" : titled("Decisions so far", block("DECISIONS", decisions.join("\n\n"))),
  ]
    .filter((part) => part !== "")
    .join("\n\n");

export const planText = (plan: Plan): string =>
  [
    plan.summary,
    ...plan.steps.map(({ id, title, details, files }) =>
      [`${id}: ${title}`, details, files.length === 0 ? "" : `Files: ${files.join(", ")}`]
        .filter((line) => line !== "")
        .join("\n"),
    ),
    plan.risks.length === 0 ? "" : `Risks:\n${bullets(plan.risks)}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");

export const findingsText = (findings: readonly Finding[]): string =>
  findings.map((finding) => `${finding.id} [${finding.severity}]${placeOf(finding)}\n${finding.text}`).join("\n\n");

const placeOf = ({ file, line }: Finding): string =>
  file === null ? "" : ` ${file}${line === null ? "" : `:${line}`}`;

/** Notes first, which stand there in every round; what was said last stands last. */
export function wordsSection({ said, words }: Pick<RoundMaterial, "said" | "words">): string {
  const all = [...said, ...(words === null ? [] : [words])].filter((text) => text.trim() !== "");
  return all.length === 0
    ? ""
    : titled("The person in charge says", all.map((text) => block("PERSON", text)).join("\n\n"));
}

export const notesSection = (notes: readonly string[]): string =>
  notes.length === 0 ? "" : titled("Mind this time", bullets(notes));

/** What the words for severities mean, and which of them keep work from going on. */
export function severityRules(blockOn: Severity): string {
  return bullets([
    "blocker: wrong results, lost data, a security hole, or the goal is not met.",
    "major: a real defect in a case that will happen, or a missing part of the task.",
    "minor: a defect in a rare case, or something that will make the next change hard.",
    "nit: taste. Leave most of them out.",
    `Findings of severity ${blockOn} and above keep the work from going on; the others are noted. Choose by consequence, not to get your way.`,
  ]);
}
