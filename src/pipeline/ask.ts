import type { AskAnswer, AskEnd, AskError, AskFailure, AskUsage, SynthesisEnd } from "../domain/ask.ts";
import { failure, type Failure } from "../domain/failure.ts";
import type { ModelName, RunId } from "../domain/ids.ts";
import { noUsage } from "../domain/money.ts";
import type { Settings } from "../domain/settings.ts";
import { withAsk, type AskedCall, type AskParts, type OpenAsk } from "../engine/ask/open-ask.ts";
import type { CallRequest } from "../engine/attempt/call-request.ts";
import type { AdapterOutcome } from "../engine/ports/adapter.ts";
import { isNamed } from "../policy/candidates.ts";
import { refusalText } from "../policy/budget.ts";
import { promptHash } from "../prompts/hash.ts";
import { readTemplate } from "../prompts/override.ts";
import type { Prompt } from "../prompts/prompt.ts";
import { synthesizerPrompt } from "../prompts/synthesizer.ts";
import { decodeSynthesis, type Decoded } from "./decode-answers.ts";

export interface AskQuestion {
  readonly id: RunId;
  readonly text: string;
  /** Without repetitions. */
  readonly models: readonly ModelName[];
  /** For each model, waits and retries included; null: `timeouts.review`. */
  readonly timeoutMs: number | null;
  readonly synthesize: boolean;
  /** What a model answered to the very same of late will do. */
  readonly cached: boolean;
  readonly settings: Settings;
  /** The project's own words for a synthesizer; null: ours. */
  readonly template: string | null;
  /** An empty folder of this name for a call to be made in. */
  readonly folder: (name: string) => Promise<string>;
}

type ModelEnd = AskAnswer | AskFailure;

const isAnswer = (end: ModelEnd): end is AskAnswer => "text" in end;

/**
 * Asks all models at once, each in a call of its own, and makes one answer of theirs if that is wanted. `onEnd` is called for each
 * model as soon as it has answered or failed. A signal that aborts stops all; what was answered before it stays.
 */
export const askModels = (
  parts: AskParts,
  question: AskQuestion,
  onEnd: (end: ModelEnd) => void,
  signal: AbortSignal,
): Promise<AskEnd> =>
  withAsk(parts, question.id, signal, async (ask) => {
    const asking = new ModelCallRequest(parts, question, ask);
    const { models, timeoutMs, text } = question;
    const hash = askHash(text);
    await ask.append([{ type: "ask.started", data: { models, promptHash: hash, timeoutMs } }]);
    const ends = await Promise.all(
      models.map(async (model) => {
        const end = await asking.model(model);
        onEnd(end);
        return end;
      }),
    );
    const results = ends.filter(isAnswer);
    const failures = ends.filter((end): end is AskFailure => !isAnswer(end));
    const synthesis = question.synthesize && !signal.aborted ? await asking.synthesis(results) : null;
    const end: AskEnd = {
      results,
      failures,
      ...(question.synthesize ? { synthesis } : {}),
      durationMs: asking.durationMs(),
      cancelled: [...failures, ...(synthesis === null ? [] : [synthesis])].some(wasCancelled),
    };
    await ask.append([
      {
        type: "ask.ended",
        data: {
          answered: results.map(({ model }) => model),
          failed: failures.map(({ model }) => model),
          cancelled: end.cancelled,
          durationMs: end.durationMs,
        },
      },
    ]);
    return end;
  });

const wasCancelled = (end: SynthesisEnd): boolean => "error" in end && end.error.type === "cancelled";

const askHash = (text: string): string => promptHash("ask", "ask/1", text);

class ModelCallRequest {
  readonly #parts: AskParts;
  readonly #question: AskQuestion;
  readonly #ask: OpenAsk;
  readonly #startedMs: number;

  constructor(parts: AskParts, question: AskQuestion, ask: OpenAsk) {
    this.#parts = parts;
    this.#question = question;
    this.#ask = ask;
    this.#startedMs = parts.clock.now();
  }

  durationMs(since = this.#startedMs): number {
    return this.#parts.clock.now() - since;
  }

  async model(model: ModelName): Promise<ModelEnd> {
    const { text, folder } = this.#question;
    const asked = await this.#ask.call({
      ...this.#request(`ask/${model}`, this.#startedMs, await folder(model)),
      role: "ask",
      prompt: { text, schema: null, hash: askHash(text) },
      check: ({ text: said }) =>
        said.trim() === "" ? failure("parse", "the answer is empty", { reason: "no_answer" }) : null,
      forced: model,
      mayBeEarlier: this.#question.cached,
    });
    const spent = spentOf(model, asked, this.durationMs());
    if (asked.result?.kind === "success") return { ...spent, text: asked.result.text };
    return { ...spent, error: this.#errorOf(asked) };
  }

  /** By who is named for it, else by the first that answered. Null: there are no two answers. */
  async synthesis(answers: readonly AskAnswer[]): Promise<SynthesisEnd | null> {
    const { text, settings, folder } = this.#question;
    const [first, second] = answers;
    if (first === undefined || second === undefined) return null;
    const named = isNamed(settings, "synthesizer");
    const startedMs = this.#parts.clock.now();
    const asked = await this.#ask.call({
      ...this.#request("ask/synthesis", startedMs, await folder("synthesis")),
      role: "synthesizer",
      prompt: this.#synthesisPrompt(text, answers),
      check: unfit,
      forced: named ? null : first.model,
    });
    const { result } = asked;
    const model = result?.kind === "success" ? result.model : (asked.row?.call.model ?? first.model);
    const spent = spentOf(model, asked, this.durationMs(startedMs));
    const read = result?.kind === "success" ? decodeSynthesis(result.answer) : null;
    return read !== null && "ok" in read ? { ...spent, ...read.ok } : { ...spent, error: this.#errorOf(asked) };
  }

  #synthesisPrompt(text: string, answers: readonly AskAnswer[]): Prompt {
    const { template } = this.#question;
    const read = template === null ? null : readTemplate("synthesizer", template);
    return synthesizerPrompt({ question: text, answers }, read !== null && "ok" in read ? read.ok : null);
  }

  #request(
    key: string,
    startedMs: number,
    workdir: string,
  ): Omit<CallRequest, "role" | "prompt" | "check" | "forced"> & { readonly giveUpAtMs: number } {
    const { timeoutMs, settings } = this.#question;
    return {
      key,
      step: null,
      round: 1,
      workdir,
      access: "read",
      base: null,
      prepare: () => Promise.resolve(),
      authors: [],
      session: null,
      struggles: { rejections: 0, gateFailures: 0 },
      exclude: [],
      grantedMicros: 0,
      giveUpAtMs: startedMs + (timeoutMs ?? settings.timeouts.reviewMs),
    };
  }

  #errorOf({ result, row }: AskedCall): AskError {
    const { timeoutMs } = this.#question;
    if (result === null) return plainError("cancelled", null, "stopped before it had answered");
    if (result.kind === "budget") return plainError("budget", result.refusal.scope, refusalText(result.refusal));
    const last = row?.attempts.at(-1) ?? null;
    const found = last?.failure ?? (result.kind === "failed" ? result.failure : null);
    const { type, reason, retryable, message }: Failure = found ?? failure("parse", "the answer could not be read");
    if (type === "timeout" && reason === "wall" && timeoutMs !== null)
      return { type, reason, retryable, message: `no answer within ${timeoutMs} ms (--timeout)` };
    return { type: outcomeOf(last) ?? type, reason, retryable, message };
  }
}

const plainError = (type: string, reason: string | null, message: string): AskError => ({
  type,
  reason,
  retryable: false,
  message,
});

/** An end that is no provider's error is called by its own name. */
function outcomeOf(last: { readonly outcome: string | null } | null): string | null {
  return last === null || last.outcome === null || last.outcome === "success" || last.outcome === "error"
    ? null
    : last.outcome;
}

const spentOf = (model: ModelName, { row }: AskedCall, durationMs: number): AskUsage => ({
  model,
  usage: row?.call.usage ?? noUsage,
  cost: row?.call.cost ?? { micros: 0, source: "reported" },
  durationMs,
  attempts: row?.attempts.filter(({ cost }) => cost.source !== "cached").length ?? 0,
});

function unfit({ answer }: AdapterOutcome): Failure | null {
  const read: Decoded<unknown> = decodeSynthesis(answer);
  return "ok" in read ? null : failure("parse", read.error, { reason: "bad_schema" });
}
