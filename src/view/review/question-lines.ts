import { proofWords } from "../../domain/proof.ts";
import type { Question } from "../../domain/question.ts";
import type { CheckRow } from "../../domain/rows.ts";
import type { OwnKeys } from "../keys/command-spec.ts";
import { keyOf } from "../keys/keys.ts";
import type { OpenQuestion, TaskFacts } from "../screen/screen-source.ts";
import { counted } from "../text/amounts.ts";
import { clean } from "../text/clean.ts";
import { cutLine, gap, lineWidth, revealedSpan, span, boldSpan, type Line } from "../text/line.ts";
import type { Tone } from "../../domain/screen-settings.ts";
import { wrap } from "../text/width.ts";
import { wrapPieces, type Piece } from "../text/wrap-pieces.ts";
import { answerCommand, answerWord } from "./answer-words.ts";
import { isAgainst, latestChecks, openFindings } from "./evidence.ts";
import { consequenceOf, meaningOfQuestion, ruleOf } from "./question-words.ts";

/** One part of what is said of a question; the most telling lines come first. */
interface Part {
  readonly label: string;
  readonly text: string;
  readonly tone: Tone;
  /** So many lines before the others have one each. */
  readonly least: number;
  /** Our own words alone: what stands behind them in the same row cannot be taken for theirs. */
  readonly own: boolean;
}

const labelColumns = 9;

/** How the checks stand, with numbers. */
function checksText({ checks }: TaskFacts): string | null {
  const last = latestChecks(checks);
  if (last.length === 0) return null;
  const namesOf = (rows: readonly CheckRow[]): string => rows.map(({ name }) => name).join(", ");
  const red = last.filter(isAgainst);
  const before = last.filter(({ result }) => result === "known");
  const failures = red.reduce((sum, { newFailures }) => sum + newFailures.length, 0);
  const all = counted(last.length, "check");
  const knownToo = before.length === 0 ? "" : `, red before the work too: ${namesOf(before)}`;
  if (red.length === 0) return `${last.length - before.length} of ${all} green${knownToo}`;
  const more = failures === 0 ? "" : `, ${counted(failures, "new failure")}`;
  return `${red.length} of ${all} not green: ${namesOf(red)}${more}${knownToo}`;
}

/** What the reviewer made of it. */
function verdictText({ evidence, kind }: Question, { task, findings }: TaskFacts): string | null {
  const { reviewer, summary } = evidence;
  const name = typeof reviewer === "string" ? reviewer : kind === "plan" ? null : task.reviewer;
  if (name === null) return null;
  const open = openFindings(findings);
  const found = open.length === 0 ? "nothing open" : `${counted(open.length, "finding")} open`;
  return typeof summary === "string" && summary !== ""
    ? `${name}: ${summary} (${found})`
    : `${name} reviewed, ${found}`;
}

/** What proves it: the checks, the reviewer, and what was measured. Null: nothing was looked at yet. */
export function proofText(question: Question, facts: TaskFacts | null): string | null {
  if (facts === null) return null;
  const parts = [checksText(facts), verdictText(question, facts)].filter((part) => part !== null);
  const { proof } = facts.task;
  if (proof !== null && proof.proof !== "checks") parts.push(proofWords(proof));
  return parts.length === 0 ? null : parts.join("; ");
}

/** What the task says beside its goal, which stands in the title. */
const taskText = (facts: TaskFacts | null): string | null => facts?.task.spec.details ?? null;

function partsOf(question: Question, facts: TaskFacts | null, also: readonly string[]): readonly Part[] {
  const rule = ruleOf(question, facts?.task.spec ?? null);
  const proof = proofText(question, facts);
  const part = (label: string, text: string | null, least: number, tone: Tone = "text"): readonly Part[] =>
    text === null ? [] : [{ label, text, tone, least, own: label === "means" }];
  return [
    ...part("what", question.text, 2),
    ...part(
      "also",
      also.length === 0
        ? null
        : `${also.join(", ")} ${also.length === 1 ? "asks" : "ask"} the same: one answer is for all`,
      1,
      "warn",
    ),
    ...part("means", meaningOfQuestion(question), 1),
    ...part("why you", rule, 1, "warn"),
    ...part("proof", proof, 1),
    ...part("task", taskText(facts), 1, "muted"),
  ];
}

const cleanText = (text: string): string => clean(text, { lines: true, reveal: true, max: 8000 }).trim();

/** Wrapped under its label. */
function partLines({ label, text, tone }: Part, columns: number): readonly Line[] {
  const room = Math.max(10, columns - labelColumns);
  return wrap(cleanText(text), room, 60).map((line, index): Line => [
    span((index === 0 ? label : "").padEnd(labelColumns), "muted"),
    revealedSpan(line, tone),
  ]);
}

/** Each answer with its key and what it leads to. */
export function answerLines(question: Question, columns: number, keys: OwnKeys = {}): readonly Line[] {
  return question.actions.flatMap((action): readonly Line[] => {
    const key = keyOf(answerCommand[action], keys) ?? "";
    const word = answerWord(action, question);
    const head = `${key} ${word}`.padEnd(labelColumns + 8);
    return wrap(consequenceOf(action, question), Math.max(10, columns - head.length - 1), 3).map((line, index): Line =>
      index === 0
        ? [
            boldSpan(key.padEnd(2), "accent"),
            span(head.slice(Math.max(2, key.length + 1)).padEnd(head.length - 2)),
            gap(1),
            span(line, "muted"),
          ]
        : [gap(head.length + 1), span(line, "muted")],
    );
  });
}

/** All of it, for the facts. */
export const questionLines = (
  question: Question,
  facts: TaskFacts | null,
  columns: number,
  keys?: OwnKeys,
): readonly Line[] => [
  ...partsOf(question, facts, []).flatMap((part) => partLines(part, columns)),
  ...answerLines(question, columns, keys),
];

/** Answers one behind the other, in as few rows as they take. */
function answerFlow(question: Question, columns: number, keys: OwnKeys = {}): readonly Line[] {
  const pieces = question.actions.flatMap((action, index): readonly Piece[] => [
    { text: index === 0 ? "" : " · ", tone: "border", bold: false },
    { text: keyOf(answerCommand[action], keys), tone: "accent", bold: true },
    { text: ` ${answerWord(action, question)}: `, tone: "text", bold: false },
    { text: cleanText(consequenceOf(action, question)), tone: "muted", bold: false },
  ]);
  return wrapPieces(pieces, Math.max(10, columns - labelColumns)).map((line, index): Line => [
    span((index === 0 ? "keys" : "").padEnd(labelColumns), "muted"),
    ...line,
  ]);
}

/** A part with its lines. One of a single line stands beside our own words where there is room. */
type Block = Pick<Part, "least" | "own"> & { readonly lines: readonly Line[] };

function packed(blocks: readonly Block[], columns: number): readonly Block[] {
  return blocks.reduce<readonly Block[]>((done, { lines: [line = [], ...more], ...block }) => {
    const last = done.at(-1);
    const [before = [], ...others] = last?.lines ?? [];
    const beside = [...before, gap(3), ...line];
    const fits = last?.own === true && others.length + more.length === 0 && lineWidth(beside) <= columns;
    return fits
      ? [...done.slice(0, -1), { ...block, least: 1, lines: [beside] }]
      : [...done, { ...block, lines: [line, ...more] }];
  }, []);
}

/** Rows of the answers, when there is room for more than a row of each part. */
const mostAnswerRows = 3;

/** What stands above the evidence in so many rows: the most telling of each part, then what the keys lead to. The facts have all of it. */
export function questionHeadLines(
  { question }: OpenQuestion,
  facts: TaskFacts | null,
  at: { readonly columns: number; readonly rows: number; readonly keys?: OwnKeys; readonly also?: readonly string[] },
): readonly Line[] {
  const blocks = partsOf(question, facts, at.also ?? []).map((part) => ({
    ...part,
    lines: partLines(part, at.columns),
  }));
  const parts = packed(blocks, at.columns);
  const flow = { least: mostAnswerRows, lines: answerFlow(question, at.columns, at.keys) };
  const all = [...parts, flow];
  const given = all.map(() => 0);
  let left = at.rows;
  const give = (index: number, most: number): void => {
    const more = Math.min(left, most - (given[index] ?? 0));
    if (more <= 0) return;
    given[index] = (given[index] ?? 0) + more;
    left -= more;
  };
  parts.forEach((_part, index) => give(index, 1));
  all.forEach(({ least, lines }, index) => give(index, Math.min(least, lines.length)));
  parts.forEach(({ lines }, index) => give(index, lines.length));
  return all.flatMap(({ lines }, index) => cutAt(lines, given[index] ?? 0, at.columns));
}

/** With a sign where more of it stands in the facts. */
function cutAt(lines: readonly Line[], count: number, columns: number): readonly Line[] {
  if (lines.length <= count) return lines;
  return lines.slice(0, count).map((line, index) => {
    if (index < count - 1) return line;
    const cut = cutLine(line, Math.max(1, columns - 2));
    return cut === line ? [...line, span(" …", "muted")] : cut;
  });
}
