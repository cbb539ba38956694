import { createElement, useCallback, useEffect, type ReactElement } from "react";
import { Box, render, useApp, useInput, usePaste, useWindowSize, type DOMElement, type Instance } from "ink";

import { DrawsCells } from "../../components/parts/line-cells.ts";
import { FrameWriter } from "./frame-writer.ts";
import { InkStdout } from "./ink-stdout.ts";
import type { MouseReport } from "../view/keys/mouse-report.ts";
import type { ScreenInterruption, ScreenTerminal } from "./screen-terminal.ts";
import { putCells, rootOf, treeCells } from "./tree-cells.ts";

/** Why the screen is no more. left: somebody said so. */
export type ScreenExit = { readonly kind: "left" } | ScreenInterruption;

export interface MountParts {
  readonly terminal: ScreenTerminal;
  /** The root for a size in cells; it draws exactly so many. */
  readonly app: (size: { readonly columns: number; readonly rows: number }) => ReactElement;
  /** Called before every key and paste that the app gets. */
  readonly onInput: () => void;
  readonly onStray: (text: string, stream: "stdout" | "stderr") => void;
  readonly onMouse: (event: MouseReport) => void;
  /** Whether the mouse is ours at first. */
  readonly mouse: boolean;
  /** Whether Ink writes to the terminal itself, line by line, instead of our writer of cells. */
  readonly stockInk?: boolean;
}

/** A screen that is up. Everything but `left` returns at once and does nothing once it is left. */
export interface MountedScreen {
  readonly left: Promise<ScreenExit>;
  leave(): void;
  setMouse(on: boolean): void;
  /** Draws everything anew, for a screen that somebody else wrote on. */
  repaint(): void;
  /** Back to the shell, until it continues us. */
  suspend(): void;
  /** The terminal belongs to `work` until it is done; then everything is drawn anew. */
  releaseTerminal(work: () => Promise<void>): void;
}

type Suspend = ReturnType<typeof useApp>["suspendTerminal"];

/**
 * Draws on the alternate screen. Ink lays out and commits; our writer reads what is drawn from Ink's tree, or where something is in it
 * that only Ink can draw, from the whole frame that Ink gives for each commit (its debug mode), and brings to the terminal what
 * changed. Stock Ink stays behind the same interface: it writes changed lines itself. Its throttle is out of the way, because the store
 * has the one clock; it is told that somebody looks, whatever CI says; ctrl+c and the console are ours.
 */
export function mountScreen(parts: MountParts): MountedScreen {
  return new InkScreen(parts);
}

const fastest = 1_000;

class InkScreen implements MountedScreen {
  readonly left: Promise<ScreenExit>;
  readonly #terminal: ScreenTerminal;
  readonly #ink: Instance;
  readonly #stdout: InkStdout;
  /** Null: stock Ink draws. */
  readonly #writer: FrameWriter | null;
  readonly #tellLeft: (how: ScreenExit) => void;
  #suspendInk: Suspend | null = null;
  #lending = false;
  #over = false;

  constructor(parts: MountParts) {
    const { terminal } = parts;
    const { promise, resolve } = Promise.withResolvers<ScreenExit>();
    this.left = promise;
    this.#tellLeft = resolve;
    this.#terminal = terminal;
    const writer = parts.stockInk === true ? null : new FrameWriter(terminal.frames);
    this.#writer = writer;
    this.#stdout = new InkStdout(terminal.frames, (text) =>
      writer === null ? terminal.frames.write(text) : writer.take(text),
    );
    terminal.enter({
      onEnding: (ending) => this.#finish(ending),
      // The key that Ink would have got, had the terminal not made a signal of it.
      onInterrupt: () => process.stdin.unshift("\x03"),
      onStopWanted: () => this.suspend(),
      onContinued: () => this.#reclaim(),
      onStray: (text, stream) => {
        parts.onStray(text, stream);
        this.#writer?.repaint();
      },
      onMouse: parts.onMouse,
    });
    const onSuspend = (suspend: Suspend): void => {
      this.#suspendInk = suspend;
    };
    const root = createElement(Root, { parts, onSuspend, onRoot: (tree) => this.#paintsFrom(tree) });
    this.#ink = render(root, {
      stdout: this.#stdout,
      stdin: terminal.stdin,
      alternateScreen: true,
      debug: writer !== null,
      incrementalRendering: true,
      maxFps: fastest,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      isScreenReaderEnabled: false,
      kittyKeyboard: { mode: "auto", flags: ["disambiguateEscapeCodes"] },
    });
    if (parts.mouse) terminal.setMouse(true);
    this.#ink.waitUntilExit().then(
      () => this.#finish({ kind: "left" }),
      (error: unknown) => this.#finish({ kind: "error", error }),
    );
  }

  /** From now on commits are drawn from Ink's tree, past its own output; what the tree does not tell Ink still draws. */
  #paintsFrom(root: DOMElement): void {
    const writer = this.#writer;
    const byInk = root.onRender;
    if (writer === null || byInk === undefined) return;
    root.onRender = () => {
      const placed = this.#lending || this.#over ? null : treeCells(root);
      if (placed === null) byInk();
      else writer.show((on) => putCells(on, placed));
    };
  }

  leave(): void {
    this.#finish({ kind: "left" });
  }

  setMouse(on: boolean): void {
    this.#terminal.setMouse(on);
  }

  repaint(): void {
    if (this.#writer === null) this.#reclaim();
    else if (!this.#lending) this.#writer.repaint();
  }

  /** Enters all modes again, and draws everything. */
  #reclaim(): void {
    this.releaseTerminal(async () => {});
  }

  suspend(): void {
    this.releaseTerminal(() => this.#terminal.stop());
  }

  releaseTerminal(work: () => Promise<void>): void {
    const suspend = this.#suspendInk;
    if (this.#over || this.#lending || suspend === null) return;
    this.#lending = true;
    suspend(() => this.#terminal.releaseTerminal(work))
      .catch((error: unknown) => this.#finish({ kind: "error", error }))
      .finally(() => (this.#lending = false));
  }

  /** Synchronous, so that the terminal is clean before anything else can happen to this process. */
  #finish(how: ScreenExit): void {
    if (this.#over) return;
    this.#over = true;
    // Somebody else has the terminal: Ink would leave modes it is not in.
    if (this.#lending) this.#stdout.mute();
    try {
      this.#ink.unmount();
    } finally {
      this.#terminal.leave();
      this.#stdout.destroy();
      this.#tellLeft(how);
    }
  }
}

interface RootProps {
  readonly parts: MountParts;
  readonly onSuspend: (suspend: Suspend) => void;
  readonly onRoot: (root: DOMElement) => void;
}

function Root({ parts, onSuspend, onRoot }: RootProps): ReactElement {
  const { suspendTerminal } = useApp();
  const size = useWindowSize();
  useEffect(() => {
    onSuspend(suspendTerminal);
  }, [onSuspend, suspendTerminal]);
  const mounted = useCallback(
    (box: DOMElement | null): void => {
      if (box !== null) onRoot(rootOf(box));
    },
    [onRoot],
  );
  return createElement(
    DrawsCells,
    { value: parts.stockInk !== true },
    createElement(FirstListener, { onInput: parts.onInput }),
    createElement(Box, { ref: mounted }, parts.app(size)),
  );
}

/** Stands before the app, so it gets each key first; it also keeps raw mode and bracketed paste on, whatever the app listens to. */
function FirstListener({ onInput }: { readonly onInput: () => void }): null {
  useInput(onInput);
  usePaste(onInput);
  return null;
}
