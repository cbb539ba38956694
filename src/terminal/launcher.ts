import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";

import { reportOf, type Report } from "./launcher-link.ts";
import { restoreSequence, writeNow } from "./modes.ts";

/** How a screen ended that could not leave by itself. */
export interface Death {
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number;
  /** It no longer answered, and the person ended it. */
  readonly silent: boolean;
}

export interface LaunchOptions {
  /** What stands behind the name of the Node that runs this: script, hidden command, its arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The one line printed after the terminal is restored: what happened and how to come back. */
  readonly onDeath: (death: Death) => string;
  /** Shown at the first ctrl+c to a screen that no longer answers. */
  readonly silentText: string;
  /** Without a beat for so long the screen no longer answers. */
  readonly silentMs?: number;
  /** How long a screen that was told to end may take before it is killed. */
  readonly graceMs?: number;
}

/**
 * Runs a screen in a process of its own and gives its exit code, 128+n for a signal. This process stays small and alive: whatever
 * ends the other one, the terminal is left as it was found. (Line settings come back when this process ends: Node sees to it.)
 */
export function launch(options: LaunchOptions): Promise<number> {
  return new Launcher(options).run();
}

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

class Launcher {
  readonly #options: LaunchOptions;
  readonly #silentMs: number;
  readonly #child: ChildProcess;
  #beatAt = performance.now();
  #checkedAt = performance.now();
  /** Whether the terminal is in the modes of the screen. */
  #state: "away" | "entered" | "lent" = "away";
  #toldToEnd = false;
  #interrupts = 0;
  #killed = false;
  #listening = false;
  #grace: NodeJS.Timeout | null = null;

  constructor(options: LaunchOptions) {
    this.#options = options;
    this.#silentMs = options.silentMs ?? 3_000;
    this.#child = spawn(process.execPath, options.argv, {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...options.env, NODE_ENV: "production" },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
  }

  run(): Promise<number> {
    const child = this.#child;
    for (const signal of endingSignals) process.on(signal, this.#onSignal);
    process.on("SIGTSTP", this.#onStopWanted);
    process.on("SIGCONT", this.#onContinued);
    const checks = setInterval(() => this.#check(), Math.max(50, this.#silentMs / 3));
    return new Promise<number>((resolve, reject) => {
      child.on("message", (message) => this.#onReport(reportOf(message)));
      child.on("error", reject);
      // Not "exit": its last words may still be under way then.
      child.on("close", (code, signal) => resolve(this.#ended(code, signal)));
    }).finally(() => {
      clearInterval(checks);
      if (this.#grace !== null) clearTimeout(this.#grace);
      this.#stopListening();
      for (const signal of endingSignals) process.off(signal, this.#onSignal);
      process.off("SIGTSTP", this.#onStopWanted);
      process.off("SIGCONT", this.#onContinued);
    });
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): number {
    const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    if (this.#state === "away") return exitCode;
    if (this.#state === "entered") writeNow(1, restoreSequence);
    writeNow(2, `${this.#options.onDeath({ signal, exitCode, silent: this.#killed })}\n`);
    return exitCode;
  }

  #onReport(report: Report | null): void {
    this.#beatAt = performance.now();
    if (report === "entered" || report === "lent") this.#state = report;
    else if (report === "left") this.#state = "away";
    else if (report === "stop") this.#stop(0);
  }

  /** Whether the screen has been silent for too long. A machine that slept, or a stop of us all, is no silence of its own. */
  #isSilent(): boolean {
    return this.#state === "entered" && performance.now() - this.#beatAt > this.#silentMs;
  }

  #check(): void {
    const now = performance.now();
    if (now - this.#checkedAt > this.#silentMs) this.#beatAt = now;
    this.#checkedAt = now;
    if (this.#isSilent()) this.#listen();
    else this.#stopListening();
  }

  /** The keys of a screen that no longer answers come here: its second ctrl+c ends it. */
  #listen(): void {
    if (this.#listening || !process.stdin.isTTY) return;
    this.#listening = true;
    this.#interrupts = 0;
    process.stdin.on("data", this.#onKeys);
  }

  #stopListening(): void {
    if (!this.#listening) return;
    this.#listening = false;
    process.stdin.off("data", this.#onKeys);
    process.stdin.pause();
    process.stdin.unref();
  }

  readonly #onKeys = (chunk: Buffer | string): void => {
    // ctrl+c as a byte, and as the kitty protocol says it.
    for (const _ of String(chunk).matchAll(/\x03|\x1b\[99;5(?::1)?u/g)) this.#interruptSilent();
  };

  #interruptSilent(): void {
    this.#interrupts += 1;
    if (this.#interrupts > 1) this.#kill();
    else writeNow(1, `\x1b7\x1b[999;1H\x1b[0;7m ${this.#options.silentText} \x1b[0m\x1b8`);
  }

  #kill(): void {
    this.#killed = true;
    this.#child.kill("SIGKILL");
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#isSilent() && this.#toldToEnd) {
      this.#kill();
      return;
    }
    this.#child.kill(signal);
    if (signal === "SIGINT" && !this.#isSilent()) return;
    this.#toldToEnd = true;
    const toldAt = performance.now();
    this.#grace ??= setTimeout(() => {
      this.#grace = null;
      // One that still beats has its reasons.
      if (this.#beatAt < toldAt) this.#kill();
    }, this.#options.graceMs ?? 5_000);
  };

  /** The screen leaves its modes first, then asks for the stop. Without one in the way we stop like anybody else. */
  readonly #onStopWanted = (): void => {
    if (this.#state === "entered") this.#child.kill("SIGTSTP");
    else this.#stop(process.pid);
  };

  readonly #onContinued = (): void => {
    this.#beatAt = performance.now();
    this.#child.kill("SIGCONT");
  };

  /**
   * Stops the way the terminal's own ctrl+z would, with 0 the whole job: programs between the shell and us stop too, and where no
   * shell could ever continue us the system drops the stop. Goes on when it is continued.
   */
  #stop(whom: number): void {
    process.off("SIGTSTP", this.#onStopWanted);
    process.kill(whom, "SIGTSTP");
    setImmediate(() => {
      process.on("SIGTSTP", this.#onStopWanted);
      this.#onContinued();
    });
  }
}
