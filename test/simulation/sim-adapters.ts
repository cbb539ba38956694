import { failure } from "../../src/domain/failure.ts";
import type { AdapterName, Settings } from "../../src/domain/settings.ts";
import type {
  AdapterOutcome,
  CallEvent,
  CallSpec,
  Capabilities,
  ModelAdapter,
  ProcessRecord,
  RunningCall,
} from "../../src/engine/ports/adapter.ts";
import { CallStream } from "../../src/models/call-stream.ts";
import { actsOf, type Mood } from "./behaviour.ts";
import type { Chance } from "./chance.ts";
import type { Life } from "./life.ts";
import type { Agent, Machine } from "./machine.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const usual: Capabilities = {
  streaming: true,
  session: "none",
  resume: false,
  schema: true,
  approvals: false,
  readOnly: false,
  durableOutput: false,
  costControl: "none",
  implements: true,
};

/** Kinds of adapters there are, by what they can do. `process`: the agent is a process of its own. */
export const kinds: Readonly<Partial<Record<AdapterName, Capabilities & { readonly process: boolean }>>> = {
  command: { ...usual, process: true, durableOutput: true, session: "early" },
  "claude-code": {
    ...usual,
    process: true,
    durableOutput: true,
    session: "preset",
    resume: true,
    approvals: true,
    costControl: "after",
  },
  acp: { ...usual, process: true, session: "early", resume: true, costControl: "during" },
  scripted: { ...usual, process: false, costControl: "before" },
  anthropic: { ...usual, process: false, costControl: "before", implements: false },
};

export interface AdapterWorld {
  readonly machine: Machine;
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly mood: () => Mood;
  readonly limits: Settings["limits"];
  readonly isOwner: (life: Life) => boolean;
}

/** All adapters, as one engine has them. */
export function simAdapters(world: AdapterWorld, life: Life): ReadonlyMap<AdapterName, ModelAdapter> {
  const adapters = new Map<AdapterName, ModelAdapter>();
  for (const name of ["command", "claude-code", "acp", "scripted", "anthropic"] as const) {
    const kind = kinds[name];
    if (kind === undefined) continue;
    const { process, ...capabilities } = kind;
    adapters.set(name, {
      name,
      capabilities,
      start: (spec, onProcess) => new SimCall(world, life, spec, { ...capabilities, process }, onProcess),
    });
  }
  return adapters;
}

type Kind = Capabilities & { readonly process: boolean };

class SimCall implements RunningCall {
  readonly #world: AdapterWorld;
  readonly #life: Life;
  readonly #spec: CallSpec;
  readonly #kind: Kind;
  readonly #stream = new CallStream(() => this.cancel());
  readonly #done: Promise<void>;
  #agent: Agent | null = null;
  readonly #left = Promise.withResolvers<readonly CallEvent[]>();
  readonly #asking = new Set<string>();
  #over: () => void;
  #cancelled = false;
  #isLeft = false;

  constructor(
    world: AdapterWorld,
    life: Life,
    spec: CallSpec,
    kind: Kind,
    onProcess: (record: ProcessRecord) => Promise<void>,
  ) {
    this.#world = world;
    this.#life = life;
    this.#spec = spec;
    this.#kind = kind;
    // Taken over while it waits for a person, it works only after the answer.
    const stands = spec.start.kind === "adopt" && world.machine.find(spec.start.process)?.isAsking === true;
    this.#over = stands ? () => undefined : world.machine.calls(life, spec.model.name, world.limits);
    this.#done = this.#run(onProcess).finally(() => this.#over());
  }

  [Symbol.asyncIterator](): AsyncGenerator<CallEvent> {
    return this.#stream[Symbol.asyncIterator]();
  }

  async cancel(reason?: Parameters<RunningCall["cancel"]>[0]): Promise<void> {
    this.#cancelled = true;
    this.#isLeft ||= reason === "lease_lost";
    if (this.#isLeft && this.#kind.durableOutput && this.#agent?.state === "running") {
      this.#left.resolve([]);
      await this.#done;
      return;
    }
    await this.#life.guard(() => this.#world.clock.wait(20));
    const { machine, isOwner } = this.#world;
    if (this.#kind.durableOutput && this.#agent?.state === "running" && !isOwner(this.#life)) {
      machine.violations.push(`${this.#spec.attemptKey} was ended by an engine that had lost it`);
    }
    this.#agent?.kill();
    await this.#done;
  }

  respond(id: string): void {
    if (!this.#asking.delete(id)) throw new Error(`${id} was not asked`);
    if (this.#asking.size === 0)
      this.#over = this.#world.machine.calls(this.#life, this.#spec.model.name, this.#world.limits);
    this.#agent?.answer(id);
  }

  async #run(onProcess: (record: ProcessRecord) => Promise<void>): Promise<void> {
    try {
      const agent =
        this.#spec.start.kind === "adopt"
          ? this.#world.machine.find(this.#spec.start.process)
          : await this.#begin(onProcess);
      this.#stream.end(await this.#follow(agent));
    } catch (error) {
      this.#stream.fail(error);
    }
  }

  /** Null: it was cancelled before it began. */
  async #begin(onProcess: (record: ProcessRecord) => Promise<void>): Promise<Agent | null> {
    const { machine, clock, chance, mood } = this.#world;
    const spec = this.#spec;
    const acts = actsOf({
      chance: chance.fork(`${spec.attemptKey}/${spec.start.kind}`),
      mood: mood(),
      spec,
      capabilities: this.#kind,
      nowMs: clock.now(),
      metered: spec.model.billing === "metered",
      conflicts: machine.conflictsIn(spec),
    });
    const agent = machine.create(spec, acts, this.#kind.durableOutput);
    this.#agent = agent;
    if (!this.#kind.process) {
      this.#life.onDeath(() => agent.kill());
      void agent.live(this.#life.clock());
      return agent;
    }
    const record = machine.spawn(agent);
    await this.#life.guard(() => clock.wait(5));
    if (this.#cancelled) return null;
    await onProcess(record);
    await this.#life.guard(() => clock.wait(1));
    if (this.#cancelled) return null;
    void agent.live(clock);
    return agent;
  }

  async #follow(agent: Agent | null): Promise<AdapterOutcome> {
    // A process that never got its first byte is gone with the engine that held the gate.
    if (agent === null || agent.state === "gated") return ended("cancelled");
    this.#agent = agent;
    for (let at = 0; ;) {
      const events = await this.#life.guard(() => Promise.race([agent.read(at), this.#left.promise]));
      at += events.length;
      for (const event of events) {
        if (event.type === "end") return event.outcome;
        if (event.type === "approval") {
          // Said to an engine before this one, and answered by it.
          if (agent.answered.has(event.id)) continue;
          // While a person is waited for, its place is free.
          if (this.#asking.size === 0) this.#over();
          this.#over = () => undefined;
          this.#asking.add(event.id);
        }
        this.#stream.push(event);
      }
      if (events.length === 0) break;
    }
    const wasLost = this.#spec.start.kind === "adopt" && !agent.exited;
    if (this.#cancelled || wasLost) return ended("cancelled");
    return { kind: "error", text: "", answer: null, failure: failure("api", "the agent died", { reason: "crash" }) };
  }
}

const ended = (kind: AdapterOutcome["kind"]): AdapterOutcome => ({ kind, text: "", answer: null, failure: null });
