import type { ReportedOutcome, Failure } from "../../domain/failure.ts";
import type { AdapterOutcome, ApprovalDecision, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import type { AnswerRequirements } from "../answer-requirements.ts";
import { objectIn, textIn, type JsonObject } from "../json-line.ts";
import { AgentTranscript, alive, failureSaid } from "../programs/agent-transcript.ts";
import { rpcMessage, type RpcMessage } from "../programs/json-rpc.ts";
import type { OutgoingLine, ProtocolClient } from "../programs/line-parser.ts";
import type { Moment } from "../written-instant.ts";
import { acpFailure } from "./acp-errors.ts";
import { AcpSetup, stepOf, type AcpWish } from "./acp-setup.ts";
import { AcpTurn } from "./acp-turn.ts";
import { acpUsage } from "./acp-usage.ts";

/** For an agent whose words are only read. */
const noWish: AcpWish = {
  prompt: "",
  folder: "",
  session: null,
  isAdopted: false,
  model: null,
  rights: null,
  variables: new Set(),
};

/** Ends of a turn that are no success; who is denied by a person and gives up for that was denied. */
const outcomes: Readonly<Record<string, ReportedOutcome>> = {
  max_tokens: "max_turns",
  max_turn_requests: "max_turns",
  refusal: "refused",
  cancelled: "permission_denied",
};

/**
 * A client of the Agent Client Protocol, version 1: JSON-RPC 2.0, a message a line.
 *
 *     initialize -> [authenticate] -> session/new | session/load -> [model] -> [mode] -> session/prompt -> {"stopReason"}
 *
 * From prompt to answer the agent sends `session/update` {agent_message_chunk, agent_thought_chunk, tool_call,
 * tool_call_update, usage_update, ...} and asks `session/request_permission`. Files and terminals that it asks for although
 * it was told that there are none are methods nobody knows. An agent that makes text and a turn that ends well of an error
 * of its provider (Codex does, of limits and overload) is believed: a model may write the same words.
 */
export class AcpClient implements ProtocolClient {
  readonly #transcript: AgentTranscript;
  readonly #moment: () => Moment;
  readonly #setup: AcpSetup;
  readonly #turn: AcpTurn;
  /** Names of errors that standard error has told of. */
  readonly #said = new Set<string>();
  #stopReason: string | null = null;
  #failure: Failure | null = null;

  constructor(asked: AnswerRequirements, moment: () => Moment, wish: AcpWish = noWish) {
    this.#transcript = new AgentTranscript(asked);
    this.#moment = moment;
    this.#setup = new AcpSetup(asked.program, wish, moment);
    this.#turn = new AcpTurn(this.#transcript, wish.folder, wish.rights);
  }

  get isComplete(): boolean {
    return this.#stopReason !== null || this.#failure !== null;
  }

  get text(): string {
    return this.#transcript.text;
  }

  opening(): readonly OutgoingLine[] {
    return this.#setup.opening();
  }

  replies(): readonly OutgoingLine[] {
    return [...this.#setup.says(), ...this.#turn.says()];
  }

  /** A reason cannot be given. */
  answer(id: string, decision: ApprovalDecision): readonly OutgoingLine[] {
    return this.#turn.answer(id, decision);
  }

  output(line: string, truncated: boolean): readonly CallEvent[] {
    if (this.isComplete) return [];
    const object = this.#transcript.object(line, truncated);
    const message = object === null ? null : rpcMessage(object);
    const events = [...this.#turn.late(), ...(message === null ? [] : this.#heard(message))];
    return events.length === 0 ? alive : events;
  }

  diagnostic(line: string): readonly CallEvent[] {
    if (/\bTerminalQuotaError\b/.test(line)) this.#said.add("TerminalQuotaError");
    return this.#transcript.diagnostic(line);
  }

  end(exit: ExitStatus): AdapterOutcome {
    if (this.#stopReason === "cancelled" && !this.#turn.isDenied) {
      return { kind: "cancelled", text: this.text, answer: null, failure: null };
    }
    return this.#transcript.end({
      exit,
      isComplete: this.#stopReason !== null,
      outcome: outcomes[this.#stopReason ?? ""] ?? null,
      failure: this.#failure,
      failureOfExit: (_code, said) => failureSaid(said, [], this.#moment()),
    });
  }

  #heard(message: RpcMessage): readonly CallEvent[] {
    switch (message.kind) {
      case "request":
        return this.#turn.asked(message.id, message.method, message.params);
      case "notification":
        return message.method === "session/update" ? this.#update(message.params) : [];
      case "result":
      case "error":
        return this.#answered(message);
    }
  }

  #update(params: JsonObject): readonly CallEvent[] {
    const update = objectIn(params["update"]);
    const { session, isPrompted } = this.#setup;
    const isOther = session !== null && typeof params["sessionId"] === "string" && params["sessionId"] !== session;
    if (update === null || isOther) return [];
    if (isPrompted) return this.#turn.update(update);
    this.#turn.replayed(update);
    return [];
  }

  #answered(message: RpcMessage & { kind: "result" | "error" }): readonly CallEvent[] {
    const step = stepOf(message.id);
    if (step === null) return [];
    if (step === "prompt") {
      if (message.kind === "error") {
        this.#failure = acpFailure(message.error, [...this.#said], this.#moment());
        return [];
      }
      this.#stopReason = textIn(message.result["stopReason"]) ?? "end_turn";
      return acpUsage(message.result);
    }
    const events =
      message.kind === "error" ? this.#setup.refused(step, message.error) : this.#setup.granted(step, message.result);
    this.#failure = this.#setup.failure;
    if (step.startsWith("load")) this.#turn.loaded();
    return [...this.#transcript.session(this.#setup.session), ...events];
  }
}
