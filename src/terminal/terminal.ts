import { StreamSink, type FrameSink } from "./frame-sink.ts";
import { openLauncherLink, type LauncherLink } from "./launcher-link.ts";
import { modes, ModeTracker, writeNow } from "./modes.ts";
import { withoutMouse, type MouseReport } from "./mouse.ts";
import { guardOutput, type StrayListener } from "./output-guard.ts";
import { openTerminalOutput } from "./terminal-output.ts";

/** What ends a screen that nobody left by a key. */
export type ScreenInterruption =
  | { readonly kind: "signal"; readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT"; readonly exitCode: number }
  | { readonly kind: "launcher_gone" }
  | { readonly kind: "error"; readonly error: unknown };

/** Told of what happens to the process while its screen is up. */
export interface TerminalEvents {
  onEnding(ending: ScreenInterruption): void;
  /** A first SIGINT: like the key. */
  onInterrupt(): void;
  /** Somebody else asked for a stop, as ctrl+z does. */
  onStopWanted(): void;
  /** The process was stopped behind our back: the terminal may be in any state. */
  onContinued(): void;
  readonly onStray: StrayListener;
  onMouse(event: MouseReport): void;
}

/** The terminal of a process that draws a screen. */
export interface Terminal {
  readonly frames: FrameSink;
  /** Standard input; what the mouse does is not in it. */
  readonly stdin: NodeJS.ReadStream;
  /** Whether the terminal tells what the mouse does; else it selects and scrolls by itself. */
  setMouse(on: boolean): void;
  /** Guards the output and takes over signals, uncaught errors and the line to the launcher. Once in a process. */
  enter(events: TerminalEvents): void;
  /** Leaves every mode that is still on. Synchronous, as often as one likes; nothing is drawn any more after it. */
  leave(): void;
  /** Runs `work` while somebody else has the terminal. The renderer must have left its modes already. */
  releaseTerminal<T>(work: () => Promise<T>): Promise<T>;
  /** Stops all processes of this job, as ctrl+z does; resolves when they are continued, or at once where nobody could do that. */
  stop(): Promise<void>;
}

/** A stream nobody listens to any more still reads, and would take keys from who has the terminal now. */
async function stopReading(): Promise<void> {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  // Only after a turn does it know that its listeners are gone, and after another it has stopped.
  await turn();
  process.stdin.pause();
  await turn();
}

const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131 } as const;
type SignalName = keyof typeof signalCodes;

/** The launcher passes on what the shell sent to all: two within this time are one. */
const sameSignalMs = 200;
const secondInterruptMs = 2_000;
const justContinuedMs = 500;

export function openTerminal(): Terminal {
  return new ProcessTerminal();
}

class ProcessTerminal implements Terminal {
  readonly frames: StreamSink;
  readonly #tracker = new ModeTracker();
  readonly #output = openTerminalOutput();
  readonly stdin = withoutMouse(process.stdin, (event) => this.#events?.onMouse(event));
  #mouse = false;
  #events: TerminalEvents | null = null;
  #link: LauncherLink = { attached: false, report: () => {}, close: () => {} };
  #unguard = (): void => {};
  #lent = false;
  #left = false;
  #interruptedAt = Number.NEGATIVE_INFINITY;
  #continuedAt = Number.NEGATIVE_INFINITY;

  constructor() {
    this.frames = new StreamSink(process.stdout, this.#output, this.#tracker);
  }

  enter(events: TerminalEvents): void {
    this.#events = events;
    this.#link = openLauncherLink(() => events.onEnding({ kind: "launcher_gone" }));
    this.#unguard = guardOutput(process, events.onStray);
    for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, this.#onSignal);
    process.on("SIGINT", this.#onInterrupt);
    process.on("SIGTSTP", this.#onStopWanted);
    process.on("SIGCONT", this.#onContinued);
    process.on("uncaughtException", this.#onError);
    process.on("unhandledRejection", this.#onError);
    process.on("exit", this.#onExit);
    // The terminal may be gone before we are.
    for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on("error", this.#onStreamError);
    this.#link.report("entered");
  }

  setMouse(on: boolean): void {
    this.#mouse = on;
    if (this.#left || this.#lent) return;
    const { mouseClicks, mouseEncoding } = modes;
    this.frames.write(on ? mouseClicks.on + mouseEncoding.on : mouseClicks.off + mouseEncoding.off);
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    const cut = this.frames.close();
    writeNow(1, cut + this.#tracker.leaving());
    this.#output.close();
    this.#unguard();
    for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.off(signal, this.#onSignal);
    process.off("SIGINT", this.#onInterrupt);
    process.off("SIGTSTP", this.#onStopWanted);
    process.off("SIGCONT", this.#onContinued);
    process.off("uncaughtException", this.#onError);
    process.off("unhandledRejection", this.#onError);
    process.off("exit", this.#onExit);
    this.#link.report("left");
    this.#link.close();
  }

  async releaseTerminal<T>(work: () => Promise<T>): Promise<T> {
    await this.frames.drained();
    this.frames.write(this.#tracker.leaving());
    await this.frames.drained();
    this.#lent = true;
    this.#link.report("lent");
    // By default a stop stops: with who has the terminal now, and not at all where nobody could continue us.
    process.off("SIGTSTP", this.#onStopWanted);
    await stopReading();
    try {
      return await work();
    } finally {
      this.#lent = false;
      this.#continuedAt = performance.now();
      if (!this.#left) {
        process.on("SIGTSTP", this.#onStopWanted);
        this.#link.report("entered");
        if (this.#mouse) this.setMouse(true);
        // A change of the size was told to who had the terminal.
        process.kill(process.pid, "SIGWINCH");
      }
    }
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      process.once("SIGCONT", () => resolve());
      if (this.#link.attached) {
        this.#link.report("stop");
        return;
      }
      process.kill(0, "SIGTSTP");
      setImmediate(resolve);
    });
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (signal === "SIGTERM" || signal === "SIGHUP" || signal === "SIGQUIT") this.#end(signal);
  };

  #end(signal: SignalName): void {
    this.#events?.onEnding({ kind: "signal", signal, exitCode: signalCodes[signal] });
  }

  readonly #onInterrupt = (): void => {
    const now = performance.now();
    const since = now - this.#interruptedAt;
    // Whoever has the terminal is meant, not we.
    if (this.#lent || since < sameSignalMs) return;
    this.#interruptedAt = now;
    if (since < secondInterruptMs) this.#end("SIGINT");
    else this.#events?.onInterrupt();
  };

  readonly #onStopWanted = (): void => this.#events?.onStopWanted();

  readonly #onContinued = (): void => {
    if (this.#lent || performance.now() - this.#continuedAt < justContinuedMs) return;
    this.#continuedAt = performance.now();
    this.#events?.onContinued();
  };

  readonly #onError = (error: unknown): void => this.#events?.onEnding({ kind: "error", error });

  readonly #onExit = (): void => this.leave();

  readonly #onStreamError = (): void => {};
}
