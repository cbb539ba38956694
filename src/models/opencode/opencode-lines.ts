import type { Failure, ReportedOutcome } from "../../domain/failure.ts";
import { toJson } from "../../domain/json.ts";
import { totalTokens, type Usage } from "../../domain/money.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import type { AnswerRequirements } from "../answer-requirements.ts";
import { countIn, microsIn, objectIn, textIn, type JsonObject } from "../json-line.ts";
import { toolResult } from "../tool-result.ts";
import { AgentTranscript, alive, failureSaid } from "../programs/agent-transcript.ts";
import type { LineParser } from "../programs/line-parser.ts";
import { classifyError, errorSignal, type ErrorSignal } from "../provider-errors.ts";
import type { Moment } from "../written-instant.ts";
import { loggedError } from "./opencode-log.ts";

/**
 * What `opencode run --format json` prints, each line with its `sessionID`:
 *
 *     {"type":"step_start","part"}   {"type":"text"|"reasoning","part":{"text"}}
 *     {"type":"tool_use","part":{"tool","callID","state":{"status","input","error"?,"title"?}}}     only when it is over
 *     {"type":"step_finish","part":{"reason","tokens":{input,output,reasoning,cache:{read,write}},"cost"}}     of this step
 *     {"type":"error","error":{"name","data":{message,statusCode?,responseHeaders?,responseBody?}}}
 *
 * The last step has another reason than tool-calls. A cost of 0 means that it knows no price.
 */
export class OpencodeParser implements LineParser {
  readonly #transcript: AgentTranscript;
  readonly #moment: () => Moment;
  #isComplete = false;
  #isDenied = false;
  #isRefused = false;
  #failure: Failure | null = null;
  /** Of a request that it would make again by itself. */
  #logged: Failure | null = null;

  constructor(asked: AnswerRequirements, moment: () => Moment) {
    this.#transcript = new AgentTranscript(asked);
    this.#moment = moment;
  }

  /** After an error of the provider it is over too: it is not for this program to try again. */
  get isComplete(): boolean {
    return this.#isComplete || this.#logged !== null;
  }

  get text(): string {
    return this.#transcript.text;
  }

  output(line: string, truncated: boolean): readonly CallEvent[] {
    if (this.#isComplete) return [];
    const object = this.#transcript.object(line, truncated);
    if (object === null) return alive;
    return [...this.#transcript.session(object["sessionID"]), ...this.#event(object)];
  }

  diagnostic(line: string): readonly CallEvent[] {
    if (/permission requested: .*auto-rejecting/.test(line)) this.#isDenied = true;
    const logged = loggedError(line);
    if (logged === null) return this.#transcript.diagnostic(plain(line));
    this.#logged ??= classifyError({ status: null, codes: [], message: logged.message }, this.#moment());
    return [...this.#transcript.session(logged.session), ...alive];
  }

  end(exit: ExitStatus): AdapterOutcome {
    return this.#transcript.end({
      exit,
      isComplete: this.#isComplete,
      outcome: this.#outcome(exit),
      // What it says itself knows more: the status, the headers.
      failure: this.#failure ?? (this.#isComplete ? null : this.#logged),
      failureOfExit: (_code, said) => failureSaid(said, [], this.#moment()),
    });
  }

  /** A refused question ends its run without a last step; a rule that forbids does not. */
  #outcome(exit: ExitStatus): ReportedOutcome | null {
    const isCutShort = !this.#isComplete && exit.kind === "exited";
    const counts = isCutShort || (this.#isComplete && this.#transcript.asked.maySayNothing);
    if (this.#isDenied && counts) return "permission_denied";
    return this.#isRefused ? "refused" : null;
  }

  #event(object: JsonObject): readonly CallEvent[] {
    const part = objectIn(object["part"]) ?? {};
    const text = textIn(part["text"]);
    switch (object["type"]) {
      case "text":
        return text === null ? alive : this.#transcript.block(text);
      case "reasoning":
        return text === null ? alive : [{ type: "thinking", text }];
      case "tool_use":
        return this.#tool(part);
      case "step_finish":
        return this.#stepEnds(part);
      case "error":
        this.#failure ??= classifyError(opencodeSignal(objectIn(object["error"]) ?? {}), this.#moment());
        return alive;
      default:
        return alive;
    }
  }

  #tool(part: JsonObject): readonly CallEvent[] {
    const name = textIn(part["tool"]);
    const id = textIn(part["callID"]) ?? textIn(part["id"]);
    if (name === null || id === null) return alive;
    const state = objectIn(part["state"]) ?? {};
    const denied = /rejected permission|specified a rule which prevents/i;
    if (state["status"] === "error" && denied.test(textIn(state["error"]) ?? "")) this.#isDenied = true;
    const input = objectIn(state["input"]) ?? {};
    const fields = ["command", "filePath", "path", "pattern", "url", "description"];
    const detail = fields.map((field) => textIn(input[field])).find((value) => value !== null);
    const tool = { type: "tool", id, name, detail: detail ?? textIn(state["title"]) ?? "" } as const;
    return [
      { ...tool, state: "start" },
      { ...tool, state: "end", ...toolResult(state["output"], state["error"]) },
    ];
  }

  #stepEnds(part: JsonObject): readonly CallEvent[] {
    const { reason } = part;
    this.#isComplete = reason !== "tool-calls" && reason !== "unknown" && typeof reason === "string";
    this.#isRefused = reason === "content-filter";
    const tokens = objectIn(part["tokens"]) ?? {};
    const usage = usageOf(tokens);
    const micros = microsIn(part["cost"]) ?? 0;
    const events: CallEvent[] = totalTokens(usage) === 0 ? [] : [{ type: "usage", usage, raw: toJson(tokens) }];
    if (micros > 0) events.push({ type: "cost", cost: { micros, source: "reported" } });
    return events.length === 0 ? alive : events;
  }
}

/** Its counts leave the cache out of the input and thoughts out of the output. */
function usageOf(tokens: JsonObject): Usage {
  const count = (value: unknown): number => countIn(value) ?? 0;
  const cache = objectIn(tokens["cache"]) ?? {};
  const [cacheRead, cacheWrite] = [count(cache["read"]), count(cache["write"])];
  const reasoning = count(tokens["reasoning"]);
  return {
    input: count(tokens["input"]) + cacheRead + cacheWrite,
    output: count(tokens["output"]) + reasoning,
    cacheRead,
    cacheWrite,
    reasoning,
  };
}

export function opencodeSignal(error: JsonObject): ErrorSignal {
  const data = objectIn(error["data"]) ?? {};
  const headers = Object.entries(objectIn(data["responseHeaders"]) ?? {}).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  const body = errorSignal(
    countIn(data["statusCode"]),
    textIn(data["responseBody"]) ?? "",
    Object.fromEntries(headers),
  );
  const name = textIn(error["name"]);
  const codes = [...body.codes, ...(name === null ? [] : [name])];
  const own = textIn(data["message"]);
  const isMore = own !== null && body.message !== "" && !own.includes(body.message);
  const message = isMore ? `${own}: ${body.message}` : (own ?? (body.message === "" ? (name ?? "") : body.message));
  return { ...body, codes, message };
}

/** Without colours, which it writes also where it should not. */
const plain = (line: string): string => line.replaceAll(/\u001b\[[0-9;]*m/g, "");
