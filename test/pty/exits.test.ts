import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "vitest";

import { because } from "../skipped.ts";
import { noPty, Pty } from "./pty.ts";

const launch: readonly string[] = [process.execPath, join(import.meta.dirname, "launch.ts")];
/** As npm and scripts run a program: something stands between it and the shell. */
const wrapped: readonly string[] = ["sh", "-c", '"$0" "$1"; exit $?', ...launch];

type Finish = TestContext["onTestFinished"];

/** Name, what ends it, exit code, what stands on the first screen, and what the launcher is told. */
type Path = readonly [string, (pty: Pty) => Promise<void> | void, number, string, Readonly<Record<string, string>>?];

/** Tests run side by side: only their own context knows when each is over. */
async function start(onTestFinished: Finish, env: Readonly<Record<string, string>> = {}, argv = launch): Promise<Pty> {
  const pty = new Pty({ argv, env });
  onTestFinished(() => pty.close());
  await pty.shows("ready");
  return pty;
}

/** The first child of what was started: of the launcher, the process that draws. */
const childOf = (pty: Pty): number =>
  Number(
    execFileSync("ps", ["-A", "-o", "ppid=,pid="], { encoding: "utf8" })
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .find(([parent]) => parent === String(pty.pid))?.[1],
  );

const restModes: Readonly<Record<string, "h" | "l">> = {
  "7": "h",
  "25": "h",
  "1000": "l",
  "1002": "l",
  "1003": "l",
  "1004": "l",
  "1006": "l",
  "1049": "l",
  "2004": "l",
  "2026": "l",
};

/** Modes that were touched last in the wrong direction. */
function modesLeftOn(output: string): readonly string[] {
  const last = new Map<string, string>();
  for (const [, mode = "", state = ""] of output.matchAll(/\x1b\[\?(\d+)([hl])/g)) last.set(mode, state);
  return [...last].filter(([mode, state]) => restModes[mode] !== state).map(([mode, state]) => `?${mode}${state}`);
}

/** What stands on the terminal's first screen after all. */
const afterScreen = (pty: Pty): string => pty.output.slice(pty.output.lastIndexOf("\x1b[?1049l"));

describe.skipIf(noPty !== null).concurrent(`the terminal is left as it was found${because(noPty)}`, () => {
  const paths: readonly Path[] = [
    ["by a key", (pty) => pty.send("q"), 0, "the summary"],
    ["by SIGTERM", (pty) => void process.kill(pty.pid, "SIGTERM"), 143, ""],
    ["by SIGHUP", (pty) => void process.kill(pty.pid, "SIGHUP"), 129, ""],
    ["by SIGQUIT of the whole job", (pty) => void process.kill(-pty.pid, "SIGQUIT"), 131, ""],
    ["by two SIGINT, the first of which is a key", interruptTwice, 130, ""],
    [
      "when the screen is killed",
      (pty) => void process.kill(childOf(pty), "SIGKILL"),
      137,
      "the screen died: SIGKILL\r\n",
    ],
    ["when the screen aborts", (pty) => pty.send("a"), 134, "the screen died: SIGABRT\r\n"],
    [
      "when the screen loops and ctrl+c is pressed twice",
      endSilent,
      137,
      "the screen died: SIGKILL, silent\r\n",
      { SILENT_MS: "1500" },
    ],
    ["when a component throws", (pty) => pty.send("b"), 1, "a component broke"],
    ["when a timer throws", (pty) => pty.send("t"), 1, "thrown in a timer"],
    ["when nobody catches a rejection", (pty) => pty.send("r"), 1, "nobody caught this"],
    ["when something ends the process", (pty) => pty.send("x"), 9, ""],
  ];

  test.for(paths)("%s", async ([, end, exitCode, words, env], { expect, onTestFinished }) => {
    const pty = await start(onTestFinished, env);
    await end(pty);
    expect(await pty.ended()).toBe(exitCode);
    expect(modesLeftOn(pty.output)).toEqual([]);
    expect(await pty.hasFirstSettings()).toBe(true);
    expect(afterScreen(pty)).toContain(words);
    expect(pty.output.split("\x1b[?1049l")).toHaveLength(2);
  });

  test("when the launcher is killed", async ({ expect, onTestFinished }) => {
    const pty = await start(onTestFinished);
    process.kill(pty.pid, "SIGKILL");
    await pty.until("the modes are left", () => modesLeftOn(pty.output).length === 0);
    await pty.until("the settings are back", () => pty.exitCode !== null);
    expect(pty.exitCode).toBe(137);
    await pty.until("the first settings", () => pty.hasFirstSettings());
  });
});

async function interruptTwice(pty: Pty): Promise<void> {
  process.kill(pty.pid, "SIGINT");
  await pty.shows("once");
  // Two that come at once are one that was sent to the whole job.
  let looks = 0;
  await pty.until("the end", () => {
    if (looks % 15 === 0 && pty.exitCode === null) process.kill(pty.pid, "SIGINT");
    looks += 1;
    return pty.exitCode !== null;
  });
}

async function endSilent(pty: Pty): Promise<void> {
  pty.send("l");
  let looks = 0;
  await pty.until("a word from the launcher", () => {
    const isAsked = pty.output.includes("no answer");
    if (!isAsked && looks % 15 === 0) pty.send("\x03");
    looks += 1;
    return isAsked;
  });
  pty.send("\x03");
}

describe.skipIf(noPty !== null).concurrent(`a screen that is up${because(noPty)}`, () => {
  test("goes to the shell by ctrl+z and comes back at the new size", async ({ expect, onTestFinished }) => {
    const pty = await start(onTestFinished, {}, wrapped);
    pty.send("\x1a");
    await pty.until("the job stops", () => pty.stops === 1);
    expect(modesLeftOn(pty.output)).toEqual([]);
    expect(await pty.hasFirstSettings()).toBe(true);
    pty.resize(100, 30);
    pty.continue();
    await pty.shows("100x30 ready");
    pty.send("k");
    await pty.shows("key k");
    // Somebody else's stop is the same.
    process.kill(childOf(pty), "SIGTSTP");
    await pty.until("the job stops again", () => pty.stops === 2);
    expect(modesLeftOn(pty.output)).toEqual([]);
    pty.continue();
    await pty.shows("100x30 key k");
    pty.send("q");
    expect(await pty.ended()).toBe(0);
    expect(modesLeftOn(pty.output)).toEqual([]);
  });

  test("lends the terminal to an editor and takes its text", async ({ expect, onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), "pty-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const editor = join(folder, "editor.sh");
    writeFileSync(editor, `#!/bin/sh\nprintf 'editing %s' "$(cat "$2")"\nread -r line\nprintf '%s' "$line" > "$2"\n`);
    chmodSync(editor, 0o755);
    const pty = await start(onTestFinished, { VISUAL: `${editor} --wait` });
    pty.send("e");
    await pty.shows("editing before");
    expect(modesLeftOn(pty.output)).toEqual([]);
    pty.send("after\r");
    await pty.shows("edited after");
    pty.send("q");
    expect(await pty.ended()).toBe(0);
  });

  test("goes on while nobody reads its terminal, and is left clean after it", async ({ expect, onTestFinished }) => {
    const pty = await start(onTestFinished);
    pty.stall(1);
    // More frames than any terminal keeps unread: each is another text.
    pty.send("f");
    await pty.shows("flooded");
    pty.send("q");
    expect(await pty.ended()).toBe(0);
    expect(modesLeftOn(pty.output)).toEqual([]);
    expect(afterScreen(pty)).toContain("the summary");
  });

  test("takes a megabyte of pasted text as one", async ({ expect, onTestFinished }) => {
    const pty = await start(onTestFinished);
    pty.send(`\x1b[200~${"paste me\n".repeat(116_509)}\x1b[201~`);
    await pty.shows("pasted 1048581");
    pty.send("q");
    expect(await pty.ended()).toBe(0);
    expect(modesLeftOn(pty.output)).toEqual([]);
  });

  test("draws all anew on ctrl+l after a child has written over it", async ({ expect, onTestFinished }) => {
    const pty = await start(onTestFinished);
    const before = pty.output.split("80x24").length;
    pty.send("s");
    await pty.shows("A CHILD WAS HERE");
    pty.send("\x0c");
    await pty.until("the first line again", () => pty.output.split("80x24").length > before);
    pty.send("q");
    expect(await pty.ended()).toBe(0);
  });

  test("draws under CI, takes pasted text whole, and keeps what others write off the screen", async ({
    expect,
    onTestFinished,
  }) => {
    const pty = await start(onTestFinished, { CI: "1" });
    pty.send("\x1b[200~qqqq\nqqqq\x1b[201~");
    await pty.shows("pasted 9");
    pty.send("w");
    await pty.shows("wrote strays 2");
    pty.send("q");
    await pty.ended();
    expect(pty.output).not.toMatch(/stray (log|warning)/);
  });
});
