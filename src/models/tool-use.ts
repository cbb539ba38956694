import type { ApprovalDecision, CallEvent, CallSpec } from "../engine/adapter.ts";
import { objectIn, textIn } from "./json-line.ts";
import type { WorktreeTool } from "./worktree-tool.ts";

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

const longestDiff = 20_000;

/** Uses tools for a model, telling of each; with `permissions: ask` a person is asked before anything changes. */
export class ToolUse {
  readonly #parts: ToolUseParts;
  /** Tools a person allowed once and for all. */
  readonly #allowed = new Set<string>();

  constructor(parts: ToolUseParts) {
    this.#parts = parts;
  }

  /** What the model is told of it. */
  async use(request: ToolRequest): Promise<string> {
    const { tools, signal, say } = this.#parts;
    const { id, name, input } = request;
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined)
      return `error: there is no tool ${name}; there are: ${tools.map((one) => one.name).join(", ")}`;
    const detail = tool.detail(input);
    const refusal = await this.#refusal(tool, request, detail);
    if (refusal !== null) return refusal;
    say({ type: "tool", id, state: "start", name, detail });
    try {
      return await tool.execute(input, signal);
    } finally {
      say({ type: "tool", id, state: "end", name, detail });
    }
  }

  /** Null: it may be used. */
  async #refusal(
    { name, isWriting }: WorktreeTool,
    { id, input }: ToolRequest,
    detail: string,
  ): Promise<string | null> {
    const { spec, say, approval } = this.#parts;
    if (spec.permissions !== "ask" || !isWriting || this.#allowed.has(name)) return null;
    const check = spec.checks?.find((one) => name === "run_check" && one.name === detail);
    const answer = approval(id);
    say({ type: "approval", id, tool: `${name} ${detail}`, command: check?.run ?? null, diff: changeIn(input) });
    const { decision, message } = await answer;
    if (decision === "allow_always") this.#allowed.add(name);
    return decision === "deny" ? `error: this was not allowed${message === null ? "" : `: ${message}`}` : null;
  }
}

/** What an edit takes away and puts in, line by line; null: the input says nothing of the kind. */
function changeIn(input: unknown): string | null {
  const fields = objectIn(input);
  const lines = (value: unknown, sign: string): readonly string[] =>
    textIn(value)
      ?.split("\n")
      .map((line) => sign + line) ?? [];
  const all = [...lines(fields?.["old"], "-"), ...lines(fields?.["new"], "+"), ...lines(fields?.["text"], "+")];
  return all.length === 0 ? null : all.join("\n").slice(0, longestDiff);
}
