import type { InputOf } from "../../actions/table.ts";
import type { Displays } from "../program/typed-input.ts";
import { existsSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { basename, resolve } from "node:path";
import { buffer } from "node:stream/consumers";

import type { CallError } from "../../actions/results/failure.ts";
import type { ExplainResult } from "../../actions/results/model.ts";
import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { defaultSettings } from "../../backlog/settings-defaults.ts";
import { assert } from "../../domain/assert.ts";
import { brand } from "../../domain/brand.ts";
import type { Failure } from "../../domain/failure.ts";
import { addCost, addUsage, noUsage, unknownCost } from "../../domain/money.ts";
import type { AdapterName } from "../../domain/settings.ts";
import type { AdapterOutcome, CallEvent } from "../../engine/ports/adapter.ts";
import { availableAdapters } from "../../models/adapters.ts";
import { isEndpoint } from "../../models/http/http-connection.ts";
import { localMoment } from "../../models/local-moment.ts";
import { parserOf } from "../../models/parsers.ts";
import type { LineParser } from "../../models/programs/line-parser.ts";
import { defaultOutputLimits } from "../../models/programs/process-call.ts";
import { eventsOfAnswer } from "../../models/recorded-answer.ts";
import { statusOfCode, type ExitStatus } from "../../processes/gate.ts";
import { LineSplitter } from "../../processes/line-splitter.ts";
import { limitHold } from "../../policy/limit-hold.ts";
import { retryDelay } from "../../policy/retry.ts";
import { costJson, failureJson, isoOrNull, jsonVersion, usageJson } from "../../view/json/json.ts";
import { money } from "../../view/text/amounts.ts";
import { duration, instant } from "../../view/text/durations.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";

/**
 * What is made of a recorded stream or answer: read as a call would be, with the exit and the standard error of the program,
 * or the status and the headers of the answer.
 */
export async function command(program: Program, input: InputOf<"explain">, displays: Displays): Promise<number> {
  const adapter = adapterNamed(input.adapter);
  const read = (): Promise<Buffer> => recorded(program, input.file);
  const explained = (await answerOf(program, adapter, read, input)) ?? (await streamOf(program, adapter, read, input));
  // In a report and in a test it is read by programs.
  if (displays.json || !program.out.isTerminal) program.out.json(explained.json);
  else for (const line of explained.lines) program.out.line(line);
  return 0;
}

function adapterNamed(name: string): AdapterName {
  const known = availableAdapters.filter((adapter) => adapter !== "scripted");
  const adapter = known.find((one) => one === name);
  if (adapter !== undefined) return adapter;
  const hint = didYouMean(suggester()(name, known)) ?? `these can be explained: ${known.join(", ")}`;
  throw new CommandError(`no reader for what the adapter ${quoted(name)} prints; ${hint}`);
}

/** Null: the adapter is a program's. */
async function answerOf(
  program: Program,
  adapter: AdapterName,
  read: () => Promise<Buffer>,
  { status = "200", header, ...given }: InputOf<"explain">,
): Promise<Explanation | null> {
  if (!isEndpoint(adapter)) return null;
  refuse(given, ["exit", "signal", "stderr"], `${adapter} is no program`);
  if (!/^[2-5]\d\d$/.test(status))
    throw new CommandError(`--status must be one of HTTP, from 200 to 599, not ${quoted(status)}`);
  const answer = { status: Number(status), headers: headersIn(header), body: await read() };
  const events = await eventsOfAnswer(adapter, answer, program.clock);
  const end = events.find((event) => event.type === "end");
  assert(end?.type === "end", "a call ends");
  return explanation(events, end.outcome, program.clock.now());
}

/** As they were typed; a value may hold commas, at which the list of them was parted. */
function headersIn(parts: readonly string[]): readonly (readonly [string, string])[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.pop();
    const isNew = /^[a-z][\w-]*:/i.test(part);
    if (isNew || last === undefined) lines.push(...(last === undefined ? [] : [last]), part);
    else lines.push(`${last}, ${part}`);
  }
  return lines.map((line) => {
    const [, name, value] = /^([a-z][\w-]*):\s*(.+)$/i.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new CommandError(`--header must be NAME:VALUE, not ${quoted(line)}`);
    return [name, value];
  });
}

async function streamOf(
  program: Program,
  adapter: AdapterName,
  read: () => Promise<Buffer>,
  input: InputOf<"explain">,
): Promise<Explanation> {
  const parser = parserNamed(program, adapter);
  assert(parser !== null, "a program has a reader");
  refuse(input, ["status", "header"], `${adapter} is a program`);
  const exit = exitIn(input);
  const { stderr } = input;
  const events = [
    ...eventsOf(await read(), (line, truncated) => parser.output(line, truncated)),
    ...(stderr === undefined ? [] : eventsOf(contentOf(program, stderr), (line) => parser.diagnostic(line))),
  ];
  return explanation(events, parser.end(exit), program.clock.now());
}

function refuse(given: Partial<InputOf<"explain">>, flags: readonly (keyof InputOf<"explain">)[], why: string): void {
  const flag = flags.find((one) => given[one] !== undefined && given[one].length > 0);
  if (flag !== undefined) throw new CommandError(`--${flag} does not go with --explain of this adapter: ${why}`);
}

const parserNamed = (program: Program, adapter: (typeof availableAdapters)[number]): LineParser | null =>
  parserOf(adapter, { program: adapter, schema: false, maySayNothing: true }, () => localMoment(program.clock.now()));

function exitIn({ exit: code, signal }: InputOf<"explain">): ExitStatus {
  if (code !== undefined && signal !== undefined)
    throw new CommandError("a program ends by --exit or by --signal, not by both");
  if (signal !== undefined) {
    const name = signal.toUpperCase().startsWith("SIG") ? signal.toUpperCase() : `SIG${signal.toUpperCase()}`;
    if (!isSignal(name))
      throw new CommandError(`--signal must be the name of a signal, as SIGKILL, not ${quoted(signal)}`);
    return { kind: "signalled", signal: name };
  }
  if (code === undefined) return { kind: "exited", code: 0 };
  if (!/^\d{1,3}$/.test(code) || Number(code) > 255)
    throw new CommandError(`--exit must be a code from 0 to 255, not ${quoted(code)}`);
  return statusOfCode(Number(code));
}

const isSignal = (name: string): name is NodeJS.Signals => Object.hasOwn(constants.signals, name);

type Read = (line: string, truncated: boolean) => readonly CallEvent[];

function eventsOf(output: Buffer, read: Read): readonly CallEvent[] {
  const splitter = new LineSplitter(defaultOutputLimits.maxLineBytes, 0);
  const events: CallEvent[] = [];
  const take = (lines: Iterable<{ readonly line: string; readonly truncated: boolean }>): void => {
    for (const { line, truncated } of lines) events.push(...read(line, truncated));
  };
  take(splitter.push(output));
  take(splitter.end());
  return events;
}

/** A file, standard input (`-`), or the text itself where it was given in place of a name. */
async function recorded(program: Program, file: string | undefined): Promise<Buffer> {
  if (file === undefined)
    throw new CommandError(
      "models --explain needs FILE: what the agent's program has printed, or the server's answer; - is standard input",
    );
  if (file === "-") return await buffer(program.input());
  return isText(file) && !existsSync(resolve(program.cwd, file)) ? Buffer.from(file) : contentOf(program, file);
}

/** What begins like the body of an answer, or has lines, or words and no name's ending, is meant itself where no file is called so. */
const isText = (word: string): boolean => /^\s*[{["<]|\n|^(?:data|event):|^(?!.*\.[a-z]\w*$).*\s/i.test(word.trim());

function contentOf({ cwd }: Program, file: string): Buffer {
  const path = resolve(cwd, file);
  try {
    const { size } = statSync(path);
    if (size > defaultOutputLimits.maxBytes)
      throw new CommandError(`${basename(path)} is larger than a call may print: ${size} bytes`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const why = isMissing ? "there is no such file" : error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `cannot read ${path}: ${why}; FILE is a file, - for standard input, or the text itself in quotes`,
    );
  }
}

/** The words of the promise; a refusal is an error without a type of its own. */
function wordOf({ kind, failure }: AdapterOutcome): ExplainResult["outcome"] {
  if (kind === "permission_denied") return "denied";
  if (kind === "refused") return "error";
  return kind === "error" && failure?.reason === "crash" ? "crashed" : kind;
}

interface Explanation {
  readonly json: ExplainResult;
  readonly lines: readonly string[];
}

function explanation(events: readonly CallEvent[], outcome: AdapterOutcome, nowMs: number): Explanation {
  const of = <T extends CallEvent["type"]>(type: T) =>
    events.filter((event): event is Extract<CallEvent, { type: T }> => event.type === type);
  const { failure } = outcome;
  const word = wordOf(outcome);
  const session = of("session").at(-1)?.session ?? null;
  const usage = of("usage")
    .map((event) => event.usage)
    .reduce(addUsage, noUsage);
  const costs = of("cost").map((event) => event.cost);
  const cost = costs.length === 0 ? unknownCost : costs.reduce(addCost);
  const tools = of("tool")
    .filter(({ state }) => state === "start")
    .map(({ name, detail }) => ({ name, detail }));
  const error = failure === null ? (outcome.kind === "refused" ? refusal(outcome.text) : null) : failureJson(failure);
  const kind =
    failure === null
      ? ""
      : `: ${failure.type}${failure.reason === null ? "" : ` (${failure.reason})`}, ${failure.retryable ? "retryable" : "not retryable"}`;
  const next = failure === null ? null : nextOf(failure, nowMs);
  const waits = [
    ...(failure?.retryAfterMs == null ? [] : [`retry after ${failure.retryAfterMs} ms`]),
    ...(failure?.resetAtMs == null ? [] : [`ends at ${new Date(failure.resetAtMs).toISOString()}`]),
  ];
  return {
    json: {
      v: jsonVersion,
      outcome: word,
      error,
      session,
      usage: usageJson(usage),
      ...costJson(cost),
      tools,
      hold: next?.hold ?? null,
    },
    lines: [
      `outcome: ${word}${kind}`,
      ...(failure === null ? [] : [`message: ${failure.message}`]),
      ...(waits.length === 0 ? [] : [`wait: ${waits.join(", ")}`]),
      ...(next === null ? [] : [`then: ${next.text}`]),
      `session: ${session ?? "none"}`,
      `usage: ${usage.input} in, ${usage.output} out, ${usage.cacheRead} from and ${usage.cacheWrite} into the cache, ${usage.reasoning} of the output reasoning`,
      `cost: ${money(cost)}`,
      `tools: ${tools.length}`,
      ...tools.map(({ name, detail }) => `  ${name} ${detail}`.trimEnd()),
      ...of("unread").map(({ text }) => `not read: ${text}`),
    ],
  };
}

/** What would follow from it in a run, by the settings as they are where nobody has changed them. */
function nextOf(failed: Failure, nowMs: number): { readonly text: string; readonly hold: ExplainResult["hold"] } {
  const { retry, holds } = defaultSettings;
  const decision = retryDelay(retry.call, 1, failed, 0);
  if (decision.kind === "retry")
    return {
      text: `tried again ${decision.delayMs === 0 ? "after a moment" : `in ${duration(decision.delayMs)}`}`,
      hold: null,
    };
  if (decision.kind === "stop") return { text: `not tried again: ${decision.why}`, hold: null };
  const { untilMs, reason } = limitHold(failed, nowMs, { ...holds, resumes: 0 });
  const until =
    untilMs === null
      ? `until you release it (${brand.bin} release ACCOUNT)`
      : `until ${instant(untilMs, nowMs)}, in ${duration(untilMs - nowMs)}`;
  return {
    text: `no try is spent; the account is held, with all models of it, ${until}`,
    hold: { scope: "account", until: isoOrNull(untilMs), reason },
  };
}

const refusal = (text: string): CallError => ({
  type: "invalid_request",
  reason: "refused",
  retryable: false,
  retryAfterMs: null,
  resetAt: null,
  message: text === "" ? "the model refused" : text,
});
