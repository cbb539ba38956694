import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { at, having, oneTask, parsed, played } from "../cli/played.ts";

const key = `ghp_${"A1b2".repeat(9)}`;

const writing = (path: string, text: string) =>
  played(oneTask, {
    files: { "old.ts": `const token = "${key.toLowerCase()}";\n` },
    rules: `  - on: {role: implementer}\n    edits:\n      - {path: ${path}, write: ${JSON.stringify(text)}}\n`,
  });

test("a key that an agent writes into a file is asked about before the merge, and shown to nobody", async () => {
  const hand = writing("src/config.ts", `export const token = "${key}";\n`);
  await hand.say("run");
  const said = (await hand.say("review", "--json")).out;
  const question = at(parsed(said), "questions", 0);
  const why = "writes what looks like a key or a password into src/config.ts";
  expect(question).toMatchObject({ kind: "merge", evidence: { risk: "high", why: [why] } });
  expect(at(question, "text")).toEqual(having(why));
  expect(said).not.toContain(key);
  await hand.say("task", "A-1", "--approve");
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("show", `${brand.integrationBranch}:src/config.ts`)).toContain(key);
});

test("nobody is asked about words, nor about a key that was there", async () => {
  const hand = writing("old.ts", `export const token: string = "${key.toLowerCase()}"; // from your environment\n`);
  expect((await hand.say("run")).code).toBe(0);
  expect(at(parsed((await hand.say("task", "A-1", "--json")).out), "task", "state")).toBe("DONE");
});
