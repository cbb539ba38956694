import { because, commandText } from "./command-text.ts";
import { brand } from "../../domain/brand.ts";
import type { EventData, EventType, RecordedEvent } from "../../domain/events.ts";
import { failureText } from "../../domain/failure-words.ts";
import type { ModelName, StepId, TaskId } from "../../domain/ids.ts";
import { totalTokens } from "../../domain/money.ts";
import { proofWords } from "../../domain/proof.ts";
import type { Actor } from "../../domain/question.ts";
import type { Role } from "../../domain/task.ts";
import { counted, dollars, money, tokens } from "../text/amounts.ts";
import { clean } from "../text/clean.ts";
import { sizeText } from "../text/sizes.ts";
import { duration, instant, withInstants } from "../text/durations.ts";
import { analysisTellers } from "./analysis-tellers.ts";
import { branchTellers } from "./branch-tellers.ts";
import { checkTellers } from "./check-tellers.ts";
import { markOf, type LogMark } from "./log-marks.ts";
import { roadmapTellers } from "./roadmap-tellers.ts";
import { seenText } from "./seen-text.ts";
import { breakerStyle, questionPhrase, stepStyle, taskStyle } from "../text/state-styles.ts";
import type { EventLevel, Teller, Told } from "./teller.ts";

/** One event in human words, for the Log and Events panels and for plain output. Texts are as they came: not cleaned. */
export interface EventLine {
  readonly pos: number;
  readonly at: number;
  readonly level: EventLevel;
  readonly task: TaskId | null;
  readonly step: StepId | null;
  readonly model: ModelName | null;
  readonly text: string;
  /** A person is asked. */
  readonly asks: boolean;
  readonly mark: LogMark;
}

export const roleWord: Record<Role, string> = {
  analyst: "analysis",
  planner: "planning",
  plan_reviewer: "plan check",
  implementer: "coding",
  code_reviewer: "review",
  synthesizer: "synthesis",
  supervisor: "supervision",
  ask: "answer",
};

/** What ends an assumed cost. */
export const priceRow = (model: string): string =>
  `a row of its price ends that: prices: {${model}: {input: USD, output: USD}} for a million tokens, in ${brand.settingsFile}`;

const never = (): null => null;
const short = (commit: string): string => commit.slice(0, 7);
const by = (actor: Actor): string => `by ${actor.name}`;

/** Null: machinery that tells a person nothing. */
const tellers: { readonly [T in EventType]: Teller<T> } = {
  "run.started": (data) => ({
    text: `run ${data.resumed ? "resumed" : "started"} on ${data.base} (${short(data.baseCommit)})`,
  }),
  "run.ended": (data) => {
    if (data.exitCode === null)
      return { level: "warn", text: "the engine was found dead; what it had committed is kept" };
    if (data.state === "waiting") return { text: "the run waits" };
    return { text: `the run ${data.state === "ended" ? "ended" : "was stopped"} (exit code ${data.exitCode})` };
  },
  "run.paused": (data) => ({ text: `paused ${by(data.actor)}` }),
  "run.resumed": (data) => ({ text: `resumed ${by(data.actor)}` }),
  "run.stopping": (data) => ({ text: `stopping ${data.now ? "now" : "after the calls under way"}, ${by(data.actor)}` }),
  "settings.fixed": never,
  "backlog.read": (data) =>
    data.added.length + data.changed.length + data.removed.length === 0
      ? null
      : { text: `${data.file}: ${data.added.length} new, ${data.changed.length} changed, ${data.removed.length} gone` },
  "task.added": (data) => ({ text: `added: ${data.spec.goal}` }),
  "task.changed": () => ({ text: "its text was taken over anew" }),
  "task.stale": (data) => ({
    level: "warn",
    text: data.digest === null ? "gone from the backlog" : "changed in the backlog",
  }),
  "task.prioritized": (data) => ({ text: `priority ${data.priority}, by ${data.by}` }),
  "task.noted": (data) => ({ text: `${data.by} noted: ${data.text}` }),
  "setup.ended": (data) => ({
    text: `set up in ${duration(data.durationMs)}${data.bytes === null ? "" : `, ${sizeText(data.bytes)}`}${keptWords[data.cache]}`,
  }),
  "service.moved": (data) => ({
    level: data.state === "dead" ? "warn" : "info",
    text: `service ${data.service} is ${data.state}${because(data.reason)}`,
  }),
  "account.used": never,
  "task.dropped": (data) => ({ text: `dropped${because(data.reason)}` }),
  "task.begun": never,
  "task.restarted": (data) => ({ text: `starts over at ${taskStyle[data.to].word}${because(data.reason)}` }),
  "task.moved": (data) => {
    if (data.to === "AWAITING_HUMAN") return null;
    if (data.to === "FAILED")
      return {
        level: "error",
        text: `failed${because(data.failure === undefined ? data.reason : failureText(data.failure))}`,
      };
    return { text: `→ ${taskStyle[data.to].word}${because(data.reason)}` };
  },
  "task.based": (data) => ({ text: `works on ${data.branch} from ${short(data.base)}` }),
  "task.proven": (data) => ({ level: data.proof === "checks" ? "info" : "warn", text: proofWords(data) }),
  "task.archived": never,
  "risk.raised": (data) => ({
    level: "warn",
    text: `risk raised from ${data.from} to ${data.to}${because(data.why.join(", "))}`,
  }),
  "plan.made": (data) => ({
    model: data.model,
    text: `plan of ${counted(data.plan.steps.length, "step")}${data.round > 1 ? `, round ${data.round}` : ""}: ${data.plan.summary}`,
  }),
  "steps.set": never,
  "step.moved": (data, event) => ({
    model: data.model ?? null,
    text: `→ ${event.step ?? "step"} ${stepStyle[data.to].word}${because(data.reason)}`,
  }),
  "key.committed": never,
  "route.decided": (data, { at }) => {
    const why = because(withInstants(data.reason, at));
    if (data.chosen !== null) return { model: data.chosen, text: `chosen for ${roleWord[data.role]}${why}` };
    return {
      level: "warn",
      text: `${data.waits === undefined ? "no" : "waits for a"} model for ${roleWord[data.role]}${why}`,
    };
  },
  "call.started": never,
  "attempt.started": never,
  "attempt.spawned": never,
  "attempt.session": never,
  "attempt.ended": (data) => {
    const spent = `${duration(data.durationMs)}, ${tokens(totalTokens(data.usage))} tokens, ${money(data.cost)}`;
    if (data.cost.source === "cached")
      return { model: data.model, text: "an earlier answer is taken, nothing is asked" };
    if (data.outcome === "success") return { model: data.model, text: `finished in ${spent}` };
    const what = data.failure === null ? data.outcome.replaceAll("_", " ") : failureText(data.failure);
    return { level: "warn", model: data.model, text: `${what} (after ${spent})` };
  },
  "call.retried": (data, event) => ({
    level: "warn",
    model: data.model,
    text: `try ${data.attempt + 1} in ${duration(data.nextAt - event.at)} after ${failureText(data.failure)}`,
  }),
  "call.ended": (data) =>
    data.outcome === "success" || data.outcome === "cancelled"
      ? null
      : {
          level: "warn",
          model: data.model,
          text: `gave up after ${counted(data.attempts, "try", "tries")}: ${data.failure?.type ?? data.outcome.replaceAll("_", " ")}`,
        },
  "hold.set": ({ hold }, event) => ({
    level: "warn",
    model: hold.scope === "model" ? hold.target : null,
    text: `${hold.scope} ${hold.target} held ${hold.untilMs === null ? "until somebody releases it" : `until ${instant(hold.untilMs, event.at)}, for ${duration(hold.untilMs - event.at)}`}${because(hold.reason)}`,
  }),
  "hold.released": (data) => ({ text: `hold released ${by(data.by)}${because(data.reason)}` }),
  "breaker.moved": (data) => ({
    level: data.to === "closed" ? "info" : "warn",
    model: data.model,
    text: `circuit breaker ${data.to === "closed" ? "closed" : breakerStyle[data.to].word}${because(data.reason)}`,
  }),
  "budget.reserved": never,
  "budget.settled": ({ overMicros, assumedMicros, cost, model }) =>
    overMicros === undefined
      ? cost.micros === null && cost.source === "unknown" && assumedMicros !== undefined
        ? {
            level: "warn",
            model,
            text: `nobody knows what this call cost: budgets count ${dollars(assumedMicros)}, which is assumed; ${priceRow(model)}`,
          }
        : null
      : { level: "warn", model, text: `cost ${dollars(overMicros)} more than was set aside for it; it counts in full` },
  "budget.refused": (data) => ({
    level: "warn",
    text:
      data.by === "reservations"
        ? `waits until other calls give back budget of this ${data.scope}: ${dollars(data.wantedMicros)} wanted, ${dollars(data.leftMicros)} left beside what is reserved`
        : data.wantedMicros === 0
          ? `no tokens left in the budget of this ${data.scope}`
          : `no budget left for this ${data.scope}: ${dollars(data.wantedMicros)} wanted, ${dollars(data.leftMicros)} left`,
  }),
  "question.asked": ({ question }) => ({
    asks: true,
    text: `asks for ${questionPhrase[question.kind]}: ${question.text}`,
  }),
  "question.answered": ({ answer }) => ({
    text: `${answer.action.replaceAll("_", " ")} ${by(answer.actor)}${answer.text === null ? "" : `: ${answer.text}`}`,
  }),
  "question.reopened": (data) => ({ text: `decision taken back ${by(data.actor)}` }),
  "question.withdrawn": (data) => ({ text: `question withdrawn${because(data.reason)}` }),
  "decision.refused": (data) => ({
    level: "error",
    text: `refused ${data.what} ${by(data.actor)}${because(data.why)}`,
  }),
  "decision.doubted": (data) => ({
    level: "warn",
    text: `look again: ${data.actor.name.includes(data.what) ? "decided" : data.what} ${by(data.actor)}; ${data.why.join("; ")}`,
  }),
  "finding.opened": ({ finding }) => ({
    text: `${finding.id} ${finding.severity}${finding.file === null ? "" : ` ${finding.file}${finding.line === null ? "" : `:${finding.line}`}`}: ${finding.text}`,
  }),
  "finding.closed": (data) => ({ text: `${data.id} ${data.state} by ${data.by}` }),
  "commit.made": (data) => ({
    text: `commit ${short(data.commit)}: ${counted(data.files, "file")} +${data.insertions} -${data.deletions}`,
  }),
  "snapshot.made": (data) => ({ text: `snapshot ${data.n}${because(data.reason)}` }),
  "changes.discarded": (data) => ({
    level: "warn",
    text: `discarded what ${roleWord[data.role]} changed: ${data.paths.slice(0, 3).join(", ")}${data.paths.length > 3 ? ", …" : ""}`,
  }),
  ...checkTellers,
  ...branchTellers,
  ...roadmapTellers,
  ...analysisTellers,
  "command.given": ({ given }) => ({ text: `${commandText(given.command)} asked ${by(given.actor)}` }),
  "command.taken": never,
  "ask.started": (data) => ({ text: `asked ${data.models.join(", ")}` }),
  "ask.ended": (data) => ({
    level: data.answered.length === 0 ? "warn" : "info",
    text: `${data.answered.length} of ${data.answered.length + data.failed.length} answered in ${duration(data.durationMs)}`,
  }),
  "ask.voted": (data) => ({ model: data.model, text: `has the best answer, says ${data.actor.name}` }),
  "watch.seen": (data, { at }) => ({ level: "warn", asks: data.asks.length > 0, text: seenText(data, at) }),
  "watch.settled": (data) => ({
    text: data.taken ? `what was changed counts, says ${data.by}` : `put back as ${data.by} said`,
  }),
  "machine.slept": (data) => ({ text: `the machine slept for ${duration(data.gapMs)}` }),
  note: (data) => ({ level: data.level, model: data.model ?? null, text: data.text }),
};

function told<T extends EventType>(
  type: T,
  data: EventData[T],
  event: Pick<RecordedEvent, "at" | "step">,
): Told | null {
  return tellers[type](data, event);
}

const keptWords = { none: "", made: ", kept for the next worktrees", used: " from a kept copy" } as const;

/** Null: the event is not shown. The same event gives the same object. */
export function eventLine(event: RecordedEvent): EventLine | null {
  const known = lines.get(event);
  if (known !== undefined) return known;
  const said = told<EventType>(event.type, event.data, event);
  const line =
    said === null
      ? null
      : {
          pos: event.pos,
          at: event.at,
          level: said.level ?? "info",
          task: event.task ?? null,
          step: event.step ?? null,
          model: said.model ?? null,
          text: said.text,
          asks: said.asks === true,
          mark: said.asks === true ? "ask" : markOf(event),
        };
  lines.set(event, line);
  return line;
}

const lines = new WeakMap<RecordedEvent, EventLine | null>();

const levelColor: Record<EventLevel, string> = { info: "36", warn: "33", error: "31" };

/** `2026-11-21T12:04:11.000Z [WARN] [opus] AUTH-1: message`; without a model the program's own name. Null: not shown. */
export function plainLine(
  event: RecordedEvent,
  options: { readonly color: boolean; readonly task?: boolean },
): string | null {
  const line = eventLine(event);
  if (line === null) return null;
  const level = line.level.toUpperCase();
  const shown = options.color ? `\x1b[${levelColor[line.level]}m${level}\x1b[39m` : level;
  const task = line.task === null || options.task === false ? "" : `${clean(line.task)}: `;
  return `${new Date(line.at).toISOString()} [${shown}] [${clean(line.model ?? brand.bin)}] ${task}${clean(line.text, { max: 1000 })}`;
}
