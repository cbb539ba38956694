import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { RunId } from "../domain/ids.ts";
import type { ServiceSettings } from "../domain/settings.ts";
import type { SlotUse } from "../domain/slot.ts";
import { startService, type ServiceProcess } from "../processes/service-process.ts";
import { ownVariables, runUserCommand, type UserCommand } from "../processes/user-command.ts";
import { tryOutside, wallOf, type Place } from "./check-wall.ts";
import { stepOf, type WorkspaceContext } from "./workspace-context.ts";

export interface ServicePlace {
  readonly service: string;
  readonly scope: ServiceSettings["per"];
  readonly run: RunId;
  /** The tree it runs in. */
  readonly name: string;
  readonly path: string;
  readonly slot: SlotUse | null;
  readonly log: string;
}

const probeTimeoutMs = 30_000;
const stopTimeoutMs = 60_000;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** One service, from its start to its end. */
export class ServiceRun {
  readonly place: ServicePlace;
  readonly #context: WorkspaceContext;
  readonly #settings: ServiceSettings;
  #process: ServiceProcess | null = null;
  #wall: Place = { isOutside: false, options: {} };

  constructor(context: WorkspaceContext, settings: ServiceSettings, place: ServicePlace) {
    this.#context = context;
    this.#settings = settings;
    this.place = place;
  }

  /** Starts it and waits until it can be used; else why it cannot. Where nothing was changed yet, it may turn out not to work behind the wall. */
  async start(signal: AbortSignal): Promise<string | null> {
    const { start: command } = this.#settings;
    const { service, name } = this.place;
    await this.#stopLeftOver();
    const fault = await this.#startIn(await wallOf(this.#context, "setup", command), signal);
    const use = this.#process?.sandbox;
    const isBehind = use !== undefined && use.kind !== "none";
    const { services, base } = this.#context.trees;
    const isOurs = name === services || name === base;
    if (fault === null || !isBehind || !isOurs || signal.aborted) return fault;
    const told = { name: `the service ${service}`, command };
    const outside = await tryOutside(this.#context, "setup", told, async (wall) => {
      await this.#process?.end();
      const value = await this.#startIn(wall, signal);
      return { passed: value === null, value: "passed" };
    });
    return outside === null ? fault : null;
  }

  /** Why it cannot be used now; null: it can. */
  async whyNot(): Promise<string | null> {
    const over = this.#process?.over() ?? null;
    if (over !== null) return `died (${over})`;
    return (await this.#probe()) ? null : "does not answer any more";
  }

  async tail(): Promise<string> {
    return (await this.#process?.tail()) ?? "";
  }

  async end(): Promise<void> {
    const { stop } = this.#settings;
    if (stop !== null) await this.#run(stop, stopTimeoutMs);
    await this.#process?.end();
    if (stop !== null) await rm(this.#mark(), { force: true });
  }

  async #startIn(wall: Place, signal: AbortSignal): Promise<string | null> {
    const { clock } = this.#context;
    const { probe, readyMs, start } = this.#settings;
    this.#wall = wall;
    this.#process = await startService({
      ...this.#command(start),
      log: this.place.log,
      goesToBackground: probe !== null,
    });
    const until = clock.now() + readyMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const over = this.#process.over();
      if (over !== null) return `ended while it was to get ready (${over})`;
      if (signal.aborted) return "was stopped";
      if (await this.#probe()) return null;
      if (clock.now() >= until) return `was not ready within ${readyMs / 1_000} s`;
      await clock.wait(pauseMs, signal);
    }
  }

  async #probe(): Promise<boolean> {
    const { probe } = this.#settings;
    return probe === null || (await this.#run(probe, probeTimeoutMs));
  }

  async #run(command: string, timeoutMs: number): Promise<boolean> {
    return (await runUserCommand({ ...this.#command(command), timeoutMs })).ok;
  }

  #command(command: string): Omit<UserCommand, "timeoutMs"> {
    const { name, service, run, slot, path } = this.place;
    return {
      command,
      cwd: path,
      env: this.#context.options.settings.env,
      parent: this.#context.environment,
      own: ownVariables(name, `${run}/${name}/${service}`, slot),
      ...stepOf(this.#context, "service", name),
      ...this.#wall.options,
    };
  }

  /** What an engine that was killed had started and did not stop. */
  async #stopLeftOver(): Promise<void> {
    const { stop } = this.#settings;
    if (stop === null) return;
    const mark = this.#mark();
    if ((await stat(mark).catch(() => null)) !== null) await this.#run(stop, stopTimeoutMs);
    await mkdir(join(mark, ".."), { recursive: true, mode: 0o700 });
    await writeFile(mark, "");
  }

  #mark(): string {
    const { service, name } = this.place;
    return join(this.#context.options.watchFolder, "services", encodeURIComponent(`${service} ${name}`));
  }
}
