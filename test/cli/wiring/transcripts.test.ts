import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openTranscript, readTranscript } from "../../../src/cli/wiring/transcripts.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "said-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = (): string => join(folder, "transcript.jsonl");

test("what an attempt says is read again from where one stopped, pieces of a text as one", async () => {
  const transcript = openTranscript(folder);
  transcript.say({ at: 1, kind: "text", text: "one " });
  transcript.say({ at: 2, kind: "text", text: "two" });
  transcript.say({ at: 3, kind: "tool", tool: "sh", text: "ls" });
  await transcript.end();
  const { said, next } = await readTranscript(folder, 0);
  expect(said).toEqual([
    { at: 1, kind: "text", text: "one two" },
    { at: 3, kind: "tool", tool: "sh", text: "ls" },
  ]);
  // A line that is not written out yet is for the next time; one that nobody can read is left out.
  appendFileSync(file(), 'nonsense\n{"at":4,"kind":"result","text":"a.txt"}\n{"at":5,');
  const more = await readTranscript(folder, next);
  expect(more.said).toEqual([{ at: 4, kind: "result", text: "a.txt" }]);
  expect((await readTranscript(folder, more.next)).said).toEqual([]);
});

test("of a long one only the end is read", async () => {
  const line = `${JSON.stringify({ at: 1, kind: "text", text: "x".repeat(1000) })}\n`;
  writeFileSync(file(), line.repeat(3_000));
  const { said, skipped } = await readTranscript(folder, 0);
  expect({ skipped, few: said.length < 2_200, some: said.length > 1_500 }).toEqual({
    skipped: true,
    few: true,
    some: true,
  });
});

test("one that is followed anew by another engine is told once, however far it was read and however much comes again", async () => {
  const first = openTranscript(folder);
  first.say({ at: 1, kind: "text", text: "one" });
  await first.end();
  const { next } = await readTranscript(folder, 0);
  // Killed in the middle of a line.
  appendFileSync(file(), '{"at":2,"kind":"text","te');
  const second = openTranscript(folder);
  second.say({ at: 3, kind: "text", text: "one, and a good deal more than was said before" });
  await second.end();
  const again = [{ at: 3, kind: "text", text: "one, and a good deal more than was said before" }];
  expect(await readTranscript(folder, next)).toMatchObject({ anew: true, said: again });
  expect(await readTranscript(folder, 0)).toMatchObject({ anew: false, said: again });
});

test("nothing is written through a link or into a pipe, and none is waited for", async () => {
  const other = join(folder, "other");
  writeFileSync(other, "mine");
  symlinkSync(other, file());
  const linked = openTranscript(folder);
  linked.say({ at: 1, kind: "text", text: "one" });
  await linked.end();
  expect(readFileSync(other, "utf8")).toBe("mine");
  expect((await readTranscript(folder, 0)).said).toEqual([]);
  rmSync(file());
  execFileSync("mkfifo", [file()]);
  const piped = openTranscript(folder);
  piped.say({ at: 1, kind: "text", text: "one" });
  await piped.end();
  expect((await readTranscript(folder, 0)).said).toEqual([]);
});

test("only its owner may read it, and where it says more than is kept it says so", async () => {
  const transcript = openTranscript(folder);
  for (let index = 0; index < 20; index += 1)
    transcript.say({ at: index, kind: "result", text: "x".repeat(1024 * 1024) });
  await transcript.end();
  const { size, mode } = statSync(file());
  expect({ mode: mode & 0o777, isBounded: size < 18 * 1024 * 1024 }).toEqual({ mode: 0o600, isBounded: true });
  expect((await readTranscript(folder, 0)).said.at(-1)).toMatchObject({ kind: "notice" });
});

test("a folder that is gone is said nothing of, and does not stop who writes", async () => {
  rmSync(folder, { recursive: true });
  const transcript = openTranscript(folder);
  transcript.say({ at: 1, kind: "text", text: "one" });
  await transcript.end();
  expect(await readTranscript(folder, 7)).toEqual({ said: [], next: 7, anew: false, skipped: false });
  expect(() => readFileSync(file())).toThrow();
});
