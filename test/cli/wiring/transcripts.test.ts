import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

test("of a long one only the end is read, and one that was begun anew says so", async () => {
  const line = `${JSON.stringify({ at: 1, kind: "text", text: "x".repeat(1000) })}\n`;
  writeFileSync(file(), line.repeat(3_000));
  const { said, skipped, next } = await readTranscript(folder, 0);
  expect({ skipped, few: said.length < 2_200, some: said.length > 1_500 }).toEqual({
    skipped: true,
    few: true,
    some: true,
  });
  await openTranscript(folder).end();
  appendFileSync(file(), line);
  expect(await readTranscript(folder, next)).toMatchObject({ anew: true, said: [{ at: 1 }] });
});

test("a folder that is gone is said nothing of, and does not stop who writes", async () => {
  rmSync(folder, { recursive: true });
  const transcript = openTranscript(folder);
  transcript.say({ at: 1, kind: "text", text: "one" });
  await transcript.end();
  expect(await readTranscript(folder, 7)).toEqual({ said: [], next: 7, anew: false, skipped: false });
  expect(() => readFileSync(file())).toThrow();
});
