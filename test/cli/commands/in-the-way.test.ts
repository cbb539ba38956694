import { expect, test } from "vitest";

import { at, parsed, played } from "../played.ts";

const tasks = `tasks:
  - {id: A, goal: Ask first, risk: low, approve: [merge]}
  - {id: B, goal: Need it, risk: low, needs: [A]}
  - {id: C, goal: Ask as well, risk: low, approve: [merge]}
  - {id: D, goal: Could begin, risk: low}
`;

test("why nothing runs is said by the same words wherever it is asked for", async () => {
  const hand = played(tasks, { settings: "limits: {parallel: 1, awaiting_human: 1}\n" });
  expect((await hand.say("run")).code).toBe(3);

  const active = (await hand.say("active")).out;
  // One more may have begun in the moment in which the first one asked.
  const [, limit = ""] = /in the way: (\d tasks? waits? for you \(limit 1\), so none starts)/.exec(active) ?? [];
  expect(limit).not.toBe("");
  expect(active).toContain("  also: 1 blocked by A, which waits for you");

  for (const argv of [["active"], ["list"], ["summary"], ["why", "D"]])
    expect(at(parsed((await hand.say(...argv, "--json")).out), "conditions")).toMatchObject([
      { kind: "awaiting_limit", text: limit },
      { kind: "blocked", text: "1 blocked by A, which waits for you", tasks: 1 },
    ]);

  expect((await hand.say("why", "D")).out).toMatch(
    /now: queued, \d tasks? waits? for a person \(limits.awaiting_human: 1\)/,
  );
  expect((await hand.say("why", "B")).out).toContain("now: blocked, waits for A");
  expect((await hand.say("why", "A")).out).toMatch(/now: needs you, asks for .+; see gandy review A\n/);
  expect((await hand.say("summary")).out).toContain(`in the way: ${limit}`);
});
