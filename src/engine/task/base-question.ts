import { brand } from "../../domain/brand.ts";
import type { BaseCheck, EventData, NewEvent } from "../../domain/events.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Question } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { withoutGeneration } from "../../domain/unit-key.ts";
import type { Brought } from "../ports/workspace.ts";
import type { Asked, Given } from "../writing/questions.ts";
import type { DurableTask } from "./durable-task.ts";
import { Stopped } from "../waiting/interrupts.ts";
import type { TaskWriter } from "../writing/task-writer.ts";

/** What keeps a task from starting where nothing was changed yet. */
export type BaseTrouble =
  /** Checks that are red as a whole, and that nobody goes on without. */
  | { readonly kind: "red"; readonly checks: readonly BaseCheck[]; readonly commit: string; readonly hasSetup: boolean }
  /** They could not be measured: setup fails, or git does. */
  | { readonly kind: "fault"; readonly message: string; readonly detail: string }
  /** The base has moved, and the integration branch could not be brought up to it. */
  | { readonly kind: "unfollowed"; readonly move: BaseMove; readonly why: Unfollowed }
  /** A check was green at a merge and is red by a later one, and nobody has said what becomes of that. */
  | ({ readonly kind: "regressed" } & BaseRegression)
  /** The task by which it turned red is done again, which the others wait for. */
  | { readonly kind: "mending"; readonly task: TaskId }
  /** Set-up fails in new worktrees. */
  | { readonly kind: "setup"; readonly message: string; readonly detail: string };

/** By which merge a check turned red. */
export interface BaseRegression {
  readonly found: EventData["regression.found"];
  readonly check: BaseCheck;
  /** The task that was merged. */
  readonly row: Pick<TaskRow, "id" | "spec">;
}

/** A move of the base, as the integration branch sees it. */
export interface BaseMove {
  readonly base: string;
  /** Its tip that was known; null: none was. */
  readonly from: string | null;
  readonly to: string;
  readonly into: string;
  /** Where that branch stands. */
  readonly at: string;
}

export type Unfollowed = { readonly kind: "rewritten" } | Extract<Brought, { kind: "conflict" | "red" | "blocked" }>;

/** The checks of a run on what its tasks start from. One of the tasks asks about them, all others wait. */
export interface BaseChecks {
  /** Resolves when no check is being measured that tasks have to wait for. Rejects when the signal aborts. */
  settled(signal: AbortSignal): Promise<void>;
  /** Brings the integration branch up to the base, once for all tasks; null: it has all of it, or goes on without. */
  followed(task: TaskId, signal: AbortSignal): Promise<BaseTrouble | null>;
  /** After that measures, once for all tasks, where a task would start now; null: it may. */
  troubleOf(spec: TaskSpec, signal: AbortSignal): Promise<BaseTrouble | null>;
  /** Whether a task that was to be done again is over. */
  isMended(task: TaskId): Promise<boolean>;
  /** Does what was said about a merge by which a check turned red; `evidence` is that of the question. */
  settle(evidence: Question["evidence"], given: Given): Promise<void>;
  /** Whether nobody asks now. */
  isFree(): Promise<boolean>;
  /** Makes this task the one that asks; false: another is. */
  claim(task: TaskId): Promise<boolean>;
  /** Its question is over; what it was about is looked at again, and measured again where `anew`. */
  release(task: TaskId, anew: boolean): void;
}

/** The durable keys of this question in a task, which no pipeline has. */
export const baseKeys = "base/";

export const isBaseQuestion = (question: Pick<Question, "key">): boolean =>
  withoutGeneration(question.key).startsWith(baseKeys);

/** Asks what is to be done about a base that is red. Returns whether it is to be measured again. */
export async function askAboutBase(
  task: DurableTask,
  writer: TaskWriter,
  trouble: Exclude<BaseTrouble, { kind: "mending" }>,
  base: Pick<BaseChecks, "settle">,
): Promise<boolean> {
  const key = `${baseKeys}${writer.countOf(baseKeys) + 1}`;
  const asked = { ...wordsOf(trouble), returnState: writer.stateBeforeQuestion };
  return await ask(task, key, asked, writer, base);
}

/**
 * The same of a question that an engine before this one has asked. Where it was answered before this one began, to abort was meant
 * for that run: the base is measured again.
 */
export async function awaitBaseAnswer(
  task: DurableTask,
  writer: TaskWriter,
  question: Question,
  base: Pick<BaseChecks, "settle">,
  answeredBefore: boolean,
): Promise<boolean> {
  const key = withoutGeneration(question.key);
  return await ask(task, key, question, writer, base, answeredBefore);
}

type AskedBase = Pick<Asked, "kind" | "reason" | "text" | "actions" | "evidence" | "returnState">;

async function ask(
  task: DurableTask,
  key: string,
  asked: AskedBase,
  writer: TaskWriter,
  base: Pick<BaseChecks, "settle">,
  answeredBefore = false,
): Promise<boolean> {
  const given = await task.ask(key, {
    ...asked,
    to: () => writer.stateBeforeQuestion,
    records: (answer) => (answer.action === "abort" && answeredBefore ? [] : eventsOf(answer, asked.evidence)),
  });
  // The run hears of it a moment later.
  if (given.action === "abort" && !answeredBefore) throw new Stopped("the run is stopping");
  if (asked.reason === regressedReason) await base.settle(asked.evidence, given);
  return given.action !== "keep";
}

/** What an answer makes true, together with its being taken. */
function eventsOf({ action, by }: Given, evidence: Asked["evidence"]): readonly NewEvent[] {
  if (action === "abort")
    return [{ type: "run.stopping", data: { now: false, actor: { kind: "person", name: by, pid: null } } }];
  if (action !== "keep") return [];
  const { checks } = evidence;
  const [base, from, to, into, at] = ["base", "from", "to", "into", "at"].map((name) => textIn(evidence, name));
  if (base != null && to != null && into != null && at != null)
    return [{ type: "base.followed", data: { base, from: from ?? to, to, into, commit: at, by: "kept" } }];
  return (isList(checks) ? checks : []).flatMap((check) => {
    const [name, command] = [textIn(check, "name"), textIn(check, "command")];
    return name === null || command === null ? [] : [{ type: "check.waived", data: { check: name, command, by } }];
  });
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

function textIn(value: Json, name: string): string | null {
  if (value === null || typeof value !== "object") return null;
  const found = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === "string" ? found : null;
}

const regressedReason = "regressed";
const shownLines = 12;

function wordsOf(trouble: Exclude<BaseTrouble, { kind: "mending" }>): Omit<AskedBase, "returnState"> {
  if (trouble.kind === "regressed") return regressedWords(trouble);
  if (trouble.kind === "setup")
    return {
      kind: "setup",
      reason: "setup_failed",
      text: `No task can go on: setup fails in a worktree where no task has changed anything. ${trouble.message}${tail(trouble.detail)}\nMend it and retry, which runs it again for all that wait; or abort: the run then stops, nothing is lost, and a changed setup in ${brand.settingsFile} counts from the next run on.`,
      actions: ["retry", "abort"],
      evidence: { why: trouble.message, output: trouble.detail },
    };
  if (trouble.kind === "fault")
    return {
      kind: "gate",
      reason: "base_fault",
      text: `Nothing was started: the checks cannot be measured where nothing was changed yet. ${trouble.message}${tail(trouble.detail)}\nMend it and retry, or abort: the run then stops, and nothing is lost.`,
      actions: ["retry", "abort"],
      evidence: { why: trouble.message, output: trouble.detail },
    };
  if (trouble.kind === "unfollowed") return unfollowedWords(trouble);
  const { checks, commit, hasSetup } = trouble;
  const names = checks.map(({ name }) => name).join(", ");
  const hint = hasSetup
    ? `Does setup in ${brand.settingsFile} make everything that ${names} needs?`
    : `There is no setup in ${brand.settingsFile}: a fresh worktree has only what git has, no installed packages.`;
  return {
    kind: "gate",
    reason: "base_red",
    text: `Nothing was started and nothing was paid: ${names} ${checks.length === 1 ? "is" : "are"} red at ${commit.slice(0, 7)}, where no task has changed anything, so ${checks.length === 1 ? "it proves" : "they prove"} nothing. ${hint}${checks.map(checkTail).join("")}\nMend it (a commit on the base, or something on this machine) and retry; keep going without ${names}, until green once; or abort: the run stops, nothing is lost, and a changed ${brand.settingsFile} counts from the next run on.`,
    actions: ["retry", "keep", "abort"],
    evidence: {
      commit,
      checks: checks.map(({ name, command, output, tail: end }) => ({ name, command, output, tail: end })),
    },
  };
}

const checkTail = (check: BaseCheck): string => `\n${check.name}: ${check.command}${tail(check.tail)}`;

function tail(text: string): string {
  const lines = text.trim().split("\n").slice(-shownLines);
  return lines.join("") === "" ? "" : `\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function unfollowedWords({ move, why }: Extract<BaseTrouble, { kind: "unfollowed" }>): Omit<AskedBase, "returnState"> {
  const { base, into } = move;
  const { what, mend } = standsAgainst(move, why);
  return {
    kind: "base",
    reason: why.kind === "red" ? "base_merge_red" : `base_${why.kind}`,
    text: `${what}\nRetry when you have mended it: ${mend}; keep: tasks go on from ${into} as it is, without what is new on ${base}, until that moves again; or abort: the run stops, and nothing is lost.`,
    actions: ["retry", "keep", "abort"],
    evidence: { ...move, ...(why.kind === "conflict" ? { files: [...why.files] } : {}) },
  };
}

/** What happened, and what a person can do about it. */
function standsAgainst({ base, from, to, into }: BaseMove, why: Unfollowed): Readonly<Record<"what" | "mend", string>> {
  const moved = `${base} moved to ${to.slice(0, 7)}`;
  switch (why.kind) {
    case "rewritten":
      return {
        what: `${base} was rewritten: it is at ${to.slice(0, 7)}, and ${(from ?? "").slice(0, 7)}, which ${into} is built on, is not in it any more. Nothing was brought over.`,
        mend: `put ${base} back, or bring the new ${base} into ${into} by hand (git merge or git rebase)`,
      };
    case "conflict":
      return {
        what: `${moved}, and ${into} changed the same lines (${why.files.slice(0, 5).join(", ")}). Nothing was brought over.`,
        mend: `merge ${into} into ${base} by hand, which lands it, or ${base} into ${into} and say that it counts when you are asked`,
      };
    case "red": {
      const red = why.checks.filter(({ result }) => result === "fail" || result === "environment");
      const tails = red.map(({ name, tail: end }) => `\n${name}:${tail(end)}`).join("");
      return {
        what: `${moved}, and together with ${into} ${red.map(({ name }) => name).join(", ")} ${red.length === 1 ? "is" : "are"} not green. Nothing was brought over.${tails}`,
        mend: `a commit on ${base}, or something on this machine`,
      };
    }
    case "blocked":
      return { what: `${moved}, and ${into} cannot be brought up to it: ${why.why}.`, mend: "clear the way" };
  }
}

function regressedWords({ found, check, row }: BaseRegression): Omit<AskedBase, "returnState"> {
  const { red, green, failures, dependants, runs } = found;
  const mayReopen = row.spec.parent === undefined;
  const stay =
    dependants.length === 0
      ? ""
      : ` ${dependants.join(", ")}, which ${dependants.length === 1 ? "needs" : "need"} it, ${dependants.length === 1 ? "stays" : "stay"} done.`;
  const reopen = mayReopen
    ? `Restart: ${row.id} is done again from here, with what fails, and others wait for it.${stay} `
    : "";
  return {
    kind: "gate",
    reason: regressedReason,
    text: `${check.name} is red since ${row.id} was merged (${row.spec.goal}): green at ${(green ?? red).slice(0, 7)}, red at ${red.slice(0, 7)}, each seen again, in ${runs} runs. Failing: ${failures.slice(0, 5).join(", ")}.${tail(check.tail)}\n${reopen}Reject: its merge is undone. Keep: tasks go on without ${check.name}, until green once. Retry: it is measured again. Abort: the run stops, and nothing is lost.`,
    actions: [...(mayReopen ? (["restart"] as const) : []), "reject", "keep", "retry", "abort"],
    evidence: {
      culprit: row.id,
      from: green,
      to: red,
      failures: [...failures],
      dependants: [...dependants],
      checks: [{ name: check.name, command: check.command, output: check.output, tail: check.tail }],
    },
  };
}
