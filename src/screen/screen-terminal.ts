import type { MouseReport } from "../view/keys/mouse-report.ts";

/** The terminal as the screen needs it. `terminal/` has one; cli brings them together. */
export interface FrameSink {
  size(): { readonly columns: number; readonly rows: number };
  onResize(listener: () => void): () => void;
  /** Sequences that stand between frames; none is dropped. */
  write(text: string): void;
  /** Says how to draw the newest frame, when the terminal has room for one. */
  draw(frame: () => string): void;
}

/** What ends a screen that nobody left by a key. */
export type ScreenInterruption =
  | { readonly kind: "signal"; readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT"; readonly exitCode: number }
  | { readonly kind: "launcher_gone" }
  | { readonly kind: "error"; readonly error: unknown };

export interface TerminalEvents {
  onEnding(ending: ScreenInterruption): void;
  onInterrupt(): void;
  onStopWanted(): void;
  onContinued(): void;
  /** Text that was written past the renderer. */
  onStray(text: string, stream: "stdout" | "stderr"): void;
  onMouse(event: MouseReport): void;
}

export interface ScreenTerminal {
  readonly frames: FrameSink;
  readonly stdin: NodeJS.ReadStream;
  setMouse(on: boolean): void;
  enter(events: TerminalEvents): void;
  leave(): void;
  releaseTerminal<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}
