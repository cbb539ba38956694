import { toJson, type Json } from "../../domain/json.ts";
import type { Answer, Question } from "../../domain/question.ts";
import type { AttemptRow } from "../../domain/rows.ts";
import type { CheckSettings } from "../../domain/settings.ts";
import { isPermitted, permissionOf, unfitToAsk, whatIsAsked, type Permission } from "../../policy/permission.ts";
import type { ApprovalDecision, CallEvent } from "../ports/adapter.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";
import { TaskFailed } from "../waiting/interrupts.ts";
import type { ModelPlace } from "../waiting/model-slots.ts";
import type { Turn } from "../waiting/turn.ts";
import { digestOf } from "../writing/digest.ts";
import { engineActor } from "../writing/questions.ts";
import { openQuestions, withdrawals } from "../writing/questions.ts";
import type { TaskWriter } from "../writing/task-writer.ts";
import type { CallingTask, CallRequest } from "./call-request.ts";

export type ApprovalEvent = Extract<CallEvent, { type: "approval" }>;

export interface ApprovalAnswer {
  readonly decision: ApprovalDecision;
  /** Told to the agent. */
  readonly message: string | null;
}

export interface ApprovalParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** How long a person is waited for. */
  readonly limitMs: number;
  /** Commands the user wrote: they are what the work is judged by, so nobody is asked for them. */
  readonly checks: readonly CheckSettings[];
}

/**
 * What an agent asks in the middle of its call, as a question to a person. The task waits for it like for any other, without a
 * slot and without a place at its model, while its agent stands still. Decided once: the answer is a committed key, so an
 * engine that takes over a running agent says the same again. Throws Stopped when `over` aborts.
 */
export async function decideApproval(
  parts: ApprovalParts,
  at: { readonly task: CallingTask; readonly request: CallRequest; readonly attempt: AttemptRow },
  event: ApprovalEvent,
  place: ModelPlace,
  over: AbortSignal,
): Promise<ApprovalAnswer> {
  const { task, request, attempt } = at;
  const { person } = task;
  if (person === undefined || request.access === "read")
    return { decision: "deny", message: "who only looks may not do this" };
  const { writer } = person;
  const permission = permissionOf(event);
  const unfit = unfitToAsk(permission);
  if (unfit !== null) return { decision: "deny", message: unfit };
  const key = keyOf(request, attempt, event);
  const committed = writer.result(key);
  if (committed !== undefined) {
    // Decided under an engine before this one, while another call may have had this one's place.
    place.leave();
    await goOn(task, place);
    return answerIn(committed.result);
  }
  const question = await writer.inTurn(() => ask(parts, at, { key, event, permission }, writer));
  if ("decision" in question) return question;
  place.leave();
  const answer = await answerOf(parts, person.turn, question, over);
  if (answer.action === "abort") throw givenUp(answer);
  const decision: ApprovalDecision =
    answer.action === "approve" ? "allow_once" : answer.action === "allow_always" ? "allow_always" : "deny";
  const given = { decision, message: answer.text, permission };
  await writer.inTurn(async () => {
    const open = await openApprovals(parts.ledger, task, approvalsOf(request));
    await writer.commit(key, "", toJson(given), {
      events: [],
      enters: open.some(({ id }) => id !== question.id) ? null : question.returnState,
      reason: `${answer.action} by ${answer.actor.name}`,
      steps: [],
    });
  });
  await goOn(task, place);
  return given;
}

/** Agents count their questions as they like, also anew in another call for the same key. */
const keyOf = (request: CallRequest, { call, attempt, rerun }: AttemptRow, { id }: ApprovalEvent): string =>
  `${approvalsOf(request)}${call}/${attempt}.${rerun}/${digestOf(id).slice(0, 12)}`;

/** Of one call; whoever asks for more at once is not waited for by anybody. */
const mostOpen = 20;

/** The question, or what is decided without one. What was asked before stays a question, whatever was allowed since. */
async function ask(
  { ledger, checks, limitMs }: ApprovalParts,
  at: { readonly task: CallingTask; readonly request: CallRequest; readonly attempt: AttemptRow },
  { key, event, permission }: { readonly key: string; readonly event: ApprovalEvent; readonly permission: Permission },
  writer: TaskWriter,
): Promise<Question | ApprovalAnswer> {
  const { task, request, attempt } = at;
  const open = await openApprovals(ledger, task, approvalsOf(request));
  if (open.every((question) => question.key !== key)) {
    if (isPermitted(permission, checks, alwaysIn(writer, task.generation)))
      return { decision: "allow_once", message: null };
    if (open.length >= mostOpen)
      return { decision: "deny", message: `${open.length} questions of yours wait for a person already` };
  }
  const back = writer.stateBeforeQuestion;
  return await writer.question(key, {
    kind: "approval",
    reason: "tool",
    text: whatIsAsked(attempt.model, permission),
    actions: ["approve", "allow_always", "deny", "abort"],
    returnState: back,
    evidence: evidenceOf(event, limitMs),
    to: () => back,
  });
}

async function goOn(task: CallingTask, place: ModelPlace): Promise<void> {
  await task.turn.ready();
  await place.comeBack();
}

const longestName = 300;

/** What a person weighs; what the agent did not say is left out. */
function evidenceOf({ tool: name, command, diff }: ApprovalEvent, limitMs: number): Question["evidence"] {
  const tool = name.slice(0, longestName);
  const said = { tool, ...(command === null ? {} : { command }), ...(diff === null ? {} : { diff }) };
  const always = command === null ? `every use of ${tool} in this task` : "this very command line in this task";
  return { ...said, "always means": always, "without an answer": `denied after ${Math.round(limitMs / 60_000)} min` };
}

/** A person's answer, or no when nobody gave one in time. */
async function answerOf(
  { ledger, clock, limitMs }: ApprovalParts,
  turn: Turn,
  question: Question,
  over: AbortSignal,
): Promise<Answer> {
  const untilMs = question.askedAt + limitMs;
  for (;;) {
    const answer = await turn.answerDuringCall(question, untilMs, over);
    if (answer !== null) return answer;
    const text = `nobody answered within ${Math.round(limitMs / 1_000)} s; go on without it`;
    const no: Answer = {
      question: question.id,
      action: "deny",
      text,
      model: null,
      actor: engineActor,
      effectiveAt: clock.now(),
    };
    // A person may have been quicker: then theirs is waited for.
    const outcome = await ledger.decisions.answer(no);
    if (outcome.ok) return no;
  }
}

const givenUp = ({ text, actor }: Answer): TaskFailed =>
  new TaskFailed({ type: "aborted", reason: null, message: text ?? `aborted by ${actor.name}` });

/**
 * Takes back what an attempt asked that is over: nobody would read the answer. An answer that gives the task up
 * counts nevertheless: throws TaskFailed.
 */
export async function withdrawApprovals(
  { ledger, clock }: Pick<ApprovalParts, "ledger" | "clock">,
  task: Pick<CallingTask, "repository" | "spec" | "writer" | "person">,
  request: Pick<CallRequest, "key">,
  reason: string,
): Promise<void> {
  const open = await openApprovals(ledger, task, approvalsOf(request));
  if (open.length === 0) return;
  const ids = new Set(open.map(({ id }) => id));
  for (const { answer } of await ledger.account.questions(task.repository)) {
    if (answer?.action === "abort" && ids.has(answer.question) && answer.effectiveAt <= clock.now())
      throw givenUp(answer);
  }
  const events = withdrawals(open, reason);
  const writer = task.person?.writer;
  if (writer?.state === "AWAITING_HUMAN") await writer.move(writer.stateBeforeQuestion, reason, { events });
  else await task.writer.append(events);
}

const approvalsOf = ({ key }: Pick<CallRequest, "key">): string => `${key}/approval/`;

async function openApprovals(
  ledger: Ledger,
  task: Pick<CallingTask, "repository" | "spec">,
  prefix: string,
): Promise<readonly Question[]> {
  const open = await openQuestions(ledger, task.repository, task.spec.id);
  return open.filter(({ key }) => key.startsWith(prefix));
}

/** What this task's agents were always allowed, in this generation. */
function alwaysIn(writer: TaskWriter, generation: number): readonly string[] {
  return writer.keys().flatMap((key) => {
    if (!key.includes("/approval/")) return [];
    const result = writer.result(`g${generation}/${key}`)?.result ?? null;
    const permission = fieldOf(result, "permission");
    return fieldOf(result, "decision") === "allow_always" && permission !== null ? [JSON.stringify(permission)] : [];
  });
}

function answerIn(result: Json): ApprovalAnswer {
  const [decision, message] = [fieldOf(result, "decision"), fieldOf(result, "message")];
  return {
    decision: decision === "allow_once" || decision === "allow_always" ? decision : "deny",
    message: typeof message === "string" ? message : null,
  };
}

const fieldOf = (result: Json, name: string): Json =>
  typeof result === "object" && result !== null && !Array.isArray(result)
    ? (Object.entries(result).find(([key]) => key === name)?.[1] ?? null)
    : null;
