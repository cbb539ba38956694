import { expect, test } from "vitest";

import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed, parsedLines, played } from "../cli/played.ts";

const tasks = (count: number): string =>
  `tasks: [${Array.from({ length: count }, (_, n) => `{id: A-${n + 1}, goal: Do ${n + 1}, risk: low}`).join(", ")}]\n`;

const rules = `  - {on: {role: implementer}, edits: [{path: "new-{{task}}.txt", write: "x"}]}\n`;

async function questions(hand: Hand): Promise<readonly unknown[]> {
  const events = parsedLines((await hand.say("log", "--json")).out);
  return events.filter((event) => at(event, "type") === "question.asked");
}

test("a set-up that fails is one question of the run, however many tasks it stops; retry runs it again for all", async () => {
  const hand = played(tasks(5), {
    rules,
    settings: `setup: "test -e $HOME/mended || { echo no registry; exit 1; }"\n`,
  });
  expect(await hand.say("run")).toMatchObject({ code: 3 });
  const asked = await questions(hand);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    data: { question: { kind: "setup", reason: "setup_failed", text: having("no registry") } },
  });
  expect((await hand.say("review")).out).toContain("setup fails in a worktree where no task has changed anything");

  const asker = String(at(asked[0], "task"));
  const other = asker === "A-1" ? "A-2" : "A-1";
  expect((await hand.say("why", other)).out).toContain(`now: waits, ${asker} asks you first, about setup`);

  hand.write("../home/mended", "");
  expect((await hand.say("task", asker, "--retry")).code).toBe(0);
  expect(await hand.say("run")).toMatchObject({ code: 0 });
  expect(await questions(hand)).toHaveLength(1);
  const list = parsed((await hand.say("list", "--json")).out);
  for (let n = 0; n < 5; n += 1) expect(at(list, "tasks", n, "state")).toBe("DONE");
});

test("abort stops the run, and nothing is lost", async () => {
  const hand = played(tasks(2), { rules, settings: `setup: "exit 1"\n` });
  expect(await hand.say("run")).toMatchObject({ code: 3 });
  const [first] = await questions(hand);
  expect((await hand.say("task", String(at(first, "task")), "--abort")).code).toBe(0);
  await hand.say("run");
  const list = parsed((await hand.say("list", "--json")).out);
  for (const n of [0, 1]) expect(at(list, "tasks", n, "state")).not.toBe("FAILED");
});

test("what set-up costs is told once a run for trees that begin with nothing, and once for those that begin with a copy", async () => {
  const hand = played(tasks(3), {
    rules,
    files: { ".gitignore": "node_modules/\n", lock: "1\n" },
    settings: `setup: {run: "mkdir -p node_modules && cp lock node_modules/a", cache: [node_modules], key: [lock]}
checks: [{name: test, run: test -e node_modules/a}]
`,
  });
  const { out } = await hand.say("run");
  expect(out.match(/set up in .*, 1 MiB, kept for the next worktrees/g)).toHaveLength(1);
  expect(out.match(/set up in .*, 1 MiB from a kept copy/g)).toHaveLength(1);
  const logged = (await hand.say("log")).out;
  expect(logged.match(/set up in .*, 1 MiB from a kept copy/g)?.length).toBeGreaterThanOrEqual(3);
});
