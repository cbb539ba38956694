import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Hand } from "../cli/at-hand.ts";
import { played } from "../cli/played.ts";

/** What each command said of where it ran, without repeats. */
function told(hand: Hand): readonly (readonly string[])[] {
  const lines = readFileSync(join(hand.home, "told"), "utf8").trim().split("\n");
  return [...new Set(lines)].map((line) => line.split(" "));
}

test("set-up, agents and checks of a task have one number and ports of their own, and the trees of the gate others", async () => {
  const hand = played(
    `tasks: [${["A", "B", "C", "D"].map((id) => `{id: ${id}, goal: Do ${id}, risk: low}`).join(", ")}]\n`,
  );
  const tell = `echo $GANDY_TASK $GANDY_SLOT $GANDY_PORT_BASE >> ${join(hand.home, "told")}`;
  hand.write("agent.sh", `#!/bin/sh\n${tell}\necho x > $GANDY_TASK.txt\n`);
  hand.write(
    "gandy.yaml",
    `${readFileSync(join(hand.top, "gandy.yaml"), "utf8")}  own: {adapter: command, argv: [./agent.sh], tier: small, billing: free}
roles: {implementer: [own]}
limits: {parallel: 2}
setup: '${tell}'
checks: [{name: test, run: '${tell}'}]
`,
  );
  expect(await hand.say("run")).toMatchObject({ code: 0 });
  const said = told(hand);
  // A merged state is judged in a tree of ours.
  const tasks = said.filter(([, slot]) => Number(slot) < 2);
  expect(tasks).toHaveLength(4);
  expect(new Set(tasks.map(([name]) => name))).toEqual(new Set(["A", "B", "C", "D"]));
  const base = said.filter(([name]) => name === ".base");
  expect(base.map(([, slot]) => slot)).toEqual(["2"]);
  const ports = new Map(said.map(([, slot = "", port = ""]) => [slot, Number(port)]));
  expect(new Set(ports.values()).size).toBe(ports.size);
  expect([...ports.values()].every((port) => port >= 20_000 && port % 100 === 0)).toBe(true);
});
