import { Text } from "ink";
import { render } from "ink-testing-library";
import { useState } from "react";
import { expect, test } from "vitest";

import { useKeys } from "../../../components/parts/use-keys.ts";
import { paste, press, Terminal } from "../terminal.tsx";

/** Shows what came in: the names of keys, and what each of them types. */
function Heard() {
  const [heard, setHeard] = useState<readonly string[]>([]);
  useKeys(
    ({ name, text }) =>
      setHeard((before) => [...before, text === "" ? String(name) : `${name}=${JSON.stringify(text)}`]),
    (text) => setHeard((before) => [...before, `pasted ${JSON.stringify(text)}`]),
  );
  return <Text>{heard.join(" ")}</Text>;
}

const listening = () =>
  render(
    <Terminal size={{ columns: 100, rows: 2 }}>
      <Heard />
    </Terminal>,
  );

test("a letter is a key that types itself", async () => {
  const screen = listening();
  await press(screen, "j", "G", "é", "漢", "space");
  expect(screen.lastFrame()).toContain(`j="j" G="G" é="é" 漢="漢" space=" "`);
});

test("a named key types nothing", async () => {
  const screen = listening();
  await press(screen, "up", "enter", "esc", "tab", "shift+tab", "backspace", "pagedown", "ctrl+c");
  expect(screen.lastFrame()).toContain("up enter esc tab shift+tab backspace pagedown ctrl+c");
});

test("an enter at the end of what came in one read is a key of its own", async () => {
  const screen = listening();
  await press(screen, "ui\r");
  expect(screen.lastFrame()).toContain(String.raw`ui="ui" enter="\n"`);
});

test("so is any key with ctrl, tab and backspace, as over a slow line", async () => {
  const screen = listening();
  await press(screen, "words\x13", "ab\t", "cd\x7f");
  const shown = screen.lastFrame() ?? "";
  for (const each of [`words="words" ctrl+s`, `ab="ab" tab`, `cd="cd" backspace`]) expect(shown).toContain(each);
});

test("what is pasted is no key", async () => {
  const screen = listening();
  await paste(screen, "q\nX");
  expect(screen.lastFrame()).toContain(String.raw`pasted "q\nX"`);
});

test("letting go of a key is no key", async () => {
  const screen = listening();
  await press(screen, "\x1b[106;1:1u", "\x1b[106;1:3u");
  expect(screen.lastFrame()?.trim()).toBe(`j="j"`);
});
