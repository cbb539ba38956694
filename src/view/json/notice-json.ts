import type { ConditionResult } from "../../actions/results/condition.ts";
import type { NoticeResult } from "../../actions/results/notice.ts";
import { brand } from "../../domain/brand.ts";
import type { Question } from "../../domain/question.ts";
import type { NotifySettings } from "../../domain/settings.ts";
import { counted } from "../text/amounts.ts";
import { clean } from "../text/clean.ts";
import { questionWord } from "../text/state-styles.ts";
import { jsonVersion } from "./json.ts";

/** What a notice is made from. */
export interface NoticeFacts {
  /** Of the newest event it tells of: the same notice has the same one. */
  readonly id: string;
  readonly nowMs: number;
  readonly repository: string;
  /** Without an answer, the oldest first. */
  readonly questions: readonly Question[];
  readonly goals: ReadonlyMap<string, string>;
  /** Held until somebody releases them. */
  readonly held: readonly string[];
  readonly ended: NoticeResult["ended"];
  /** What stands in the way of the run; empty: something works, or nothing does. */
  readonly conditions?: readonly ConditionResult[];
}

const mostTasks = 20;
const longestText = 2_000;

/** One notice, with no more of a task in it than the settings let out. */
export function noticeJson(facts: NoticeFacts, detail: NotifySettings["detail"]): NoticeResult {
  const { questions, held, ended } = facts;
  const kinds = [
    ...(ended === null ? [] : (["run_ended"] as const)),
    ...(questions.length === 0 ? [] : (["question"] as const)),
    ...(held.length === 0 ? [] : (["hold"] as const)),
  ];
  const tasks = detail === "none" ? [] : questions.slice(0, mostTasks).map((one) => taskOf(one, facts, detail));
  const [release] = held;
  const conditions = detail === "none" ? [] : (facts.conditions ?? []);
  const command =
    questions.length > 0 || release === undefined || detail === "none"
      ? `${brand.bin} review`
      : `${brand.bin} release ${release}`;
  return {
    v: jsonVersion,
    id: facts.id,
    type: kinds.length === 1 ? (kinds[0] ?? "several") : "several",
    at: new Date(facts.nowMs).toISOString(),
    repository: facts.repository,
    title: `${brand.name}: ${titleOf(facts)}`,
    body: [
      `${facts.repository}: ${questions.length + held.length === 0 ? `${brand.bin} report` : command}`,
      ...tasks.flatMap(({ task, goal, kind, text }) => [
        `${task}  ${goal} (${questionWord[kind]})`,
        ...(text === undefined ? [] : [text]),
      ]),
      ...conditions.slice(0, 1).map((one) => `nothing runs: ${one.text}`),
    ].join("\n"),
    questions: questions.length,
    holds: held.length,
    ended,
    tasks,
    command: questions.length + held.length === 0 ? `${brand.bin} report` : command,
    ...(conditions.length === 0 ? {} : { conditions: [...conditions] }),
  };
}

/** What is sent to see whether anything comes through. */
export const testNotice = (id: string, nowMs: number, repository: string): NoticeResult => ({
  ...noticeJson({ id, nowMs, repository, questions: [], goals: new Map(), held: [], ended: null }, "none"),
  type: "test",
  title: `${brand.name}: this is a test`,
  body: `${repository}: notices come through`,
});

function titleOf({ questions, held, ended }: NoticeFacts): string {
  const wait =
    questions.length === 0
      ? []
      : [`${counted(questions.length, "question")} ${questions.length === 1 ? "waits" : "wait"}`];
  const holds = held.length === 0 ? [] : [`${counted(held.length, "hold")} without an end`];
  if (ended === null) return [...wait, ...holds].join(", ");
  const failed = ended.failed === 0 ? [] : [`${ended.failed} failed`];
  return `the run ended: ${[`${ended.done} done`, ...failed, ...wait, ...holds].join(", ")}`;
}

function taskOf(
  { task, kind, reason, actions, text }: Question,
  { goals }: NoticeFacts,
  detail: NotifySettings["detail"],
): NoticeResult["tasks"][number] {
  return {
    task,
    goal: clean(goals.get(task) ?? ""),
    kind,
    reason,
    actions: [...actions],
    ...(detail === "full" ? { text: clean(text, { lines: true, max: longestText }) } : {}),
  };
}
