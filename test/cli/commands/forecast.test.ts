import { expect, test } from "vitest";

import { until } from "../../until.ts";
import { at, parsed, played, some } from "../played.ts";

const tasks = (...ids: readonly string[]): string =>
  `tasks: [${ids.map((id) => `{id: ${id}, goal: Do ${id}, risk: low}`).join(", ")}]\n`;
const range = { lowMs: some, highMs: some, from: 3 };

test("once three tasks are done, plan, the run and stats say when it will be done and whether that came true", async () => {
  const hand = played(tasks("A", "B", "C"), { rules: "  - {on: {role: implementer}, delay: 20ms}\n" });
  expect(parsed((await hand.say("plan", "--json")).out)).toMatchObject({ forecast: null });
  expect((await hand.say("plan")).out).not.toContain("done in");
  const first = await hand.say("run", "--plain");
  expect([first.code, first.out.includes("done in")]).toEqual([0, false]);
  expect((await hand.say("stats")).out).not.toContain("forecasts");

  hand.write("tasks.yaml", tasks("A", "B", "C", "D", "E"));
  expect(parsed((await hand.say("plan", "--json")).out)).toMatchObject({ forecast: range });
  expect((await hand.say("plan")).out).toMatch(
    /^done in (about )?\d.*, without your answers; as 3 tasks before took, in 8 of 10 cases$/m,
  );
  const second = await hand.say("run", "--plain");
  expect(second.out).toMatch(/\[INFO\] .*done in .*, without your answers \(3 past tasks\)$/m);
  expect(second.code).toBe(0);
  expect(at(parsed((await hand.say("stats", "--json")).out), "forecasts", "ended")).toBe(1);
  expect((await hand.say("stats")).out).toMatch(/^forecasts: [01] of 1 ended in their range \(8 of 10 should\)$/m);
});

test("while a run works, summary and list say when it will be done; afterwards there is nothing to say", async () => {
  const hand = played(tasks("A", "B", "C"), {
    rules: "  - {on: {task: D, role: implementer}, delay: 20s}\n  - {on: {role: implementer}, delay: 20ms}\n",
  });
  await hand.say("run", "--plain");
  expect((await hand.say("summary")).out).not.toContain("done in");
  hand.write("tasks.yaml", tasks("A", "B", "C", "D"));
  const going = hand.begin(["run", "--plain"]);
  await until("work", async () => (await hand.say("active")).out.includes("D"));
  expect((await hand.say("summary")).out).toMatch(/^done in .*, without your answers$/m);
  expect(parsed((await hand.say("summary", "--json")).out)).toMatchObject({ forecast: range });
  expect(parsed((await hand.say("list", "--json")).out)).toMatchObject({ forecast: range });
  going.signal("SIGINT");
  expect((await going.end).code).toBe(130);
  expect(at(parsed((await hand.say("summary", "--json")).out), "forecast")).toBeUndefined();
  expect(at(parsed((await hand.say("list", "--json")).out), "forecast")).toBeUndefined();
});
