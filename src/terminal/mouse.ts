/** What a mouse did, in cells from 0 at the top left. */
export interface MouseReport {
  /** wheel: by a notch, down is 1. press: the first button went down. */
  readonly kind: "press" | "wheel";
  readonly x: number;
  readonly y: number;
  readonly by: 1 | -1;
}

const report = /^\x1b\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/;
/** What may still become a report. */
const begun = /^\x1b(?:\[(?:<[\d;]{0,16})?)?$/;
/** One whose beginning was taken for the key esc, with that before it. */
const late = /^\x1b\[(?:$|<)/;
/** How long the next character of a sequence may take: behind one that is a key too, and behind two that no key begins with. */
const escMs = 20;
const restMs = 150;
const pasteBegins = "\x1b[200~";
const pasteEnds = "\x1b[201~";

/**
 * Takes reports of the mouse (SGR 1006) out of what a terminal sends, however it is cut into pieces, so that none is ever typed. What
 * may become one is held back until more comes, or until `release` says that nothing does.
 */
export class MouseReports {
  #held = "";
  #inPaste = false;
  /** What was released last. */
  #passed = "";
  /** How much of what is held was released before. */
  #late = "";

  /** How long to wait for the rest of what is held back; null: nothing is. */
  get holdMs(): number | null {
    if (this.#held === "") return null;
    return this.#held === "\x1b" ? escMs : restMs;
  }

  /** What else came, and what the mouse did. */
  push(chunk: string): { readonly text: string; readonly events: readonly MouseReport[] } {
    let left = this.#held + chunk;
    this.#held = "";
    this.#late = this.#passed !== "" && late.test(this.#passed + left) ? this.#passed : "";
    left = this.#late + left;
    this.#passed = "";
    const events: MouseReport[] = [];
    let text = "";
    while (left !== "") {
      const at = this.#inPaste ? left.indexOf(pasteEnds) : left.indexOf("\x1b");
      if (at < 0) return { text: text + left, events };
      text += left.slice(0, at);
      left = left.slice(at);
      const found = this.#inPaste ? null : report.exec(left);
      if (found !== null) {
        const event = eventOf(found);
        if (event !== null) events.push(event);
        left = left.slice(found[0].length);
      } else if (!this.#inPaste && begun.test(left)) {
        this.#held = left;
        return { text, events };
      } else {
        const marker = this.#inPaste ? pasteEnds : left.startsWith(pasteBegins) ? pasteBegins : "\x1b";
        if (marker !== "\x1b") this.#inPaste = marker === pasteBegins;
        text += marker;
        left = left.slice(marker.length);
      }
    }
    return { text, events };
  }

  /** Nothing came behind it: what may be a key is that key; the beginning of a report waits on. */
  release(): string {
    if (this.#held.startsWith("\x1b[<")) return "";
    this.#passed = this.#held;
    this.#held = "";
    return this.#passed.slice(this.#late.length);
  }
}

/** Null: a move, a release, or another button. Shift and the like make no difference. */
function eventOf([, button = "", x = "", y = "", end]: RegExpExecArray): MouseReport | null {
  const code = Number(button) & ~0b11100;
  const place = { x: Number(x) - 1, y: Number(y) - 1 };
  if (end !== "M" || (Number(button) & 0b100000) !== 0) return null;
  if (code === 64 || code === 65) return { kind: "wheel", ...place, by: code === 64 ? -1 : 1 };
  return code === 0 ? { kind: "press", ...place, by: 1 } : null;
}

/** Standard input without the reports of the mouse, which go to `onMouse`. */
export function withoutMouse(stdin: NodeJS.ReadStream, onMouse: (event: MouseReport) => void): NodeJS.ReadStream {
  const reports = new MouseReports();
  let released = "";
  let timer: NodeJS.Timeout | null = null;
  const release = (): void => {
    timer = null;
    released += reports.release();
    if (released !== "") stdin.emit("readable");
  };
  const read = (): string | null => {
    if (released !== "") {
      const text = released;
      released = "";
      return text;
    }
    for (;;) {
      const chunk: unknown = stdin.read();
      if (chunk === null || chunk === undefined) return null;
      const piece = typeof chunk === "string" ? chunk : Buffer.isBuffer(chunk) ? chunk.toString("utf8") : "";
      if (timer !== null) clearTimeout(timer);
      const { text, events } = reports.push(piece);
      timer = reports.holdMs === null ? null : setTimeout(release, reports.holdMs);
      for (const event of events) onMouse(event);
      if (text !== "") return text;
    }
  };
  return new Proxy(stdin, {
    get(target, name): unknown {
      if (name === "read") return read;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
