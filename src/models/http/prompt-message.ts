import type { ModelMessage } from "ai";

import { canonicalJson } from "../../domain/json.ts";
import { noMarks } from "../../domain/prompt-marks.ts";
import type { CallSpec } from "../../engine/ports/adapter.ts";
import { cacheMinimum } from "../../policy/cache-minimum.ts";
import { cacheMark, type CacheTime } from "../../policy/cache-marks.ts";
import { inForce, rowFor } from "../../policy/prices.ts";
import type { HttpProvider } from "./http-provider.ts";
import type { SentBeginnings } from "./sent-beginnings.ts";

/** About so many letters are a token. */
const lettersOfToken = 4;

/** The first message in parts that follow each other: the run's, the task's, this call's. */
export interface FirstMessage {
  readonly run: string;
  readonly task: string;
  readonly call: string;
}

/** For how long the run's and the task's part are to be kept; null: no mark. */
export interface KeptFor {
  readonly run: CacheTime | null;
  readonly task: CacheTime | null;
}

/** `withSchema`: in words, as the server takes it in no other way. It is the same for all calls of a role, and so stands with the run's part. */
export function firstMessage({ prompt, schema, marks = noMarks }: CallSpec, withSchema: boolean): FirstMessage {
  const inWords = withSchema && schema !== null ? `\n${schemaText(canonicalJson(schema))}` : "";
  const [run, task, call] = [prompt.slice(0, marks.run), prompt.slice(marks.run, marks.task), prompt.slice(marks.task)];
  return marks.run === 0 ? { run, task, call: call + inWords } : { run: run + inWords, task, call };
}

/** Asked once a call. `ahead`: the tools and the schema, which are sent before all messages. */
export function keptFor(
  { run, task }: FirstMessage,
  of: { readonly spec: CallSpec; readonly ahead: string; readonly uses: boolean },
  sent: SentBeginnings,
  nowMs: number,
): KeptFor {
  const { spec, ahead, uses: again } = of;
  const { provider, model, name } = spec.model;
  const minimum = cacheMinimum(provider, model);
  const rows = inForce(spec.prices ?? [], nowMs);
  const timeOf = (beginning: string, mayBeLong: boolean): CacheTime | null => {
    const all = ahead + beginning;
    const tokens = Math.floor(Buffer.byteLength(all) / lettersOfToken);
    const rates = rowFor(rows, tokens)?.microsPerMillion ?? null;
    const sentMs = sent.send(`${name}\0${all}`, nowMs);
    return cacheMark({ tokens, minimum, rates, sentMs, nowMs, again, mayBeLong });
  };
  return {
    run: run.trim() === "" ? null : timeOf(run, true),
    task: task.trim() === "" ? null : timeOf(run + task, false),
  };
}

/** One text, or texts with marks at their ends. */
export function promptMessage(
  { run, task, call }: FirstMessage,
  kept: KeptFor,
  mark: HttpProvider["mark"],
): ModelMessage {
  const whole = run + task + call;
  const pieces: { readonly text: string; readonly time: CacheTime | null }[] = [];
  let from = 0;
  for (const [end, time] of [
    [run.length, kept.run],
    [run.length + task.length, kept.task],
  ] as const) {
    if (time === null) continue;
    pieces.push({ text: whole.slice(from, end), time });
    from = end;
  }
  if (mark === null || pieces.length === 0) return { role: "user", content: whole };
  // No provider takes a part with nothing in it.
  if (call.trim() !== "") pieces.push({ text: whole.slice(from), time: null });
  return {
    role: "user",
    content: pieces.map(({ text, time }) => ({
      type: "text",
      text,
      ...(time === null ? {} : { providerOptions: mark(time) }),
    })),
  };
}

const schemaText = (schema: string): string =>
  `Your last message is one JSON object that fits this JSON Schema, and nothing else:\n${schema}\n`;
