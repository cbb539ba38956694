import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { contextResult } from "../../../src/actions/results/context.ts";
import { brand } from "../../../src/domain/brand.ts";
import { atHand } from "../at-hand.ts";
import { parsed, played } from "../played.ts";

const tasks =
  "tasks:\n  - {id: A-1, goal: Open the door, risk: low}\n  - {id: B-1, goal: Add it, mode: three-loop}\n  - {id: C-1, goal: Paint the door, mode: two-loop, needs: [A-1]}\n";

test("which files a search finds for a task is shown before it begins and after it, with why", async () => {
  const hand = played(tasks, {
    files: {
      "door.ts": "export function openDoor() {}\n",
      "window.ts": "// beside the door\n",
      "door\u001b[31m.md": "door\n",
      "package-lock.json": "door\n",
    },
  });
  const before = await hand.say("context", "a-1");
  expect(before.out).toMatch(/^3 files .*A-1.*only context-aware and adaptive tasks get them/);
  expect(before.out).toMatch(/^looked for +open door$/m);
  expect(before.out).toMatch(/^searched .*; not searched: 1 lock file, 1 backlog$/m);
  expect(before.out).toMatch(/^door\.ts +1\.\d\d +1\.00 +\d\.\d\d +openDoor$/m);
  expect(before.out).not.toContain("\u001b");
  expect((await hand.say("context", "B-1")).out).toBe(
    (await hand.say("context", "B-1")).out.replace(
      /^.*\n/,
      "no files found for B-1: the task has no words to look for\n",
    ),
  );
  const json = contextResult.parse(parsed((await hand.say("context", "A-1", "--json")).out));
  expect(json).toMatchObject({ task: "A-1", place: "would_be", terms: ["open", "door"], without: null });
  expect(json.files.map(({ path }) => path)).toContain("door\u001b[31m.md");
  expect(json.prompt).toContain("door.ts: openDoor");

  expect((await hand.say("run", "--plain")).code).toBe(0);
  const after = contextResult.parse(parsed((await hand.say("context", "A-1", "--json")).out));
  expect(after).toMatchObject({ place: "would_be", commit: json.commit, terms: json.terms });
  const unknown = await hand.say("context", "A-2");
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('unknown task "A-2"; did you mean')]);
});

const agent = `case $GANDY_ROLE in
planner) echo '{"summary":"s","risks":[],"steps":[{"id":"S1","title":"Do","details":"","files":[]}]}' ;;
implementer) date +%N >> done.txt; echo Done. ;;
*) echo '{"verdict":"approve","summary":"s","findings":[],"closed":[]}' ;;
esac
`;

test("what was found when a task began stands in the prompts of those who work on it, and is shown as it was", async () => {
  const hand = atHand({
    "door.ts": "export function openDoor() {}\n",
    "tasks.yaml": `tasks:
  - {id: A-1, goal: Open the door, mode: context-aware}
  - {id: B-1, goal: Paint the door, mode: three-loop, risk: low, needs: [A-1]}
`,
    "agent.sh": agent,
    [brand.settingsFile]: `models:
  one: {adapter: command, argv: [sh, agent.sh, "{prompt_file}"]}
  two: {adapter: command, argv: [sh, agent.sh, "{prompt_file}"]}
`,
  });
  expect((await hand.say("run", "--plain")).code).toBe(0);
  const told = contextResult.parse(parsed((await hand.say("context", "A-1", "--json")).out));
  expect(told).toMatchObject({ place: "in_prompts", terms: ["open", "door"], without: null });
  expect(told.files[0]).toMatchObject({ path: "door.ts", symbols: ["openDoor"] });
  expect((await hand.say("context", "A-1")).out).toMatch(/^1 file stands as a hint in the prompts of A-1/);
  const prompts = promptsIn(hand.home);
  const starts = (id: string): readonly string[] =>
    prompts.filter((text) => text.includes(`\n${id}: `) && text.includes(told.prompt)).map((text) => text.slice(0, 18));
  expect(new Set(starts("A-1"))).toEqual(new Set(["You are the planne", "You are the implem"]));
  expect(prompts.filter((text) => text.includes("\nB-1: ")).length).toBeGreaterThan(2);
  expect(starts("B-1")).toEqual([]);
});

/** What models were told, of all calls. */
const promptsIn = (home: string): readonly string[] =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === "prompt.md")
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
