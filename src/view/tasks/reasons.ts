import type { Analysis, ChosenMode, FoundContext } from "../../domain/analysis.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";
import { modeForRisk } from "../../domain/task.ts";
import { counted } from "../text/amounts.ts";

/** What was made out about a task, as far as it was; TaskDetail fits. */
export interface Made {
  readonly parts?: readonly unknown[];
  readonly analysis?: Analysis;
  readonly chosenMode?: ChosenMode;
  readonly context?: FoundContext;
}

/** Why a task is done as it is, in a sentence each. Not cleaned: words of models and the backlog stand in it. */
export interface Reasons {
  readonly mode: string;
  readonly complexity: string;
  readonly models: string;
  readonly context: string;
  readonly review: string;
}

/** `byText`: what the rules make of its text where nobody has looked at it. `review`: of its settings; null: not known. */
export function reasonsOf(
  row: Pick<TaskRow, "spec" | "risk" | "startedAt">,
  made: Made,
  byText: Analysis,
  review: Settings["review"] | null,
): Reasons {
  const { chosenMode: chosen, parts = [] } = made;
  const inParts = parts.length > 0;
  return {
    mode: modeReason(row, made),
    complexity: complexityReason(row, made.analysis, byText),
    models: inParts
      ? "of each part by itself"
      : (chosen?.why.tier ?? "in the order in which routing and roles of the settings name them"),
    context: contextReason(row, made),
    review: inParts
      ? "each part by itself; the checks judge them together"
      : (chosen?.why.review ?? reviewReason(row, review)),
  };
}

function modeReason(
  { spec, startedAt }: Pick<TaskRow, "spec" | "startedAt">,
  { chosenMode: chosen, parts = [] }: Made,
): string {
  const { mode, risk, modeInstead, parent } = spec;
  if (parent !== undefined) return `${mode}, the mode of a task of its size: it is a part of ${parent}`;
  if (mode === "context-aware" && chosen !== undefined && parts.length > 0)
    return `in ${counted(parts.length, "part")} below; as a whole it would be ${chosen.mode}: ${chosen.why.mode}`;
  if (mode === "context-aware" && chosen !== undefined) return `${chosen.mode}, chosen by rules: ${chosen.why.mode}`;
  if (mode === "context-aware")
    return `context-aware${modeInstead === undefined ? "" : ` (${saidWords(modeInstead)})`}: what it is done with is chosen when ${startedAt === null ? "it begins" : "it was looked at"}`;
  if (modeInstead !== undefined) return `${mode}, ${saidWords(modeInstead)}`;
  return mode === modeForRisk(risk)
    ? `${mode}, the mode of ${risk} risk where nothing else is said`
    : `${mode}, as the backlog says`;
}

const saidWords = ({ by, file }: NonNullable<TaskRow["spec"]["modeInstead"]>): string =>
  `set by ${by}; the backlog says ${file}`;

function complexityReason({ spec }: Pick<TaskRow, "spec">, analysis: Analysis | undefined, byText: Analysis): string {
  const { complexity, kind, why } = analysis ?? byText;
  const told = `${complexity} of 5, ${kindWords[kind]}: ${why.join("; ")}`;
  if (analysis !== undefined) return told;
  if (spec.parent !== undefined) return `${told} (by its text alone; its mode went by what the split took it for)`;
  return `${told} (by its text alone${spec.mode === "context-aware" ? "; it is looked at when it begins" : "; nothing goes by it"})`;
}

const kindWords: Readonly<Record<Analysis["kind"], string>> = {
  bug: "a bug",
  feature: "a feature",
  refactor: "a refactoring",
  tests: "tests",
  docs: "documentation",
  chore: "a chore",
};

function contextReason({ spec }: Pick<TaskRow, "spec">, { context, chosenMode }: Made): string {
  const own = spec.context.length === 0 ? "" : `${spec.context.join(", ")}, as the backlog says; `;
  if (chosenMode !== undefined) return `${own}${chosenMode.why.context}`;
  if (context !== undefined)
    return `${own}${context.without === "" ? foundFiles(context) : `no search helped: ${context.without}`}`;
  return `${own}${spec.mode === "two-loop" || spec.mode === "three-loop" ? "nothing is searched for in this mode" : "nothing was searched for yet"}`;
}

/** `3 files that a search found: a.ts, b.ts, …`. */
function foundFiles({ files }: FoundContext): string {
  const names = files.slice(0, shownFiles).map(({ path }) => path);
  return `${counted(files.length, "file")} that a search found: ${names.join(", ")}${files.length > shownFiles ? ", …" : ""}`;
}

const shownFiles = 3;

function reviewReason({ spec, risk }: Pick<TaskRow, "spec" | "risk">, review: Settings["review"] | null): string {
  const per = review?.per ?? null;
  if (per !== null) return `${per === "step" ? "each step by itself" : "all of it together"}, as review.per says`;
  if (risk === "high") return "each step by itself, as its risk is high";
  return spec.mode === "adaptive"
    ? `each stage at its end, as its risk is ${risk}`
    : `all of it together at the end, as its risk is ${risk}`;
}

/** Lines for the overview of a task: only what somebody looked into. */
export function madeLines({ analysis, chosenMode, parts = [] }: Made): readonly string[] {
  return [
    ...(analysis === undefined
      ? []
      : [`complexity ${analysis.complexity} of 5, ${kindWords[analysis.kind]}: ${analysis.why.join("; ")}`]),
    ...(chosenMode === undefined || parts.length > 0 ? [] : [`${chosenMode.mode}: ${chosenMode.why.mode}`]),
  ];
}
