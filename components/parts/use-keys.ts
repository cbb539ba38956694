import { useInput, usePaste } from "ink";

import type { KeyPress } from "../../src/view/keys/keys.ts";
import { keyName } from "../../src/view/keys/keys.ts";

/** The one place where keys and pasted text come in. */
export function useKeys(onKey: (key: KeyPress) => void, onPaste: (text: string) => void): void {
  useInput((input, key) => {
    const typing = !key.ctrl && !key.meta && key.eventType !== "release";
    const last = input.at(-1);
    if (typing && input.length > 1 && (last === "\r" || last === "\n")) {
      const text = input.slice(0, -1);
      onKey({ name: text, text });
      onKey({ name: "enter", text: "\n" });
      return;
    }
    const name = keyName(input, key);
    if (name !== null) onKey({ name, text: typing && !isNamed(name, input) ? input : "" });
  });
  usePaste(onPaste);
}

/** enter, up and the like type nothing; space does. */
const isNamed = (name: string, input: string): boolean => name !== input && name !== "space";
