import type { ApprovalDecision, CallEvent } from "../../engine/ports/adapter.ts";
import { objectIn, objectsIn, textIn, type JsonObject } from "../json-line.ts";
import type { AgentTranscript } from "../programs/agent-transcript.ts";
import { rpcNotFound, rpcResult, type RpcId } from "../programs/json-rpc.ts";
import { answerTag, type OutgoingLine } from "../programs/line-parser.ts";
import { ownDecision, permissionOutcome, type AcpRights } from "./acp-rights.ts";
import { acpSaid } from "./acp-setup.ts";
import { AcpTools } from "./acp-tools.ts";
import { AcpCost } from "./acp-usage.ts";

interface Ask {
  readonly id: RpcId;
  readonly toolId: string;
  readonly options: readonly JsonObject[];
}

/** What an agent tells and asks between a prompt and its answer. */
export class AcpTurn {
  readonly #transcript: AgentTranscript;
  readonly #rights: AcpRights | null;
  readonly #tools: AcpTools;
  readonly #cost = new AcpCost();
  readonly #says: OutgoingLine[] = [];
  readonly #asks = new Map<string, Ask>();
  /** What an answer has led to, told with the next line. */
  readonly #late: CallEvent[] = [];
  #message: unknown = null;
  #isDenied = false;

  constructor(transcript: AgentTranscript, folder: string, rights: AcpRights | null) {
    this.#transcript = transcript;
    this.#rights = rights;
    this.#tools = new AcpTools(folder);
  }

  /** Something was not allowed: who gives up for that was denied. */
  get isDenied(): boolean {
    return this.#isDenied;
  }

  says(): readonly OutgoingLine[] {
    return this.#says.splice(0);
  }

  late(): readonly CallEvent[] {
    return this.#late.splice(0);
  }

  /** What the agent tells of the session before this attempt: it was said and paid then. */
  replayed(update: JsonObject): void {
    if (update["sessionUpdate"] === "user_message_chunk") this.loaded();
    this.#cost.update(update);
  }

  /** There was a session before this attempt. */
  loaded(): void {
    this.#cost.loaded();
  }

  update(update: JsonObject): readonly CallEvent[] {
    switch (update["sessionUpdate"]) {
      case "agent_message_chunk":
        return this.#piece(update);
      case "agent_thought_chunk": {
        const text = textOf(update);
        return text === null ? [] : [{ type: "thinking", text }];
      }
      case "tool_call":
      case "tool_call_update": {
        const events = this.#tools.update(update);
        return events.length === 0 ? [] : [...this.#transcript.endLine(), ...events];
      }
      case "usage_update":
        return this.#cost.update(update);
      default:
        return [];
    }
  }

  /** Every request gets an answer, now or from a person. */
  asked(id: RpcId, method: string, params: JsonObject): readonly CallEvent[] {
    const key = JSON.stringify(id);
    const ask = method === "session/request_permission" ? this.#tools.ask(objectIn(params["toolCall"]) ?? {}) : null;
    if (ask === null) {
      this.#says.push(acpSaid(answerTag(key), rpcNotFound(id, method)));
      return [];
    }
    const { toolId, tool, command, diff } = ask;
    const options = objectsIn(params["options"]);
    const own = this.#rights === null ? null : ownDecision(ask, this.#rights);
    if (own !== null) {
      this.#says.push(this.#decided(id, options, own));
      return own === "deny" ? this.#tools.over(toolId) : this.#tools.begin(toolId);
    }
    this.#asks.set(key, { id, toolId, options });
    const begun = this.#tools.begin(toolId);
    return [...this.#transcript.endLine(), ...begun, { type: "approval", id: key, tool, command, diff }];
  }

  answer(key: string, decision: ApprovalDecision): readonly OutgoingLine[] {
    const ask = this.#asks.get(key);
    if (ask === undefined) return [];
    if (decision === "deny") {
      this.#isDenied = true;
      // Some tell no more of a tool that was denied.
      this.#late.push(...this.#tools.over(ask.toolId));
    }
    return [this.#decided(ask.id, ask.options, decision)];
  }

  #decided(id: RpcId, options: readonly JsonObject[], decision: ApprovalDecision): OutgoingLine {
    const outcome = permissionOutcome(options, decision);
    this.#isDenied ||= outcome.outcome === "cancelled";
    return acpSaid(answerTag(JSON.stringify(id)), rpcResult(id, { outcome }));
  }

  #piece(update: JsonObject): readonly CallEvent[] {
    const { messageId = null } = update;
    const isNew = messageId !== this.#message;
    this.#message = messageId;
    const text = textOf(update);
    if (text === null) return [];
    return [...(isNew ? this.#transcript.endLine() : []), ...this.#transcript.piece(text)];
  }
}

const textOf = (update: JsonObject): string | null => {
  const content = objectIn(update["content"]);
  return content?.["type"] === "text" ? textIn(content["text"]) : null;
};
