import { assert } from "../../src/domain/assert.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { OwnerIdentity } from "../../src/engine/ports/leases.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Thrown out of a commit at which an engine dies; nobody is left to see it. */
export class Died extends Error {
  override readonly name = "Died";
}

/** Calls of ports without a moment of time between them; more than this is code that turns on the spot. */
const mostCallsAtOnce = 30_000;

/** The life that is in a port's call now: whom a commit belongs to. */
let current: Life | null = null;

/** Who commits now; null: somebody outside of all engines. */
export const committing = (): Life | null => current;

function callAs<T>(life: Life, call: () => Promise<T>): Promise<T> {
  assert(current === null, "one port calls another as an engine");
  current = life;
  try {
    return call();
  } finally {
    current = null;
  }
}

/**
 * One engine process. All it does to the world it does through ports that are bound to its life: a frozen one stands still
 * at the next of them until it is thawed, a dead one never comes back from it. What it did before stays done.
 */
export class Life {
  readonly owner: OwnerIdentity;
  /** It spun: called ports without end while no time passed. */
  spun = false;
  #state: "alive" | "frozen" | "dead" = "alive";
  #thawing: (() => void)[] = [];
  #callsAtOnce = 0;
  #lastMs = -1;
  readonly #clock: VirtualClock;
  readonly #onDeath: (() => void)[] = [];

  constructor(pid: number, clock: VirtualClock) {
    this.owner = { machine: "m1", boot: "b1", pidNamespace: "n1", pid, startTime: `t${pid}` };
    this.#clock = clock;
  }

  get state(): "alive" | "frozen" | "dead" {
    return this.#state;
  }

  die(): void {
    if (this.#state === "dead") return;
    this.#state = "dead";
    this.#thawing = [];
    for (const listener of this.#onDeath) listener();
  }

  onDeath(listener: () => void): void {
    this.#onDeath.push(listener);
  }

  freeze(): void {
    if (this.#state === "alive") this.#state = "frozen";
  }

  thaw(): void {
    if (this.#state !== "frozen") return;
    this.#state = "alive";
    const thawing = this.#thawing;
    this.#thawing = [];
    for (const go of thawing) go();
  }

  /** Calls a port as this engine. */
  async guard<T>(call: () => Promise<T>): Promise<T> {
    await this.#passage();
    this.#count();
    try {
      return await callAs(this, call);
    } finally {
      await this.#passage();
    }
  }

  /** Lets a program of this engine do something: that goes on while the engine stands still, and ends with it. */
  async asProgram(work: () => Promise<void>): Promise<void> {
    await this.#unlessDead();
    this.#count();
    await work();
    await this.#unlessDead();
  }

  /** Calls back into this engine, now, when it is thawed, or never. */
  notify(listener: () => void): void {
    if (this.#state === "alive") listener();
    else if (this.#state === "frozen") this.#thawing.push(listener);
  }

  /** The clock as this engine sees it. */
  clock(): Clock {
    return {
      now: () => this.#clock.now(),
      wait: (ms, signal) => this.guard(() => this.#clock.wait(ms, signal)),
    };
  }

  async #passage(): Promise<void> {
    while (this.#state !== "alive") {
      await this.#unlessDead();
      await new Promise<void>((resolve) => void this.#thawing.push(resolve));
    }
  }

  async #unlessDead(): Promise<void> {
    if (this.#state === "dead") await new Promise<never>(() => {});
  }

  #count(): void {
    if (this.#clock.now() !== this.#lastMs) this.#callsAtOnce = 0;
    this.#lastMs = this.#clock.now();
    this.#callsAtOnce += 1;
    if (this.#callsAtOnce <= mostCallsAtOnce) return;
    this.spun = true;
    this.die();
  }
}

/** The same ports for one life: every method that promises something is called by its leave. */
export function bound<T extends object>(life: Life, ports: T): T {
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(ports, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const known = methods.get(name);
      if (known !== undefined) return known;
      const method = (...args: readonly unknown[]): Promise<unknown> =>
        life.guard((): Promise<unknown> => {
          const result: unknown = Reflect.apply(member, target, args);
          return Promise.resolve(result);
        });
      methods.set(name, method);
      return method;
    },
  });
}
