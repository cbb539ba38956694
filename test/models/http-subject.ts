import { execFileSync } from "node:child_process";

import type { Json } from "../../src/domain/json.ts";
import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { createAdapters } from "../../src/models/adapters.ts";
import { systemClock } from "../../src/processes/clock.ts";
import type { Act } from "./acts.ts";
import { modelSettings } from "./call-spec.ts";
import type { CaseName, Subject } from "./conformance.ts";
import type { Dialect, Speech } from "./dialects.ts";
import type { Loopback, LoopbackReply, Piece, Place } from "./loopback.ts";

export const key = "test-key-1234567890";

const adapters = createAdapters({
  clock: systemClock,
  random: () => 0,
  environment: { ...process.env, LOOPBACK_KEY: key },
  loadScenario: () => ({ scenario: null, problems: [] }),
});

export function adapterOf(dialect: Dialect) {
  const adapter = adapters.get(dialect.name);
  if (adapter === undefined) throw new Error(`no adapter ${dialect.name}`);
  return adapter;
}

/** The call with a model that is asked at this place. */
export const asked = (dialect: Dialect, place: Place, spec: CallSpec): CallSpec => ({
  ...spec,
  model: modelSettings({
    ...spec.model,
    adapter: dialect.name,
    // The SDK tells by the name what a model of Anthropic can.
    model: dialect.name === "anthropic" ? "claude-test" : "test-model",
    baseUrl: place.url + dialect.base,
    keyEnv: "LOOPBACK_KEY",
    account: dialect.name,
    provider: dialect.name,
  }),
});

/** A whole answer. */
export const spoken = (dialect: Dialect, speech: Speech): LoopbackReply => ({
  pieces: [...dialect.body(speech), ...dialect.end(speech)],
});

/** What a server answers one request after the other so that its model does these acts. */
function repliesOf(dialect: Dialect, acts: readonly Act[]): readonly LoopbackReply[] {
  const tools = acts.filter((act) => act.act === "edit" || act.act === "tool");
  const calls = tools.map((act, index) => {
    const id = `call_${index + 1}`;
    return act.act === "edit"
      ? { id, name: "write", input: { path: act.path, text: act.text } }
      : { id, name: "run_check", input: { name: act.name } };
  });
  const last = lastReply(
    dialect,
    acts.filter((act) => act.act !== "edit" && act.act !== "tool"),
  );
  return calls.length === 0 ? [last] : [spoken(dialect, { calls }), last];
}

function lastReply(dialect: Dialect, acts: readonly Act[]): LoopbackReply {
  const text: string[] = [];
  const noise: Piece[] = [];
  const headers: Record<string, string> = {};
  let speech: Speech = {};
  const line = (words: string): void => void text.push(text.length === 0 ? words : `\n${words}`);
  for (const act of acts) {
    if (act.act === "text") line(act.text);
    else if (act.act === "answer") line(JSON.stringify(act.value));
    else if (act.act === "usage") speech = { ...speech, usage: { input: act.input, output: act.output } };
    else if (act.act === "cost") speech = { ...speech, cost: act.usd };
    else if (act.act === "bytes") noise.push(...noiseOf(act));
    else if (act.act === "error") return errorReply(dialect, act);
    else if (act.act === "hang") {
      return text.length === 0
        ? { pieces: [{ lets: "hang" }] }
        : { pieces: [...dialect.body({ ...speech, text }), { lets: "hang" }] };
    } else if (act.act === "exit") return { pieces: dialect.body({ text: ['{"verdict":"appro'] }) };
    else throw new Error(`a server cannot ${act.act}`);
  }
  const whole = { ...speech, text };
  return { headers, pieces: [...noise, ...dialect.body(whole), ...dialect.end(whole)] };
}

/** What a stream of events may hold that says nothing: comments, of whatever bytes. */
function* noiseOf({ base64, times = 1 }: Act & { readonly act: "bytes" }): Generator<Piece> {
  const bytes = Buffer.from(base64, "base64");
  yield ": ";
  for (let at = 0; at < times; at += 1) yield Buffer.from(bytes.toString("latin1").replaceAll("\n", "\n: "), "latin1");
  yield "\n\n";
}

function errorReply(dialect: Dialect, act: Act & { readonly act: "error" }): LoopbackReply {
  if (act.type === "parse") return { pieces: [...dialect.body({}), "data: {it broke\n\n"] };
  const words = dialect.words[act.reason === "plan_limit" ? "plan_limit" : act.type];
  if (words === undefined) throw new Error(`${dialect.name} has no words for ${act.type}`);
  const { retryAfterMs, resetAtMs } = act;
  const isGoogle = dialect.name === "google";
  const more: Record<string, Json> = { ...words.more };
  const headers: Record<string, string> = {};
  if (retryAfterMs !== undefined) {
    if (isGoogle) more["details"] = [{ "@type": "x/google.rpc.RetryInfo", retryDelay: `${retryAfterMs / 1000}s` }];
    else headers["retry-after-ms"] = String(retryAfterMs);
  }
  if (resetAtMs !== undefined) {
    if (dialect.name === "anthropic") headers["anthropic-ratelimit-unified-reset"] = String(resetAtMs / 1000);
    else more["resets_at"] = Math.round(resetAtMs / 1000);
  }
  const error = { message: act.message, ...words, more };
  return { status: words.status, headers, pieces: [dialect.error(error)] };
}

const noProcess = "what is asked over HTTP is no process: it has no exit code";
const noCommands = "its tools run no commands of a model; test/models/http-tools.test.ts asks for what they do";
const lost = "what is asked over HTTP dies with its engine";

/** A provider as the conformance suite sees it. */
export function httpSubject(dialect: Dialect, server: Loopback): Subject {
  const leavesOut: Partial<Record<CaseName, string>> = {
    "the session": "HTTP keeps none",
    "the error network": "a broken connection carries no words; test/models/http-errors.test.ts breaks them",
    "an error of the account and an exit code of success": noProcess,
    "a whole answer and an exit code of failure": noProcess,
    "a whole answer of one that does not go": "an answer ends with its response",
    "an approval is asked and given": noCommands,
    "an approval is asked and denied, and the agent goes on": noCommands,
    killed: noProcess,
    crashed: noProcess,
    "a stream that is cut": "test/models/http-errors.test.ts cuts it: over HTTP that is the network's fault",
    "it moves HEAD": "its tools do not",
    "adopted alive, it says what it would have said": lost,
    "adopted when it is over, it says what it would have said": lost,
    ...(dialect.name === "openai-compatible" ? {} : { cost: "its API does not say" }),
  };
  return {
    name: dialect.name,
    leavesOut,
    reasons: dialect.reasons,
    repairs: true,
    play: (acts, spec) => {
      const replies = repliesOf(dialect, acts);
      execFileSync("git", ["init", "--quiet", spec.workdir]);
      const place = server.place((n) => replies[Math.min(n, replies.length - 1)] ?? { pieces: [] });
      const checks = [
        { name: "build", run: "sleep 20", timeoutMs: 3_600_000, exclusive: false, flakyRetries: 0, report: null },
      ];
      return { adapter: adapterOf(dialect), spec: asked(dialect, place, { ...spec, checks }) };
    },
  };
}
