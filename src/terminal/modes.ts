import { writeSync } from "node:fs";

/** Sequences that put a terminal into a mode and take it out again. */
export const modes = {
  synchronized: { on: "\x1b[?2026h", off: "\x1b[?2026l" },
  mouseClicks: { on: "\x1b[?1000h", off: "\x1b[?1000l" },
  mouseDrags: { on: "\x1b[?1002h", off: "\x1b[?1002l" },
  mouseMoves: { on: "\x1b[?1003h", off: "\x1b[?1003l" },
  mouseEncoding: { on: "\x1b[?1006h", off: "\x1b[?1006l" },
  focusReports: { on: "\x1b[?1004h", off: "\x1b[?1004l" },
  bracketedPaste: { on: "\x1b[?2004h", off: "\x1b[?2004l" },
  alternateScreen: { on: "\x1b[?1049h", off: "\x1b[?1049l" },
  /** Both are on in a terminal at rest. */
  noWrap: { on: "\x1b[?7l", off: "\x1b[?7h" },
  /** The title that was there is kept meanwhile. */
  ownTitle: { on: "\x1b[22;2t", off: "\x1b[23;2t" },
  hiddenCursor: { on: "\x1b[?25l", off: "\x1b[?25h" },
} as const;

type ModeName = keyof typeof modes;

/** The kitty keyboard protocol is a stack of flags: one is pushed, one is popped. */
const popKeyboard = "\x1b[<u";
const plainText = "\x1b[0m";

/** In the order in which they are left: nothing may come in any more, then the screen, then its looks. */
const leavingOrder: readonly ModeName[] = [
  "synchronized",
  "mouseClicks",
  "mouseDrags",
  "mouseMoves",
  "mouseEncoding",
  "focusReports",
  "bracketedPaste",
];
const lastOrder: readonly ModeName[] = ["alternateScreen", "noWrap", "ownTitle", "hiddenCursor"];

/** Takes a terminal out of all modes, whichever are on: for who does not know how far a dead program came. */
export const restoreSequence =
  leavingOrder.map((name) => modes[name].off).join("") +
  popKeyboard +
  modes.alternateScreen.off +
  modes.noWrap.off +
  modes.ownTitle.off +
  plainText +
  modes.hiddenCursor.off;

const names = new Map<string, readonly [ModeName, boolean]>(
  Object.keys(modes)
    .filter(isModeName)
    .flatMap((name) => [
      [modes[name].on, [name, true] as const] as const,
      [modes[name].off, [name, false] as const] as const,
    ]),
);

function isModeName(name: string): name is ModeName {
  return Object.hasOwn(modes, name);
}

/** Knows from what is written to a terminal which modes are on. Sequences must not be cut apart between two pieces. */
export class ModeTracker {
  readonly #on = new Set<ModeName>();
  #keyboards = 0;

  seen(text: string): void {
    for (const [sequence] of text.matchAll(/\x1b\[(?:\?\d+[hl]|2[23];2t|>\d*u|<\d*u)/g)) {
      const mode = names.get(sequence);
      if (mode === undefined) this.#seenKeyboard(sequence);
      else if (mode[1]) this.#on.add(mode[0]);
      else this.#on.delete(mode[0]);
    }
  }

  #seenKeyboard(sequence: string): void {
    if (sequence.startsWith("\x1b[>")) this.#keyboards += 1;
    else if (sequence.startsWith("\x1b[<")) this.#keyboards = Math.max(0, this.#keyboards - 1);
  }

  /** What takes the terminal out of the modes that are on; "" when there is none. */
  leaving(): string {
    const off = (order: readonly ModeName[]): string =>
      order
        .filter((name) => this.#on.has(name))
        .map((name) => modes[name].off)
        .join("");
    const first = off(leavingOrder) + popKeyboard.repeat(this.#keyboards);
    const last = off(lastOrder);
    return first + last === "" ? "" : first + last + plainText;
  }
}

const mostTries = 200;

/**
 * Writes at once, whatever the event loop does: for the last words of a process. A terminal that is full is tried again for a
 * while, one that is gone is no error.
 */
export function writeNow(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0, tries = 0; written < bytes.length && tries < mostTries;) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) return;
      tries += 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
