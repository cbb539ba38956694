import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { RunId } from "../domain/ids.ts";
import type { ServiceSettings } from "../domain/settings.ts";
import type { SlotUse } from "../domain/slot.ts";
import { startService, type ServiceProcess } from "../processes/service-process.ts";
import { ownVariables, runUserCommand, type UserCommand } from "../processes/user-command.ts";
import { tryOutside, wallOf, type Place } from "./check-wall.ts";
import { oneLine } from "./commit-message.ts";
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
const stopTimeoutMs = 30_000;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

const earlyProbeTimeoutMs = 2_000;

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

  /** Starts it and waits until it can be used; else why it cannot. */
  async start(signal: AbortSignal): Promise<string | null> {
    try {
      return await this.#start(signal);
    } catch (error) {
      return `could not be started (${error instanceof Error ? oneLine(error.message) : "for no known reason"})`;
    }
  }

  /** Where nothing was changed yet, it may turn out not to work behind the wall. */
  async #start(signal: AbortSignal): Promise<string | null> {
    const { start: command } = this.#settings;
    const { service, name } = this.place;
    this.#wall = await wallOf(this.#context, "setup", command);
    await this.#stopLeftOver(signal);
    if (await this.#isAnsweredByAnother(signal))
      return "is answered for by another program before it is started: something else has its port";
    const fault = await this.#startIn(this.#wall, signal);
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
  async whyNot(signal: AbortSignal): Promise<string | null> {
    return this.whyOver() ?? ((await this.#probe(signal)) ? this.whyOver() : "does not answer any more");
  }

  /** The same without asking it: only whether it is over. */
  whyOver(): string | null {
    const over = this.#process?.over() ?? null;
    return over === null ? null : `died (${over})`;
  }

  async tail(): Promise<string> {
    return (await this.#process?.tail()) ?? "";
  }

  async end(): Promise<void> {
    const { stop } = this.#settings;
    if (stop !== null && !(await this.#ran(stop, stopTimeoutMs)))
      this.#context.note("warn", `the service ${this.place.service}: its stop failed, so it was only killed`, null);
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
      if (await this.#probe(signal)) {
        const died = this.#process.over();
        return died === null ? null : `ended while it was to get ready (${died})`;
      }
      if (clock.now() >= until) return `was not ready within ${readyMs / 1_000} s`;
      await clock.wait(pauseMs, signal);
    }
  }

  async #probe(signal: AbortSignal): Promise<boolean> {
    const { probe } = this.#settings;
    return probe === null || (await this.#ran(probe, probeTimeoutMs, signal));
  }

  /**
   * A check would be proven against whatever another task's agent has put there. Behind a wall it can be told from a probe
   * that asks nobody: that says yes without a network, too.
   */
  async #isAnsweredByAnother(signal: AbortSignal): Promise<boolean> {
    const { probe } = this.#settings;
    const { enclose } = this.#context;
    if (probe === null || enclose === null || this.#wall.isOutside) return false;
    const command = { ...this.#command(probe), timeoutMs: earlyProbeTimeoutMs, signal };
    const { ok, sandbox = { kind: "none" } } = await runUserCommand(command);
    if (!ok || sandbox.kind === "none") return false;
    const alone: UserCommand = { ...command, enclose: (what) => enclose({ ...what, network: "off" }) };
    return !(await runUserCommand(alone)).ok && !signal.aborted;
  }

  async #ran(command: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const until = signal === undefined ? {} : { signal };
    return await runUserCommand({ ...this.#command(command), timeoutMs, ...until }).then(
      ({ ok }) => ok,
      () => false,
    );
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
  async #stopLeftOver(signal: AbortSignal): Promise<void> {
    const { stop } = this.#settings;
    if (stop === null) return;
    const mark = this.#mark();
    if ((await stat(mark).catch(() => null)) !== null) await this.#ran(stop, stopTimeoutMs, signal);
    await mkdir(join(mark, ".."), { recursive: true, mode: 0o700 });
    await writeFile(mark, "");
  }

  #mark(): string {
    const { service, name } = this.place;
    return join(this.#context.options.watchFolder, "services", encodeURIComponent(`${service} ${name}`));
  }
}
