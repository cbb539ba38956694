import type { ApprovalDecision, CallEvent, CallSpec } from "../../engine/ports/adapter.ts";
import { objectIn, textIn } from "../json-line.ts";
import { cutChange } from "../programs/changed-lines.ts";
import { toolResult } from "../tool-result.ts";
import type { WorktreeTool } from "../tools/worktree-tool.ts";

/** A tool as a model asks for it. */
export interface ToolRequest {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface Approval {
  readonly decision: ApprovalDecision;
  readonly message: string | null;
}

export interface ToolUseParts {
  readonly spec: CallSpec;
  readonly tools: readonly WorktreeTool[];
  readonly signal: AbortSignal;
  readonly say: (event: CallEvent) => void;
  /** Waits for the answer to an `approval` event; denied when the attempt is over. */
  readonly approval: (id: string) => Promise<Approval>;
}

/** Uses tools for a model, telling of each; with `permissions: ask` a person is asked before anything changes. */
export class ToolUse {
  readonly #parts: ToolUseParts;
  /** Tools, and commands of checks, that a person allowed once and for all. */
  readonly #allowed = new Set<string>();
  /** Models name their requests as they like, also twice the same. */
  #uses = 0;

  constructor(parts: ToolUseParts) {
    this.#parts = parts;
  }

  /** What the model is told of it. */
  async use(request: ToolRequest): Promise<string> {
    const { tools, signal, say } = this.#parts;
    const { name, input } = request;
    this.#uses += 1;
    const id = `${this.#uses}/${request.id}`;
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined)
      return `error: there is no tool ${name}; there are: ${tools.map((one) => one.name).join(", ")}`;
    const detail = tool.detail(input);
    const refusal = await this.#refusal(tool, id, input, detail);
    if (refusal !== null) return refusal;
    say({ type: "tool", id, state: "start", name, detail });
    let result: string | null = null;
    try {
      return (result = await tool.execute(input, signal));
    } finally {
      say({ type: "tool", id, state: "end", name, detail, ...toolResult(result) });
    }
  }

  /** Null: it may be used. */
  async #refusal(
    { name, isWriting }: WorktreeTool,
    id: string,
    input: unknown,
    detail: string,
  ): Promise<string | null> {
    const { spec, say, approval } = this.#parts;
    const command = spec.checks?.find((one) => name === "run_check" && one.name === detail)?.run ?? null;
    if (spec.permissions !== "ask" || !isWriting || this.#allowed.has(command ?? name)) return null;
    const answer = approval(id);
    say({
      type: "approval",
      id,
      tool: name,
      command,
      diff: cutChange(changeIn(input, detail).join("\n")),
    });
    const { decision, message } = await answer;
    if (decision === "allow_always") this.#allowed.add(command ?? name);
    return decision === "deny" ? `error: this was not allowed${message === null ? "" : `: ${message}`}` : null;
  }
}

/** All of what a person says yes to: the whole path, how it is meant, and what is taken away and put in, line by line. */
function changeIn(input: unknown, detail: string): readonly string[] {
  const fields = objectIn(input);
  const flags = ["executable", "all"].flatMap((name) => {
    const value = fields?.[name];
    return typeof value === "boolean" ? [`${name}: ${value}`] : [];
  });
  const lines = (value: unknown, sign: string): readonly string[] =>
    textIn(value)
      ?.split("\n")
      .map((line) => sign + line) ?? [];
  const what = textIn(fields?.["path"]) ?? detail;
  return [
    what,
    ...flags,
    ...lines(fields?.["old"], "-"),
    ...lines(fields?.["new"], "+"),
    ...lines(fields?.["text"], "+"),
  ];
}
