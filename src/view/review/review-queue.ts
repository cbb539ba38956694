import type { Action, ChangeRequest, Question } from "../../domain/question.ts";
import type { OwnKeys } from "../keys/command-spec.ts";
import type { DiffSnapshot, OpenQuestion, TaskFacts } from "../screen/screen-source.ts";
import type { ReviewSection } from "../screen/ui-state.ts";
import { isPlanOnly } from "../tasks/credits.ts";
import { clean } from "../text/clean.ts";
import { age, instant } from "../text/durations.ts";
import {
  empty,
  fitLine,
  fitParts,
  lineWidth,
  span,
  boldSpan,
  revealedSpan,
  selectLine,
  spread,
  type Line,
} from "../text/line.ts";
import { questionWord, riskStyle, taskStyle } from "../text/state-styles.ts";
import { wrap } from "../text/width.ts";
import { evidenceFacts } from "./evidence-words.ts";
import { questionLines } from "./question-lines.ts";
import { checkMarks, isAgainst, latestChecks, openFindings } from "./evidence.ts";

export const sectionTitle: Record<ReviewSection, string> = {
  plan: "Plan",
  diff: "Diff",
  findings: "Findings",
  checks: "Checks",
  facts: "Facts",
};

const suited: Record<Question["kind"], readonly ReviewSection[]> = {
  plan: ["plan"],
  review: ["diff", "findings"],
  merge: ["diff"],
  approval: ["facts"],
  budget: ["facts"],
  conflict: ["diff", "facts"],
  backlog: ["facts"],
  gate: ["checks", "diff"],
  base: ["facts"],
  setup: ["facts"],
  parts: ["facts"],
  other: ["facts"],
};

/** A check that fails is seen first, wherever it is why a person is asked. */
function firstSections(question: Question, facts: TaskFacts | null): readonly ReviewSection[] {
  const red = latestChecks(facts?.checks ?? []).some(isAgainst);
  return red && question.kind !== "plan" ? ["checks", ...suited[question.kind]] : suited[question.kind];
}

/** The sections there is something for, and the one to begin with. */
export function reviewSections(
  question: Question,
  facts: TaskFacts | null,
  diff: DiffSnapshot,
): { readonly shown: readonly ReviewSection[]; readonly first: ReviewSection } {
  const there: Record<ReviewSection, boolean> = {
    plan: facts?.plan != null,
    diff: diff.state !== "none",
    findings: (facts?.findings.length ?? 0) > 0,
    checks: (facts?.checks.length ?? 0) > 0,
    facts: true,
  };
  const order: readonly ReviewSection[] = ["plan", "diff", "findings", "checks", "facts"];
  return {
    shown: order.filter((section) => there[section]),
    first: firstSections(question, facts).find((section) => there[section]) ?? "facts",
  };
}

/** What was asked for in the round before, in short; the facts have all of it. Empty: nothing was. */
export function requestText(
  request: ChangeRequest | null,
  now: number,
  at: { readonly columns: number; readonly rows: number },
): readonly string[] {
  if (request === null || at.rows === 0) return [];
  const words = `you asked ${age(now - request.at)} ago: ${request.text
    .trim()
    .replace(/(?<![\s.:;!?])\s*\n\s*/g, " · ")
    .replace(/\s+/g, " ")}`;
  const lines = wrap(clean(words, { reveal: true, max: 2000 }), at.columns - 2, at.rows + 1);
  if (lines.length <= at.rows) return lines;
  return lines.slice(0, at.rows).map((line, index) => (index === at.rows - 1 ? `${line} …` : line));
}

/** ID, title, and at the right who did what: the head of the question's panel. */
export function questionHead(
  open: OpenQuestion,
  facts: TaskFacts | null,
  place: { readonly index: number; readonly count: number },
  columns: number,
): { readonly title: Line; readonly note: Line } {
  const { question } = open;
  const right: Line[] = [];
  if (facts !== null) {
    const { task } = facts;
    const { writer, isPlan, reviewers } = creditsOf(question, facts);
    // Where a merge or a review is asked about, there is work.
    const hasWork = task.author !== null || question.kind === "merge" || question.kind === "review";
    const did = isPlan ? "planned" : hasWork ? "wrote" : "was asked";
    if (writer !== null) right.push([span(`${writer} `, "accent"), span(did, "muted")]);
    if (reviewers.length > 0) right.push([span(`${reviewers.join(", ")} `, "accent"), span("reviewed", "muted")]);
    const marks = checkMarks(facts.checks);
    if (marks.length > 0) right.push([span("checks ", "muted"), ...marks]);
    if (task.risk !== "low") right.push([span("risk ", "muted"), span(task.risk, riskStyle[task.risk].tone)]);
  }
  const title: Line = [
    span(`Review ${place.index + 1} of ${place.count}  `, "muted"),
    boldSpan(question.task, "ask"),
    span(`  ${facts?.task.spec.goal ?? ""}`, "title"),
  ];
  return { title, note: fitParts(right, columns - lineWidth(title) - 4, 3) };
}

/** Who did what is asked about: a question that names them is right, then the plan or the work itself; findings only where nothing else tells. */
function creditsOf(
  { evidence, kind }: Question,
  { task, plan, findings }: TaskFacts,
): { readonly writer: string | null; readonly isPlan: boolean; readonly reviewers: readonly string[] } {
  const { planner, reviewer } = evidence;
  const isPlan = kind === "plan" || (isPlanOnly(task) && plan !== null);
  const planned = typeof planner === "string" ? planner : (plan?.model ?? null);
  const own = findings.filter(({ subject }) => (subject === "plan") === isPlan);
  const last = (own.length > 0 ? own : findings).at(-1)?.reviewer;
  const known = typeof reviewer === "string" ? reviewer : isPlan ? null : task.reviewer;
  return {
    writer: isPlan ? planned : (task.author ?? task.model),
    isPlan,
    reviewers: [known ?? last ?? ""].filter((name) => name !== ""),
  };
}

/** One row of the queue. */
export function queueRow(
  open: OpenQuestion,
  now: number,
  columns: number,
  selected: boolean,
  marked = false,
  also = 0,
): Line {
  const { question } = open;
  const right = [span(age(now - question.askedAt), "muted")];
  const left = [
    span(selected ? ">" : " "),
    span(marked ? "•" : " ", "ask"),
    boldSpan(question.task, "ask"),
    span(also === 0 ? "" : ` +${also}`, "ask"),
    span(`  ${questionWord[question.kind]}`, "muted"),
  ];
  const line = fitLine(spread(left, right, columns), columns);
  return selected ? selectLine(line) : line;
}

/** All that may be asked for is seen: a command, or the part of a change that is shown. */
const longestFact = 20_000;

/** What a person may weigh: what is asked and what each answer leads to, the question's evidence, and where the work lies. */
export function factLines(
  open: OpenQuestion,
  facts: TaskFacts | null,
  now: number,
  columns: number,
  keys?: OwnKeys,
): readonly Line[] {
  const { question } = open;
  const pairs: (readonly [string, string])[] = [
    ["asked", `${instant(question.askedAt, now)} (${age(now - question.askedAt)} ago)`],
    ["kind", `${questionWord[question.kind]}, ${question.reason.replaceAll("_", " ")}`],
    ["after it", taskStyle[question.returnState].word],
  ];
  const request = facts?.request ?? null;
  if (request !== null) pairs.push(["you asked", `${request.text}\n(${instant(request.at, now)}, ${request.by})`]);
  for (const { label, text } of evidenceFacts(question.evidence)) pairs.push([label, text]);
  if (facts !== null) {
    const { task } = facts;
    if (task.branch !== null) pairs.push(["branch", task.branch]);
    if (task.worktree !== null) pairs.push(["worktree", task.worktree]);
    if (task.baseCommit !== null) pairs.push(["base", task.baseCommit.slice(0, 12)]);
    if (task.commit !== null) pairs.push(["tip", task.commit.slice(0, 12)]);
    const blocking = openFindings(facts.findings);
    if (blocking.length > 0)
      pairs.push(["open findings", blocking.map(({ id, severity }) => `${id} ${severity}`).join(", ")]);
    const red = latestChecks(facts.checks).filter(({ result }) => result === "fail");
    if (red.length > 0) pairs.push(["failing checks", red.map(({ name }) => name).join(", ")]);
  }
  const label = Math.min(18, Math.max(...pairs.map(([name]) => name.length)) + 2);
  return [
    ...pairs.flatMap(([name, value]) =>
      wrap(clean(value, { lines: true, reveal: true, max: longestFact }), Math.max(10, columns - label)).map(
        (part, index) => [span((index === 0 ? name : "").padEnd(label), "muted"), revealedSpan(part)],
      ),
    ),
    empty,
    ...questionLines(question, facts, columns, keys),
  ];
}

/** What was decided, for the undo line. */
export const decidedWord: Record<Action, string> = {
  approve: "approved",
  reject: "rejected",
  request_changes: "changes requested for",
  retry: "retry of",
  take_over: "taken over:",
  abort: "aborted",
  keep: "kept as begun:",
  restart: "restarted",
  allow_always: "always allowed for",
  deny: "denied for",
  done: "done by you:",
};
