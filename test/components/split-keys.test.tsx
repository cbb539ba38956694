import { Text, useInput, usePaste } from "ink";
import { render } from "ink-testing-library";
import { useState } from "react";
import { expect, test } from "vitest";

import { settled } from "./terminal.tsx";

function Typed() {
  const [said, say] = useState<readonly string[]>([]);
  useInput((input, key) => say((before) => [...before, key.upArrow ? "up" : input]));
  usePaste((text) => say((before) => [...before, `pasted ${text}`]));
  return <Text>{said.join(" ")}</Text>;
}

test("sequences that come byte by byte are the keys and the paste that they are in one piece", async () => {
  const screen = render(<Typed />);
  await settled();
  for (const byte of "j\x1b[A\x1b[200~two\nlines\x1b[201~\x1b[107u".split("")) screen.stdin.write(byte);
  await settled();
  expect(screen.lastFrame()).toBe("j up pasted two\nlines k");
});
