import { useInput, usePaste } from "ink";

import type { KeyPress } from "../../src/view/keys/keys.ts";
import { keyName } from "../../src/view/keys/keys.ts";

/** The one place where keys and pasted text come in. */
export function useKeys(onKey: (key: KeyPress) => void, onPaste: (text: string) => void): void {
  useInput((input, key) => {
    const typing = !key.ctrl && !key.meta && key.eventType !== "release";
    const ending = typing && input.length > 1 ? controlKey(input.at(-1) ?? "") : null;
    if (ending !== null) {
      const text = input.slice(0, -1);
      onKey({ name: text, text });
      onKey({ name: ending, text: ending === "enter" ? "\n" : "" });
      return;
    }
    const name = keyName(input, key);
    if (name !== null) onKey({ name, text: typing && !isNamed(name, input) ? input : "" });
  });
  usePaste(onPaste);
}

/** The key behind words that came in one read with it; null: a letter. */
function controlKey(last: string): string | null {
  if (last === "\r" || last === "\n") return "enter";
  if (last === "\t") return "tab";
  if (last === "\x7f" || last === "\b") return "backspace";
  return last >= "\x01" && last <= "\x1a" ? `ctrl+${String.fromCharCode(last.charCodeAt(0) + 0x60)}` : null;
}

/** enter, up and the like type nothing; space does. */
const isNamed = (name: string, input: string): boolean => name !== input && name !== "space";
