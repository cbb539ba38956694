import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, type TestContext } from "vitest";

import { brand, envName } from "../../src/domain/brand.ts";
import { isAlive, processStartTime } from "../../src/processes/identity.ts";
import { because } from "../skipped.ts";
import { noPty, Pty } from "./pty.ts";
import { clockEnv } from "../clock/child-env.ts";

const door = join(import.meta.dirname, "../../src/main.ts");

type Finish = TestContext["onTestFinished"];

/** The program in a terminal, with two models that answer, one that fails and one that never ends. */
function asking(onTestFinished: Finish, argv: readonly string[]): { readonly pty: Pty; readonly folder: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ask-pty-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const scripted = "{adapter: scripted, scenario: play.yaml}";
  const slow = '{adapter: command, argv: ["./slow.sh"]}';
  writeFileSync(
    join(folder, brand.settingsFile),
    `models: {ann: ${scripted}, bob: ${scripted}, cat: ${scripted}, slow: ${slow}}\nsandbox: off\n`,
  );
  writeFileSync(
    join(folder, "play.yaml"),
    'version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:\n  - {on: {model: cat}, error: {type: auth, message: "no \\e[31mkey"}}\n  - {on: {model: ann}, text: "It is four."}\n',
  );
  writeFileSync(join(folder, "slow.sh"), `#!/bin/sh\necho $$ > '${folder}/pid'\nsleep 600 & wait\n`, { mode: 0o755 });
  const env = {
    HOME: folder,
    [envName("HOME")]: join(folder, "state"),
    NODE_OPTIONS: `${clockEnv["NODE_OPTIONS"] ?? ""} --import=${join(import.meta.dirname, "jsx-hooks.ts")}`,
  };
  const pty = new Pty({
    argv: ["sh", "-c", 'cd "$0" && exec "$@"', folder, process.execPath, door, "ask", "--trust", ...argv],
    env,
    columns: 140,
    rows: 30,
  });
  onTestFinished(() => pty.close());
  return { pty, folder };
}

/** What stands on the terminal's first screen after all. */
const afterScreen = (pty: Pty): string => pty.output.slice(pty.output.lastIndexOf("\x1b[?1049l"));

/** Null: it has not been written to its end. */
function pidIn(folder: string): number | null {
  const file = join(folder, "pid");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return text.endsWith("\n") ? Number(text) : null;
}

describe.skipIf(noPty !== null).concurrent(`an ask in a terminal${because(noPty)}`, () => {
  test("shows answers side by side, takes a vote, and leaves them on the first screen", async ({ onTestFinished }) => {
    const { pty } = asking(onTestFinished, ["What is 2+2?", "--models=ann,bob,cat"]);
    await pty.seen("2 of 3 answered");
    await pty.seen("This is what bob says.");
    pty.send("2");
    await pty.seen("bob has the best answer");
    pty.send("q");
    expect(await pty.ended()).toBe(0);
    const left = afterScreen(pty);
    expect(left).toContain("It is four.");
    expect(left).toContain("auth: no key");
    expect(left).toContain("2 of 3 answered in ");
    expect(await pty.hasFirstSettings()).toBe(true);
  });

  test.for([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("is ended by %s, with what it started", async ([signal, exitCode], { expect, onTestFinished }) => {
    const { pty, folder } = asking(onTestFinished, ["What is 2+2?", "--models=ann,slow"]);
    await pty.seen("1 of 2 answered");
    await pty.until("the other runs", () => pidIn(folder) !== null);
    const pid = pidIn(folder) ?? 0;
    const child = { pid, startTime: processStartTime(pid) ?? "" };
    process.kill(pty.pid, signal);
    expect(await pty.ended()).toBe(exitCode);
    expect(isAlive(child)).toBe(false);
    expect(afterScreen(pty)).toContain("It is four.");
    expect(await pty.hasFirstSettings()).toBe(true);
  });

  test("asks before it stops what is at work, and ends it", async ({ onTestFinished }) => {
    const { pty, folder } = asking(onTestFinished, ["What is 2+2?", "--models=ann,slow"]);
    await pty.seen("1 of 2 answered");
    await pty.until("the other runs", () => pidIn(folder) !== null);
    const pid = pidIn(folder) ?? 0;
    const child = { pid, startTime: processStartTime(pid) ?? "" };
    expect(isAlive(child)).toBe(true);
    pty.send("q");
    await pty.seen("1 at work: q again stops them");
    pty.send("q");
    expect(await pty.ended()).toBe(130);
    expect(isAlive(child)).toBe(false);
    expect(afterScreen(pty)).toContain("cancelled: stopped before it had answered");
  });
});
