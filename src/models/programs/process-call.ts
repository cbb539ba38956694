import { rm } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "../../domain/assert.ts";
import { failure, type Failure } from "../../domain/failure.ts";
import type {
  AdapterOutcome,
  ApprovalDecision,
  CallEvent,
  CallSpec,
  ProcessRecord,
  StartedProcess,
  RunningCall,
} from "../../engine/ports/adapter.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Wall } from "../../processes/enclose.ts";
import { gateFiles, type ExitStatus } from "../../processes/gate.ts";
import { adopt, startGated, type GatedProcess } from "../../processes/gated-process.ts";
import { endGroup, type SignalStep } from "../../processes/group.ts";
import type { StartFailure } from "../../processes/program.ts";
import { tailLines } from "../../processes/tail.ts";
import { CallStream } from "../call-stream.ts";
import { Conversation } from "./conversation.ts";
import { watchCpu } from "./cpu-activity.ts";
import type { LineParser, ProtocolClient } from "./line-parser.ts";

/** What is started for an attempt. */
export interface Launch {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A file to read as standard input; without it there is none. Not for a program that is talked to. */
  readonly input?: string;
}

export interface ProcessCallParts {
  readonly spec: CallSpec;
  readonly clock: Clock;
  readonly parser: LineParser;
  /** The parser too, where the program is talked to while it runs. */
  readonly client?: ProtocolClient;
  /** Writes what the process reads and says what to start; null: the setting names no program. Not called for an adopted one. */
  readonly prepare: () => Promise<Launch | null>;
  readonly onProcess: (record: StartedProcess) => Promise<void>;
  /** Folder of temporary files, removed when the attempt is over. */
  readonly temporary: string;
  /** Where the user names the program: `models.mine.argv in the settings`. */
  readonly setting: string;
  /** NAME=value that only this attempt's processes carry. */
  readonly marker: string;
  /** Puts a wall around the program with that argv and PATH; absent: it runs without one. */
  readonly enclose?: (argv: readonly string[], path: string | undefined) => Promise<Wall>;
  readonly limits?: OutputLimits;
  /** How it is asked to end, and then made to. */
  readonly signalSteps?: readonly SignalStep[];
}

export interface OutputLimits {
  /** Of standard output and of standard error, each. */
  readonly maxBytes: number;
  readonly maxLineBytes: number;
}

export const defaultOutputLimits: OutputLimits = { maxBytes: 64 * 1024 * 1024, maxLineBytes: 4 * 1024 * 1024 };

/** How long a process may take to exit after its output said that it is whole. */
const graceMs = 1_000;
/** How long the end of a killed process is waited for before it counts as gone. */
const vanishMs = 5_000;

type Stop = "cancelled" | "overflow" | "complete" | "exited" | "unreadable";

class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/**
 * One attempt as a process whose output goes to files: started or adopted, followed, and at its end (its exit, its own word
 * that it is complete, too much output, `cancel`) ended with all it started, before `end` is said. An error of `onProcess`
 * and of the disk is thrown out of the iteration.
 */
export class ProcessCall implements RunningCall {
  readonly #parts: ProcessCallParts;
  readonly #limits: OutputLimits;
  readonly #stream = new CallStream(() => this.cancel());
  readonly #stop = Promise.withResolvers<Stop>();
  readonly #over = new AbortController();
  readonly #done: Promise<void>;
  #isCancelled = false;
  /** Another engine follows the process from now on. */
  #isLeft = false;
  #overflow: string | null = null;
  #conversation: Conversation | null = null;

  /** Starts at once. */
  constructor(parts: ProcessCallParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? defaultOutputLimits;
    this.#done = this.#run();
  }

  [Symbol.asyncIterator](): AsyncGenerator<CallEvent> {
    return this.#stream[Symbol.asyncIterator]();
  }

  async cancel(reason?: Parameters<RunningCall["cancel"]>[0]): Promise<void> {
    this.#isCancelled = true;
    this.#isLeft ||= reason === "lease_lost";
    this.#stop.resolve("cancelled");
    await this.#done;
  }

  respond(id: string, decision: ApprovalDecision, message: string | null): void {
    assert(this.#conversation !== null, `nothing asked for the approval ${id}`);
    this.#conversation.answer(id, decision, message);
  }

  async #run(): Promise<void> {
    try {
      this.#stream.end(await this.#toEnd());
    } catch (error) {
      if (error instanceof Cancelled) this.#stream.end(this.#cancelled());
      else this.#stream.fail(error);
    } finally {
      this.#over.abort();
    }
  }

  async #toEnd(): Promise<AdapterOutcome> {
    const { spec, clock, temporary } = this.#parts;
    try {
      if (spec.start.kind === "adopt") return await this.#follow(adopt(spec.start.process, spec.folder, clock));
      return await this.#start();
    } finally {
      if (!this.#isLeft) await rm(temporary, { recursive: true, force: true });
    }
  }

  async #start(): Promise<AdapterOutcome> {
    const { spec, prepare, onProcess, client } = this.#parts;
    const launch = await prepare();
    if (launch === null)
      return this.#notStarted({ kind: "not_found", message: `${spec.model.name} has no program to run` });
    this.#goOn();
    const { argv, env, input } = launch;
    let wall: Wall | undefined;
    const started = await startGated({
      argv,
      env,
      ...(client === undefined ? {} : { input: "talked to" }),
      ...(input === undefined ? {} : { input: { file: input } }),
      cwd: spec.workdir,
      folder: spec.folder,
      wrap: async (command) => {
        wall = await this.#parts.enclose?.(command, env["PATH"]);
        return wall?.wrap(command) ?? command;
      },
      onSpawn: async (record) => {
        await onProcess(wall === undefined ? record : { ...record, sandbox: wall.use });
        this.#goOn();
      },
    });
    return started.ok ? await this.#follow(started.process) : this.#notStarted(started.failure);
  }

  #goOn(): void {
    if (this.#isCancelled) throw new Cancelled();
  }

  async #follow(child: GatedProcess): Promise<AdapterOutcome> {
    const { parser, spec, clock } = this.#parts;
    const exited = (): void => this.#stop.resolve("exited");
    void child.exit.then(exited, exited);
    const onBusy = (): void => this.#stream.push({ type: "activity" });
    watchCpu({ record: child.record, clock, idleMs: spec.limits.idleMs, signal: this.#over.signal, onBusy });
    const talk = await this.#beginToTalk();
    const ending = this.#endAtStop(child.record);
    const ended = ending.catch(() => {});
    try {
      await Promise.all([
        this.#read(gateFiles.stdout, ended, (line, truncated) => {
          const events = parser.output(line, truncated);
          return talk?.heard(events) ?? events;
        }),
        this.#read(gateFiles.stderr, ended, (line) => parser.diagnostic(line)),
      ]);
    } finally {
      this.#stop.resolve("unreadable");
      await ending;
      await talk?.close(this.#isLeft);
    }
    if (this.#isLeft) return this.#cancelled();
    const exit = await this.#exitOf(child);
    if (this.#overflow !== null) return this.#failed(failure("api", this.#overflow, { reason: "crash" }));
    const wasCancelled = (await this.#stop.promise) === "cancelled";
    // What died with an earlier engine (the machine stopped) is no fault of the program.
    const wasLost = spec.start.kind === "adopt" && (exit.kind === "vanished" || exit.kind === "never_started");
    return (wasCancelled || wasLost) && !parser.isComplete ? this.#cancelled() : parser.end(exit);
  }

  async #beginToTalk(): Promise<Conversation | null> {
    const { client, spec, clock } = this.#parts;
    if (client === undefined) return null;
    const conversation = await Conversation.begin(client, spec.folder, clock, this.#over.signal);
    // What it was told is not known: it is asked anew.
    if (conversation.isTorn) this.#stop.resolve("cancelled");
    this.#conversation = conversation;
    return conversation;
  }

  async #endAtStop(record: ProcessRecord): Promise<void> {
    await this.#stop.promise;
    if (this.#isLeft) return;
    await this.#conversation?.end();
    const { marker, clock, signalSteps } = this.#parts;
    await endGroup(record, { marker, clock, ...(signalSteps === undefined ? {} : { signalSteps }) });
  }

  async #read(
    file: string,
    ended: Promise<void>,
    eventsOf: (line: string, truncated: boolean) => readonly CallEvent[],
  ): Promise<void> {
    const { spec, clock } = this.#parts;
    for await (const item of tailLines(join(spec.folder, file), { ended, ...this.#limits, clock })) {
      if (item.kind === "overflow") {
        this.#overflow = `${spec.model.name} wrote more than ${this.#limits.maxBytes} bytes to ${file} and was ended`;
        this.#stop.resolve("overflow");
        return;
      }
      for (const event of eventsOf(item.line, item.truncated)) this.#stream.push(event);
      if (this.#parts.parser.isComplete) this.#endSoon();
    }
  }

  #endSoon(): void {
    void this.#conversation?.end();
    void this.#parts.clock.wait(graceMs, this.#over.signal).then(() => this.#stop.resolve("complete"));
  }

  /** Whoever outlived even SIGKILL is not waited for. */
  async #exitOf(child: GatedProcess): Promise<ExitStatus> {
    const late = this.#parts.clock.wait(vanishMs, this.#over.signal).then((): ExitStatus => ({ kind: "vanished" }));
    return await Promise.race([child.exit, late]);
  }

  #notStarted(start: StartFailure): AdapterOutcome {
    const isSetting = start.kind === "not_found" || start.kind === "not_executable";
    const message = isSetting ? `${start.message}; it stands in ${this.#parts.setting}` : start.message;
    return this.#failed(failure(isSetting ? "not_found" : "api", message, { reason: "spawn" }));
  }

  #failed(failed: Failure): AdapterOutcome {
    return { kind: "error", text: this.#parts.parser.text, answer: null, failure: failed };
  }

  #cancelled(): AdapterOutcome {
    return { kind: "cancelled", text: this.#parts.parser.text, answer: null, failure: null };
  }
}
