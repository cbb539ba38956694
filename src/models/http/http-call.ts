import { assert } from "../../domain/assert.ts";
import type { Failure } from "../../domain/failure.ts";
import { noUsage } from "../../domain/money.ts";
import type {
  AdapterOutcome,
  ApprovalDecision,
  CallEvent,
  CallSpec,
  ModelAdapter,
  RunningCall,
} from "../../engine/ports/adapter.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Footprints } from "../../engine/ports/footprints.ts";
import type { Enclose } from "../../processes/enclose.ts";
import { CallStream } from "../call-stream.ts";
import { capabilitiesOf } from "../capabilities.ts";
import { localMoment } from "../local-moment.ts";
import type { InTurn } from "../tools/check-tool.ts";
import { worktreeTools } from "../tools/worktree-tools.ts";
import { withoutErrorAnswers } from "./error-answer.ts";
import { Allowance } from "./http-allowance.ts";
import { connectionOf } from "./http-connection.ts";
import type { Refusable } from "./http-conversation.ts";
import type { HttpProvider } from "./http-provider.ts";
import type { Approval } from "./tool-use.ts";
import { SentBeginnings } from "./sent-beginnings.ts";
import { watchedFetch } from "./watched-fetch.ts";

export interface HttpPorts {
  readonly clock: Clock;
  /** The environment of this program: keys are read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For checks a model runs that must not run beside others; not given: they wait for nobody. */
  readonly inTurn?: InTurn;
  /** Keeps which processes of checks there are; absent: nobody does. */
  readonly footprints?: Footprints;
  /** Puts walls around checks a model runs; not given: nobody does. */
  readonly enclose?: Enclose;
  /** Asks in place of the network. */
  readonly fetch?: typeof fetch;
}

/** An adapter whose models are asked over HTTP, by this process: a killed engine loses them. */
export function httpAdapter(provider: HttpProvider, ports: HttpPorts): ModelAdapter {
  const refused = new Map<string, Set<Refusable>>();
  const sent = new SentBeginnings();
  const inTurn = ports.inTurn ?? ((_, work) => work());
  return {
    name: provider.name,
    capabilities: capabilitiesOf[provider.name],
    start: (spec) => {
      const server = `${spec.model.baseUrl} ${spec.model.model}`;
      const known = refused.get(server) ?? new Set();
      refused.set(server, known);
      return new HttpCall({ spec, provider, ports: { ...ports, inTurn }, refused: known, sent });
    },
  };
}

interface HttpCallParts {
  readonly spec: CallSpec;
  readonly provider: HttpProvider;
  readonly ports: HttpPorts & { readonly inTurn: InTurn };
  readonly refused: Set<Refusable>;
  readonly sent: SentBeginnings;
}

/** Often enough to be seen as life by every limit. */
const lifeEveryMs = 500;

class HttpCall implements RunningCall {
  readonly #parts: HttpCallParts;
  readonly #stream = new CallStream(() => this.cancel());
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  readonly #waiting = new Map<string, (answer: Approval) => void>();
  #saidMs = -Infinity;

  /** Starts at once. */
  constructor(parts: HttpCallParts) {
    this.#parts = parts;
    this.#done = this.#run();
  }

  [Symbol.asyncIterator](): AsyncGenerator<CallEvent> {
    return this.#stream[Symbol.asyncIterator]();
  }

  async cancel(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  respond(id: string, decision: ApprovalDecision, message: string | null): void {
    const waiting = this.#waiting.get(id);
    assert(waiting !== undefined, `nothing asked for the approval ${id}`);
    this.#waiting.delete(id);
    waiting({ decision, message });
  }

  async #approval(id: string): Promise<Approval> {
    const { signal } = this.#stop;
    return await new Promise((resolve) => {
      const over = (): void => resolve({ decision: "deny", message: "the work was stopped" });
      if (signal.aborted) over();
      signal.addEventListener("abort", over, { once: true });
      this.#waiting.set(id, resolve);
    });
  }

  async #run(): Promise<void> {
    try {
      this.#stream.end(await this.#toEnd());
    } catch (error) {
      this.#stream.fail(error);
    }
  }

  async #toEnd(): Promise<AdapterOutcome> {
    const { spec, provider, ports, refused, sent } = this.#parts;
    const connection = connectionOf(provider.name, spec.model, spec.env.set, ports.environment);
    if ("type" in connection) {
      this.#say({ type: "usage", usage: noUsage, raw: {} });
      return ended("error", connection);
    }
    // Loaded when it is needed: other commands start without it.
    const { converse } = await import("./http-conversation.ts");
    if (this.#stop.signal.aborted) return ended("cancelled");
    return await converse({
      spec,
      provider,
      connection,
      fetch: withoutErrorAnswers(ports.fetch ?? watchedFetch(() => this.#live())),
      tools: toolsFor(spec, provider.name, ports),
      refused,
      sent,
      now: () => ports.clock.now(),
      signal: this.#stop.signal,
      say: (event) => this.#say(event),
      approval: (id) => this.#approval(id),
      moment: () => localMoment(ports.clock.now()),
      allowance: new Allowance(spec, () => ports.clock.now()),
    });
  }

  #say(event: CallEvent): void {
    this.#saidMs = this.#parts.ports.clock.now();
    this.#stream.push(event);
  }

  #live(): void {
    if (this.#parts.ports.clock.now() - this.#saidMs >= lifeEveryMs) this.#say({ type: "activity" });
  }
}

const ended = (kind: "error" | "cancelled", failed: Failure | null = null): AdapterOutcome => ({
  kind,
  text: "",
  answer: null,
  failure: failed,
});

/** Those who write get all; those who judge or plan what is in a tree may look around in it; others have no use for it. */
function toolsFor(spec: CallSpec, name: HttpProvider["name"], ports: HttpCallParts["ports"]) {
  if (capabilitiesOf[name].oneRequest?.includes(spec.role) === true) return [];
  // A check gets what it gets in the gate: what is the model's own, as its key, is not for commands over its work.
  const { workdir, access, checks = [], checkNames, env, task, correlation, slot } = spec;
  const own = { ...(slot === undefined ? {} : { slot }), ...(checkNames === undefined ? {} : { checkNames }) };
  return worktreeTools({ ...ports, workdir, access, checks, env, task, correlation, ...own });
}
