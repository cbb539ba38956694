import { readFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { clipboardSequence, copyText } from "../../src/terminal/clipboard.ts";

const osc = `\x1b]52;c;${Buffer.from("grüße").toString("base64")}\x07`;

test("the sequence of a terminal, also past tmux and screen", () => {
  expect(clipboardSequence("grüße", { TERM: "xterm-kitty" })).toBe(osc);
  expect(clipboardSequence("grüße", { TMUX: "/tmp/t,1,0" })).toBe(`${osc}\x1bPtmux;\x1b${osc}\x1b\\`);
  expect(clipboardSequence("grüße", { STY: "1.pts" })).toBe(`\x1bP${osc}\x1b\\`);
});

function copied(text: string, env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "copy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "state", "copied.txt");
  const sent: string[] = [];
  const said = copyText(text, { env, file, write: (sequence) => sent.push(sequence) });
  return { said, sent: sent.join(""), file };
}

test("what a terminal is known to take goes there alone", () => {
  for (const env of [{ TERM: "xterm-kitty" }, { TERM: "xterm-256color", TERM_PROGRAM: "WezTerm" }]) {
    const { said, sent, file } = copied("task/A-1", env);
    expect([said, sent]).toEqual(["to the clipboard", clipboardSequence("task/A-1", env)]);
    expect(() => statSync(file)).toThrow();
  }
});

test("of another one a private file has it too, and it says where", () => {
  for (const env of [{ TERM: "xterm-256color" }, { TERM: "tmux-256color", TMUX: "x", TERM_PROGRAM: "tmux" }]) {
    const { said, sent, file } = copied("task/A-1", env);
    expect(said).toBe(`to ${file}, and to the clipboard if your terminal lets it`);
    expect(sent).toContain(Buffer.from("task/A-1").toString("base64"));
    expect(readFileSync(file, "utf8")).toBe("task/A-1");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
});

test("what is too long for a clipboard is in the file alone, and nothing of it moves a cursor where it is pasted", () => {
  const long = `a\x1b[2Jb\r\n\tc`.repeat(10_000);
  const { said, sent, file } = copied(long, { TERM: "xterm-kitty" });
  expect([sent, said]).toEqual(["", `to ${file}, too long for a terminal's clipboard`]);
  expect(readFileSync(file, "utf8")).toBe("a[2Jb\n\tc".repeat(10_000));
});
