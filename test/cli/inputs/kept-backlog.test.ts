import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import { played } from "../played.ts";

/** Long enough to be kept; the last of them wants a model by name. */
const tasks = (model: string): string =>
  `tasks:\n${Array.from({ length: 150 }, (_, n) => `  - {id: T${n}, goal: Write down the number ${n} in full, risk: low}\n`).join("")}  - {id: LAST, goal: Say hello, risk: low, models: {implementer: [${model}]}}\n`;

/** Who is to do the last task by a plan. */
const modelIn = (json: string): string | undefined => /"id":"LAST".*?"implementer","model":"(\w+)"/.exec(json)?.[1];

function keptBacklog() {
  const hand = played(tasks("bob"));
  const folder = join(hand.home, "state", "backlogs");
  const file = (): string => join(folder, readdirSync(folder)[0] ?? "none");
  return {
    hand,
    isKept: () => existsSync(folder),
    state: join(hand.home, "state"),
    /** Puts another model where nobody but a test does: a plan with it comes from there. */
    mark: () => writeFileSync(file(), readFileSync(file(), "utf8").replace('["bob"]', '["ann"]')),
    plan: async () => modelIn((await hand.say("plan", "--json")).out),
  };
}

test("a long backlog is taken as it was read before, until its text is another", async () => {
  const { hand, mark, plan } = keptBacklog();
  await hand.say("list");
  expect(await plan()).toBe("bob");
  mark();
  expect(await plan()).toBe("ann");
  hand.write("tasks.yaml", `${tasks("bob")}# the same tasks\n`);
  expect(await plan()).toBe("bob");
  hand.write("tasks.yaml", tasks("ann"));
  expect(await plan()).toBe("ann");
  hand.write("tasks.yaml", tasks("bob"));
  expect(await plan()).toBe("bob");
});

test("what was kept hides no fault: a model that a task names and the settings have no more is told", async () => {
  const { hand, plan } = keptBacklog();
  await hand.say("list");
  expect(await plan()).toBe("bob");
  hand.write(brand.settingsFile, "models:\n  ann: {adapter: scripted, scenario: play.yaml}\n");
  expect((await hand.say("plan")).err).toContain('unknown model "bob"');
  hand.write("tasks.yaml", `${tasks("bob")}  - {id: LAST, goal: Twice}\n`);
  expect((await hand.say("plan")).err).toContain('duplicate id "LAST"');
});

test.each(["", "{", "[]", '{"key":1}'])("what was kept and is damaged is read again: %j", async (text) => {
  const { hand, plan, state } = keptBacklog();
  await hand.say("list");
  await plan();
  for (const name of readdirSync(join(state, "backlogs"))) writeFileSync(join(state, "backlogs", name), text);
  expect(await plan()).toBe("bob");
});

test("nothing is taken from a state folder that others may write to", async () => {
  const { hand, mark, plan, state, isKept } = keptBacklog();
  await hand.say("list");
  await plan();
  expect(isKept()).toBe(true);
  mark();
  chmodSync(state, 0o777);
  expect(await plan()).toBe("bob");
});
