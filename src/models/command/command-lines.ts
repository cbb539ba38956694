import {
  errorReasons,
  errorTypes,
  failure,
  reportedOutcomes,
  type Failure,
  type ReportedOutcome,
} from "../../domain/failure.ts";
import type { Usage } from "../../domain/money.ts";
import { unknownCost } from "../../domain/money.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import { answered, type AnswerRequirements } from "../answer-requirements.ts";
import {
  countIn,
  identifierIn,
  instantIn,
  microsIn,
  objectIn,
  objectOfLine,
  textIn,
  type JsonObject,
} from "../json-line.ts";
import { toolResult } from "../tool-result.ts";
import { exitFailure } from "../programs/exit-failure.ts";
import { limitEvents, usedWindow, windowWord } from "../plan-windows.ts";
import { LastLines } from "../programs/last-lines.ts";
import type { LineParser } from "../programs/line-parser.ts";

type Fault = { readonly failure: Failure } | { readonly outcome: ReportedOutcome; readonly message: string };

const longestMessage = 4000;

/**
 * The output of a command: its lines are the answer, but for those that are an event:
 *
 *     {"type":"text","text"}                      more of the answer, as it stands, without a newline
 *     {"type":"tool","name","state"?,"id"?,"detail"?,"result"?}    state start or end; without it it is over; result: what it gave back
 *     {"type":"usage","input","output","cacheRead"?,"cacheWrite"?,"reasoning"?}    since the last one; input includes cache
 *     {"type":"cost","costUsd"}                   since the last one; null: not known
 *     {"type":"window","name","used","resetAt"?}    how much of a window of its account is used, from 0 to 1
 *     {"type":"session","session"}
 *     {"type":"error","error":{"type","reason"?,"message","retryAfterMs"?,"resetAt"?}}    the first one counts
 *     {"type":"end"}                              nothing follows that counts
 */
/** So many kinds of lines that nobody reads are named in an attempt. */
const mostUnread = 5;

export class CommandParser implements LineParser {
  readonly #asked: AnswerRequirements;
  readonly #pieces: string[] = [];
  readonly #said = new LastLines();
  readonly #unread = new Set<string>();
  #fault: Fault | null = null;
  #isComplete = false;

  constructor(asked: AnswerRequirements) {
    this.#asked = asked;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get text(): string {
    return this.#pieces.join("").trimEnd();
  }

  output(line: string, truncated: boolean): readonly CallEvent[] {
    if (this.#isComplete) return [];
    const object = truncated ? null : objectOfLine(line);
    const events = object === null ? null : this.#event(object);
    if (object === null || events === null) return this.#answerLine(line);
    const text = unreadOf(object);
    if (text === null || this.#unread.has(text) || this.#unread.size >= mostUnread) return events;
    this.#unread.add(text);
    return [...events, { type: "unread", text }];
  }

  diagnostic(line: string): readonly CallEvent[] {
    this.#said.push(line);
    return [{ type: "activity" }];
  }

  end(exit: ExitStatus): AdapterOutcome {
    const { text } = this;
    const fault = this.#fault;
    if (fault !== null && "failure" in fault) return { kind: "error", text, answer: null, failure: fault.failure };
    if (fault !== null)
      return { kind: fault.outcome, text: text === "" ? fault.message : text, answer: null, failure: null };
    if (!this.#isComplete && (exit.kind !== "exited" || exit.code !== 0)) {
      return { kind: "error", text, answer: null, failure: exitFailure(this.#asked.program, exit, this.#said.text) };
    }
    return answered(text, this.#asked, this.#said.text);
  }

  #answerLine(line: string): readonly CallEvent[] {
    const text = `${line.endsWith("\r") ? line.slice(0, -1) : line}\n`;
    const last = this.#pieces.at(-1);
    return this.#say(last === undefined || last.endsWith("\n") ? text : `\n${text}`);
  }

  #say(text: string): readonly CallEvent[] {
    this.#pieces.push(text);
    return [{ type: "text", text }];
  }

  /** Null: no event of ours, so part of the answer. A known event that says nothing is a sign of life. */
  #event(object: JsonObject): readonly CallEvent[] | null {
    switch (object["type"]) {
      case "text": {
        const text = textIn(object["text"]);
        return text === null ? alive : this.#say(text);
      }
      case "tool":
        return toolEvents(object);
      case "usage":
        return usageEvents(object);
      case "cost":
        return costEvents(object);
      case "window": {
        const window = usedWindow(
          windowWord(textIn(object["name"]) ?? ""),
          object["used"],
          instantIn(object["resetAt"]),
        );
        return limitEvents(window === null || window.name === "" ? [] : [window]);
      }
      case "session": {
        const session = identifierIn(object["session"]) ?? identifierIn(object["id"]);
        return session === null ? alive : [{ type: "session", session }];
      }
      case "error":
        this.#fault ??= faultOf(object);
        return alive;
      case "end":
        this.#isComplete = true;
        return alive;
      default:
        return null;
    }
  }
}

/** The fields of each event, and of what lies in them. */
const fields: Readonly<Record<string, readonly string[]>> = {
  text: ["text"],
  tool: ["name", "state", "id", "detail", "tool", "result"],
  usage: ["input", "output", "cacheRead", "cacheWrite", "reasoning", "usage"],
  cost: ["costUsd"],
  window: ["name", "used", "resetAt"],
  session: ["session", "id"],
  error: ["error", "message"],
  end: [],
};
const inError = ["type", "reason", "message", "retryAfterMs", "resetAt"];

/** The fields of an event that say nothing here, and those that would; null: there are none. */
function unreadOf(object: JsonObject): string | null {
  const type = String(object["type"]);
  const own = fields[type] ?? [];
  const inside: readonly (readonly [string, readonly string[]])[] = [
    ["usage", type === "usage" ? own : []],
    ["error", type === "error" ? inError : []],
  ];
  const unknown = [
    ...Object.keys(object).filter((name) => name !== "type" && !own.includes(name)),
    ...inside.flatMap(([outer, known]) =>
      known.length === 0
        ? []
        : Object.keys(objectIn(object[outer]) ?? {})
            .filter((name) => !known.includes(name))
            .map((name) => `${outer}.${name}`),
    ),
  ];
  if (unknown.length === 0) return null;
  const named = unknown.slice(0, 8).map((name) => JSON.stringify(name.slice(0, 40)));
  const would =
    own.length === 0 ? "it has no fields" : `its fields are ${own.map((name) => JSON.stringify(name)).join(", ")}`;
  return `a line of the type ${JSON.stringify(type)} says ${named.join(", ")}${unknown.length > 8 ? ", …" : ""}, which is not read; ${would}`;
}

const alive: readonly CallEvent[] = [{ type: "activity" }];

function toolEvents(object: JsonObject): readonly CallEvent[] {
  const name = textIn(object["name"]) ?? textIn(object["tool"]);
  const id = textIn(object["id"]) ?? name;
  if (id === null) return alive;
  const event = { type: "tool", id, name: name ?? id, detail: textIn(object["detail"]) ?? "" } as const;
  const state = object["state"];
  const ended = { ...event, state: "end", ...toolResult(object["result"]) } as const;
  if (state === "end") return [ended];
  const started = { ...event, state: "start" } as const;
  return state === "start" ? [started] : [started, ended];
}

function usageEvents(object: JsonObject): readonly CallEvent[] {
  const given = objectIn(object["usage"]) ?? object;
  const [input, output] = [countIn(given["input"]), countIn(given["output"])];
  if (input === null && output === null) return alive;
  const usage: Usage = {
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: countIn(given["cacheRead"]) ?? 0,
    cacheWrite: countIn(given["cacheWrite"]) ?? 0,
    reasoning: countIn(given["reasoning"]) ?? 0,
  };
  return [{ type: "usage", usage, raw: { ...usage } }];
}

function costEvents(object: JsonObject): readonly CallEvent[] {
  const micros = microsIn(object["costUsd"]);
  if (micros !== null) return [{ type: "cost", cost: { micros, source: "reported" } }];
  return object["costUsd"] === null ? [{ type: "cost", cost: unknownCost }] : alive;
}

function faultOf(object: JsonObject): Fault {
  const error = objectIn(object["error"]);
  const given = error?.["type"];
  const message = (
    textIn(error?.["message"]) ??
    textIn(object["error"]) ??
    textIn(object["message"]) ??
    "it gave no message"
  ).slice(0, longestMessage);
  const outcome = reportedOutcomes.find((word) => word === given);
  if (outcome !== undefined) return { outcome, message };
  const type = errorTypes.find((word) => word === given);
  const said = textIn(error?.["reason"]);
  const reason = errorReasons.find((word) => word === said) ?? (said === null && type !== undefined ? null : "unknown");
  return {
    failure: failure(type ?? "api", message, {
      reason,
      retryAfterMs: countIn(error?.["retryAfterMs"]),
      resetAtMs: instantIn(error?.["resetAt"]),
    }),
  };
}
