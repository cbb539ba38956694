import { join } from "node:path";

import type { ServiceSettings } from "../domain/settings.ts";
import type { SlotUse } from "../domain/slot.ts";
import { ServiceFault } from "../domain/workspace-error.ts";
import type { RunId } from "../domain/ids.ts";
import { detachedWorktree } from "./check-place.ts";
import { createSerialByName, inTurn, type Serial } from "./serial.ts";
import { ServiceRun, type ServicePlace } from "./service-run.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** Where a check runs that needs services. */
export interface NeedingTree {
  /** A task, or a tree of ours. */
  readonly name: string;
  readonly path: string;
  readonly run: RunId;
  /** What nobody has changed yet. */
  readonly base: string;
}

/** Services for the checks of one tree: what is of this tree alone ends with it. */
export interface ServiceSession {
  /** Works while these stand. Throws ServiceFault where one does not get ready; `isRed`: so, too, where one died under the work. */
  during<T>(check: Needing, work: () => Promise<T>, isRed: (value: T) => boolean): Promise<T>;
  end(): Promise<void>;
}

export interface Needing {
  readonly name: string;
  readonly needs: readonly string[];
  readonly signal: AbortSignal;
}

/** How long after the end of a check that is red that of a service is waited for: whoever tells of it may be a moment late on a busy machine. */
const graceMs = 1_000;

interface Failed {
  readonly why: string;
  readonly detail: string;
}

/** The tree of services that are there for all, and which of them stand in it or are being started. */
interface CommonTree {
  readonly path: string;
  readonly users: Set<string>;
}

/** The services of a repository while an engine works: nothing is started before a check needs it. */
export class Services {
  readonly #context: WorkspaceContext;
  readonly #standing = new Map<string, ServiceRun>();
  readonly #ending = new Map<string, Promise<void>>();
  /** How each failed last. */
  readonly #failed = new Map<string, Failed>();
  readonly #oneAtATime = createSerialByName();
  readonly #shared = createSerialByName();
  #common: CommonTree | null = null;

  constructor(context: WorkspaceContext) {
    this.#context = context;
  }

  session(at: NeedingTree): ServiceSession {
    const own = new Set<string>();
    return {
      during: async (check, work, isRed) => {
        const { needs } = check;
        if (needs.length === 0) return await work();
        const shared = needs.filter((name) => this.#settings(name).per === "shared").toSorted();
        return await this.#alone(shared, check.signal, async () => {
          const used: ServiceRun[] = [];
          for (const name of needs) used.push(await this.#ready(name, check, at, own));
          const value = await work();
          // Its end may be told a moment after the check's.
          if (isRed(value)) await this.#context.clock.wait(graceMs, check.signal);
          for (const service of used) await this.#assertStood(service, check, at, isRed(value));
          return value;
        });
      },
      end: async () => {
        for (const key of own) await this.#end(key, "its checks are over");
      },
    };
  }

  /** Ends all there are. */
  async end(): Promise<void> {
    await Promise.all([...this.#standing.keys()].map((key) => this.#end(key, "the run is over")));
  }

  #settings(name: string): ServiceSettings {
    const found = this.#context.options.settings.services?.[name];
    if (found === undefined) throw new ServiceFault(name, "", "is in no settings", "");
    return found;
  }

  async #alone<T>([name, ...others]: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (name === undefined) return await work();
    return await inTurn(
      (mine) => this.#shared(name, mine),
      signal,
      () => this.#alone(others, signal, work),
    );
  }

  #keyOf(name: string, at: NeedingTree): string {
    return this.#settings(name).per === "slot" ? `${name} ${at.name}` : name;
  }

  async #ready(name: string, check: Needing, at: NeedingTree, own: Set<string>): Promise<ServiceRun> {
    const { signal } = check;
    const key = this.#keyOf(name, at);
    const settings = this.#settings(name);
    const before = this.#failed.get(key);
    const turn: Serial = (work) => this.#oneAtATime(key, work);
    return await inTurn(turn, signal, async () => {
      const failed = this.#failed.get(key);
      // Whoever waited while another found out does not try the same once more.
      if (failed !== undefined && failed !== before)
        throw new ServiceFault(name, check.name, failed.why, failed.detail);
      const standing = this.#standing.get(key);
      if (standing !== undefined) {
        await this.#assertStood(standing, check, at, true);
        return standing;
      }
      // It may have its port still.
      await this.#ending.get(key);
      const place = await this.#placeFor(settings, name, at);
      const service = new ServiceRun(this.#context, settings, place);
      this.#standing.set(key, service);
      if (settings.per === "slot") own.add(key);
      const fault = await service.start(signal);
      // Whoever comes next does not find it half ready.
      if (signal.aborted) await this.#drop(key);
      signal.throwIfAborted();
      if (fault !== null) await this.#fail(key, service, check, fault);
      this.#tell(service, "ready", settings.probe === null ? "started" : "its probe says yes");
      return service;
    });
  }

  /**
   * By the one that the check has met: another may stand in its place by now. One that is over proves nothing either, as
   * whatever has taken its port may have answered. `asks`: its probe, too.
   */
  async #assertStood(service: ServiceRun, check: Needing, at: NeedingTree, asks: boolean): Promise<void> {
    const why = asks ? await service.whyNot(check.signal) : service.whyOver();
    check.signal.throwIfAborted();
    if (why !== null) await this.#fail(this.#keyOf(service.place.service, at), service, check, why);
  }

  async #fail(key: string, service: ServiceRun, check: Needing, why: string): Promise<never> {
    const name = service.place.service;
    const detail = await service.tail();
    // Else another check has found out before.
    if (this.#standing.get(key) === service) {
      this.#failed.set(key, { why, detail });
      this.#tell(service, "dead", why);
      await this.#drop(key);
    }
    throw new ServiceFault(name, check.name, why, detail);
  }

  async #end(key: string, reason: string): Promise<void> {
    const service = this.#standing.get(key);
    if (service === undefined) return;
    await this.#drop(key);
    this.#tell(service, "stopped", reason);
  }

  async #drop(key: string): Promise<void> {
    const service = this.#standing.get(key);
    if (service === undefined) return;
    this.#standing.delete(key);
    const ended = service.end().finally(() => {
      this.#common?.users.delete(key);
      this.#ending.delete(key);
    });
    this.#ending.set(key, ended);
    await ended;
  }

  #tell({ place: { service, slot, scope } }: ServiceRun, state: "ready" | "dead" | "stopped", reason: string): void {
    const n = scope === "slot" ? (slot?.n ?? null) : null;
    this.#context.record({ type: "service.moved", data: { service, slot: n, state, reason } });
  }

  /** What is of one tree runs there, on exactly its files; all others in a tree of ours, in which no agent ever was. */
  async #placeFor(settings: ServiceSettings, service: string, at: NeedingTree): Promise<ServicePlace> {
    const { options } = this.#context;
    const folder = options.checksFolder(at.run, settings.per === "slot" ? at.name : this.#context.trees.services);
    const log = join(folder, `service-${service.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 60)}.log`);
    const own = { service, scope: settings.per, run: at.run, log };
    if (settings.per === "slot") return { ...own, ...at, slot: await this.#slot(at.name) };
    const slot = await this.#slot(this.#context.trees.services);
    const path = await this.#oneAtATime("", async () => {
      if (this.#common === null || this.#common.users.size === 0) {
        const made = await detachedWorktree(this.#context, this.#context.trees.services, at.base, {
          setupAgain: false,
        });
        this.#common = { path: made.path, users: new Set() };
      }
      this.#common.users.add(service);
      return this.#common.path;
    });
    return { ...own, name: this.#context.trees.services, path, slot };
  }

  #slot(name: string): Promise<SlotUse | null> {
    return this.#context.slotOf(name);
  }
}
