/** A small screen, for what happens to a terminal whatever is drawn. Its first argument is where it writes the text from an editor. */
import { spawnSync } from "node:child_process";
import { createElement, useState, type ReactElement } from "react";
import { Box, Text, useInput, usePaste } from "ink";

import { mountScreen, type MountedScreen } from "../../src/screen/mount.ts";
import { editText } from "../../src/terminal/external-editor.ts";
import { openTerminal } from "../../src/terminal/terminal.ts";

const screen: { mounted: MountedScreen | null } = { mounted: null };
const strays: string[] = [];

/** Draws much more than a terminal that is not read takes, a frame a turn of the event loop. */
function flood(say: (text: string) => void, left = 2_000): void {
  say(left === 0 ? "flooded" : `${left} ${String(left % 10).repeat(70)}`);
  if (left > 0) setImmediate(flood, say, left - 1);
}

function Broken(): ReactElement {
  throw new Error("a component broke");
}

function App({ columns, rows }: { readonly columns: number; readonly rows: number }): ReactElement {
  const [said, say] = useState("ready");
  useInput((input, key) => {
    if (key.ctrl && input === "c") say((before) => (before === "once" ? "twice" : "once"));
    else if (key.ctrl && input === "z") screen.mounted?.suspend();
    else if (key.ctrl && input === "l") screen.mounted?.repaint();
    else if (input === "q") screen.mounted?.leave();
    else if (input === "s") spawnSync("printf", ["\\033[2J\\033[3;3HA CHILD WAS HERE"], { stdio: "inherit" });
    else if (input === "f") flood(say);
    else if (input === "b") say("broken");
    else if (input === "l") for (;;);
    else if (input === "a") process.abort();
    else if (input === "x") process.exit(9);
    else if (input === "t")
      setTimeout(() => {
        throw new Error("thrown in a timer");
      });
    else if (input === "r") void Promise.reject(new Error("nobody caught this"));
    else if (input === "w") {
      console.log("stray log");
      process.emitWarning("stray warning");
      setImmediate(() => say("wrote"));
    } else if (input === "e") {
      screen.mounted?.releaseTerminal(async () => {
        const edited = await editText("before", process.env);
        say(edited.kind === "saved" ? `edited ${edited.text}` : edited.why);
      });
    } else if (input !== "") say(`key ${input}`);
  });
  usePaste((text) => say(`pasted ${text.length}`));
  if (said === "broken") return createElement(Broken);
  return createElement(
    Box,
    { width: columns, height: rows },
    createElement(Text, { wrap: "truncate" }, `${columns}x${rows} ${said} strays ${strays.length}`),
  );
}

screen.mounted = mountScreen({
  terminal: openTerminal(),
  app: (size) => createElement(App, size),
  mouse: true,
  onMouse: () => undefined,
  onInput: () => {},
  onStray: (text) => strays.push(text),
});
const left = await screen.mounted.left;
if (left.kind === "left") process.stdout.write("the summary\n");
if (left.kind === "error")
  process.stderr.write(`${left.error instanceof Error ? left.error.message : String(left.error)}\n`);
process.exitCode = left.kind === "signal" ? left.exitCode : left.kind === "left" ? 0 : 1;
