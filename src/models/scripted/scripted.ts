import { assert } from "../../domain/assert.ts";
import { failure, type Failure } from "../../domain/failure.ts";
import { problemLine, type Problem } from "../../domain/problem.ts";
import {
  defaultPace,
  type Pace,
  type Scenario,
  type ScenarioAct,
  type ScenarioEdit,
  type ScenarioEnd,
  type ScenarioRule,
} from "../../domain/scenario.ts";
import type { AdapterOutcome, CallEvent, CallSpec, ModelAdapter, RunningCall } from "../../engine/ports/adapter.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { capabilitiesOf } from "../capabilities.ts";
import { answerRequirements, answered } from "../answer-requirements.ts";
import { CallStream } from "../call-stream.ts";
import { toolResult } from "../tool-result.ts";
import type { ScriptedFiles } from "./scripted-files.ts";
import { lettersPerToken, pieces } from "./scripted-pieces.ts";
import { ScenarioUses } from "./scripted-uses.ts";
import { usualAct } from "./scripted-usual.ts";

export interface ScriptedPorts {
  readonly clock: Clock;
  /** Reads and checks a scenario file; called once a path. */
  readonly loadScenario: (path: string) => {
    readonly scenario: Scenario | null;
    readonly problems: readonly Problem[];
  };
  readonly files: ScriptedFiles;
}

const emptyScenario: Scenario = { seed: 0, pace: defaultPace, rules: [] };

/**
 * Models that play a scenario inside this program, on its clock: for demos, tests and simulations. A killed engine loses
 * them, so an adopted attempt is begun anew; what it changes is changed at its very end.
 */
export function createScriptedAdapter(ports: ScriptedPorts): ModelAdapter {
  const uses = new ScenarioUses(ports.files);
  const loaded = new Map<string, ReturnType<ScriptedPorts["loadScenario"]>>();
  const load = (path: string): ReturnType<ScriptedPorts["loadScenario"]> => {
    const known = loaded.get(path) ?? ports.loadScenario(path);
    loaded.set(path, known);
    return known;
  };
  return {
    name: "scripted",
    capabilities: capabilitiesOf.scripted,
    start: (spec) =>
      new ScriptedCall(ports, spec, () => {
        const path = spec.model.scenario;
        const { scenario, problems } = path === null ? { scenario: emptyScenario, problems: [] } : load(path);
        return scenario === null
          ? unplayable(problems)
          : playOf(uses.choose(scenario, path ?? "", spec), scenario, spec);
      }),
  };
}

/** All that an attempt will do, decided when it begins. */
interface Play {
  readonly pace: Pace;
  readonly pieces: readonly string[];
  readonly text: string;
  readonly edits: readonly ScenarioEdit[];
  readonly money: readonly CallEvent[];
  readonly costMicros: number;
  readonly end: ScenarioEnd;
}

function playOf(rule: ScenarioRule | null, { seed, pace }: Scenario, spec: CallSpec): Play {
  const act: ScenarioAct & { kind: "written" } = rule === null || rule.act.kind === "usual" ? usualAct(spec) : rule.act;
  const answer = act.answer === undefined ? "" : JSON.stringify(act.answer);
  const text = act.text !== "" && answer !== "" ? `${act.text}\n${answer}` : act.text + answer;
  return {
    pace: { delayMs: rule?.delayMs ?? pace.delayMs, tokensPerS: rule?.tokensPerS ?? pace.tokensPerS },
    pieces: pieces(text, `${seed}/${spec.attemptKey}`),
    text,
    edits: act.edits,
    money: moneyEvents(rule, act, spec.prompt, text),
    costMicros: rule?.costMicros ?? 0,
    end: act.end,
  };
}

/** What the rule says it used; else counted by letters, where the attempt lived to tell. One that does nothing at all costs nothing. */
function moneyEvents(
  rule: ScenarioRule | null,
  { end, edits }: ScenarioAct & { kind: "written" },
  prompt: string,
  text: string,
): readonly CallEvent[] {
  const tells = end.kind === "success" || end.kind === "outcome";
  const tokens = (letters: string): number => Math.ceil(letters.length / lettersPerToken);
  const counted = tells
    ? { input: tokens(prompt), output: tokens(text), cacheRead: 0, cacheWrite: 0, reasoning: 0 }
    : null;
  const usage = rule?.usage ?? counted;
  const isIdle = (end.kind === "error" || end.kind === "crash") && text === "" && edits.length === 0 && usage === null;
  const micros = rule?.costMicros ?? (tells || isIdle ? 0 : null);
  const events: CallEvent[] = [];
  if (usage !== null) events.push({ type: "usage", usage, raw: { ...usage } });
  if (micros !== null) events.push({ type: "cost", cost: { micros, source: "reported" } });
  return events;
}

function unplayable(problems: readonly Problem[]): Play {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  const message = first === undefined ? "the scenario cannot be read" : `${problemLine(first)}${more}`;
  return {
    pace: { delayMs: 0, tokensPerS: 0 },
    pieces: [],
    text: "",
    edits: [],
    money: [],
    costMicros: 0,
    end: {
      kind: "error",
      type: "invalid_request",
      reason: "bad_request",
      message,
      retryAfterMs: null,
      resetInMs: null,
    },
  };
}

class ScriptedCall implements RunningCall {
  readonly #ports: ScriptedPorts;
  readonly #spec: CallSpec;
  readonly #stream = new CallStream(() => this.cancel());
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #text = "";

  /** Starts at once. */
  constructor(ports: ScriptedPorts, spec: CallSpec, decide: () => Play) {
    this.#ports = ports;
    this.#spec = spec;
    this.#done = this.#run(decide);
  }

  [Symbol.asyncIterator](): AsyncGenerator<CallEvent> {
    return this.#stream[Symbol.asyncIterator]();
  }

  async cancel(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  respond(id: string): void {
    assert(false, `nothing asked for the approval ${id}`);
  }

  async #run(decide: () => Play): Promise<void> {
    try {
      const outcome = await this.#toEnd(decide());
      this.#stream.end(outcome ?? { kind: "cancelled", text: this.#text, answer: null, failure: null });
    } catch (error) {
      this.#stream.fail(error);
    }
  }

  /** Null: cancelled. */
  async #toEnd(play: Play): Promise<AdapterOutcome | null> {
    const { budgetLeftMicros } = this.#spec;
    if (budgetLeftMicros !== null && play.costMicros > budgetLeftMicros) return this.#ends("budget", null);
    await this.#wait(play.pace.delayMs);
    for (const piece of play.pieces) {
      if (this.#stop.signal.aborted) return null;
      this.#text += piece;
      this.#stream.push({ type: "text", text: piece });
      if (play.pace.tokensPerS > 0) await this.#wait((piece.length / lettersPerToken / play.pace.tokensPerS) * 1000);
    }
    if (this.#stop.signal.aborted) return null;
    const fault = this.#edit(play.edits);
    for (const event of play.money) this.#stream.push(event);
    if (fault !== null) return this.#ends("error", failure("invalid_request", fault, { reason: "bad_request" }));
    return await this.#atEnd(play);
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await this.#ports.clock.wait(ms, this.#stop.signal);
  }

  /** What is wrong with an edit; those before it are done. */
  #edit(edits: readonly ScenarioEdit[]): string | null {
    for (const [index, edit] of edits.entries()) {
      const tool = { type: "tool", id: `edit-${index + 1}`, name: edit.kind, detail: edit.path } as const;
      this.#stream.push({ ...tool, state: "start" });
      const fault = this.#ports.files.edit(this.#spec.workdir, edit);
      this.#stream.push({ ...tool, state: "end", ...toolResult(fault, edit.kind === "delete" ? null : edit.text) });
      if (fault !== null) return `the scenario's edit of ${JSON.stringify(edit.path)} failed: ${fault}`;
    }
    return null;
  }

  async #atEnd({ end, text }: Play): Promise<AdapterOutcome | null> {
    switch (end.kind) {
      case "success":
        return answered(text, answerRequirements(this.#spec));
      case "outcome":
        return this.#ends(end.outcome, null, end.message);
      case "crash":
        return this.#ends(
          "error",
          failure("api", `${this.#spec.model.name} ended with exit code ${end.exitCode}`, { reason: "crash" }),
        );
      case "error": {
        const resetAtMs = end.resetInMs === null ? null : this.#ports.clock.now() + end.resetInMs;
        return this.#ends(
          "error",
          failure(end.type, end.message, { reason: end.reason, retryAfterMs: end.retryAfterMs, resetAtMs }),
        );
      }
      case "hang":
        await this.#untilCancelled();
        return null;
    }
  }

  async #untilCancelled(): Promise<void> {
    const { signal } = this.#stop;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }

  #ends(kind: AdapterOutcome["kind"], failed: Failure | null, message = ""): AdapterOutcome {
    return { kind, text: this.#text === "" ? message : this.#text, answer: null, failure: failed };
  }
}
