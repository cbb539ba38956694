import type { ApprovalDecision, CallEvent, CallSpec } from "../../engine/ports/adapter.ts";
import type { AnswerRequirements } from "../answer-requirements.ts";
import { objectIn, textIn, type JsonObject } from "../json-line.ts";
import { answerTag, type OutgoingLine, type ProtocolClient } from "../programs/line-parser.ts";
import type { Moment } from "../written-instant.ts";
import { ClaudeParser, type AskedTools } from "./claude-lines.ts";
import { toolDiff } from "./claude-tools.ts";

/**
 * What is said to `claude -p --input-format stream-json --permission-prompt-tool stdio`, a JSON object a line:
 *
 *     {"type":"user","message":{"role":"user","content":[{"type":"text","text"}]}}    the prompt
 *     {"type":"control_response","response":{"subtype":"success","request_id","response":{"behavior":"allow","updatedInput"}}}
 *     ... {"behavior":"deny","message"}    after its {"type":"control_request","request_id","request":{"subtype":"can_use_tool",...}}
 */
class ClaudeRequests implements AskedTools {
  readonly #prompt: string;
  readonly #folder: string;
  readonly #asked = new Map<string, JsonObject>();
  readonly #tools = new Set<string>();
  readonly #replies: OutgoingLine[] = [];

  /** `folder`: the one it works in. */
  constructor(prompt: string, folder: string) {
    this.#prompt = prompt;
    this.#folder = folder;
  }

  opening(): readonly OutgoingLine[] {
    const message = { role: "user", content: [{ type: "text", text: this.#prompt }] };
    return [said("prompt", { type: "user", message, parent_tool_use_id: null, session_id: "" })];
  }

  replies(): readonly OutgoingLine[] {
    return this.#replies.splice(0);
  }

  /** A question of the program; one that is not known is answered so that it does not wait. */
  request(object: JsonObject): readonly CallEvent[] {
    const [id, request] = [textIn(object["request_id"]), objectIn(object["request"])];
    if (id === null || request === null) return [];
    const tool = textIn(request["tool_name"]);
    if (request["subtype"] !== "can_use_tool" || tool === null) {
      const error = `nobody here knows ${textIn(request["subtype"]) ?? "this request"}`;
      this.#replies.push(said(answerTag(id), controlResponse({ subtype: "error", request_id: id, error })));
      return [];
    }
    const input = objectIn(request["input"]) ?? {};
    this.#asked.set(id, input);
    this.#tools.add(textIn(request["tool_use_id"]) ?? "");
    return [{ type: "approval", id, tool, command: textIn(input["command"]), diff: toolDiff(input, this.#folder) }];
  }

  answer(id: string, decision: ApprovalDecision, message: string | null): readonly OutgoingLine[] {
    const response =
      decision === "deny"
        ? { behavior: "deny", message: message ?? "a person said no" }
        : { behavior: "allow", updatedInput: this.#asked.get(id) ?? {} };
    return [said(answerTag(id), controlResponse({ subtype: "success", request_id: id, response }))];
  }

  wasAsked(denial: JsonObject): boolean {
    return this.#tools.has(textIn(denial["tool_use_id"]) ?? "");
  }
}

/** Claude Code with somebody to ask. */
export class ClaudeClient extends ClaudeParser implements ProtocolClient {
  readonly #talk: ClaudeRequests;

  constructor(
    asked: AnswerRequirements,
    moment: () => Moment,
    isResumed: boolean,
    spec: Pick<CallSpec, "prompt" | "workdir">,
  ) {
    const talk = new ClaudeRequests(spec.prompt, spec.workdir);
    super(asked, moment, isResumed, talk);
    this.#talk = talk;
  }

  opening(): readonly OutgoingLine[] {
    return this.#talk.opening();
  }

  replies(): readonly OutgoingLine[] {
    return this.#talk.replies();
  }

  answer(id: string, decision: ApprovalDecision, message: string | null): readonly OutgoingLine[] {
    return this.#talk.answer(id, decision, message);
  }
}

const controlResponse = (response: object): object => ({ type: "control_response", response });
const said = (tag: string, object: object): OutgoingLine => ({ tag, line: JSON.stringify(object) });
