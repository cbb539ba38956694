import { expect, test } from "vitest";

import { at, having, oneTask, parsed, played, some } from "../played.ts";

const merging = `  - {on: {role: implementer, task: A-1}, edits: [{path: a.txt, write: "a\\n"}]}
  - {on: {role: implementer, task: B-1}, edits: [{path: b.txt, write: "b\\n"}]}
`;
const night = `tasks:
  - {id: A-1, goal: Say hello, risk: low}
  - {id: B-1, goal: Say more, risk: low, approve: [merge]}
`;

test("In the morning a report says what was proven and what asks, and looking makes it old", async () => {
  const hand = played(night, { rules: merging, settings: "checks: [{name: test, run: test -f readme.md}]\n" });
  expect((await hand.say("run")).code).toBe(3);
  const json = parsed((await hand.say("report", "--json")).out);
  expect(at(json, "repositories", 0)).toMatchObject({
    repository: hand.top,
    proven: [{ task: "A-1", goal: "Say hello", proven_by: ["test"] }],
    unproven: [],
    asked: [{ task: "B-1", kind: "merge", key: "a", command: having("review B-1") }],
    failed: [],
    accounts: some,
    next: [having("review"), having("land")],
  });
  expect(at(json, "totals")).toMatchObject({ proven: 1, asked: 1 });

  const read = await hand.begin(["report"], { terminal: true }).end;
  expect(read.out).toContain("1 proven");
  expect(read.out).toContain("then a: approve");
  // What still asks is said again; what is done was seen.
  const again = (await hand.say("report")).out;
  expect(again).toContain("since you looked");
  expect(again).not.toContain("proven");
  expect(again).toContain("B-1  Say more");
});

test("Nobody has looked who had no terminal, and since when may be said", async () => {
  const hand = played(oneTask, { rules: merging });
  expect((await hand.say("run")).code).toBe(0);
  await hand.say("report");
  await hand.say("summary");
  expect((await hand.say("report")).out).toContain("1 unproven");
  await hand.begin(["summary"], { terminal: true }).end;
  const quiet = (await hand.say("report")).out;
  expect(quiet).toContain("nothing happened since you looked");
  expect(quiet).toContain("what was before: gandy report --since 24h");
  expect((await hand.say("report", "--since", "1h")).out).toContain("1 unproven");
  const wrong = await hand.say("report", "--since", "yesterday");
  expect(wrong).toMatchObject({ code: 2, err: having("is no instant") });
});

test("An agent that looks has not looked for you", async () => {
  const hand = played(oneTask, { rules: merging });
  await hand.say("run");
  hand.env["GANDY_KEY"] = "g1/main/S1/implement/1";
  await hand.begin(["report"], { terminal: true }).end;
  delete hand.env["GANDY_KEY"];
  expect((await hand.say("report")).out).toContain("1 unproven");
});

test("Outside of a repository it is of all of them", async () => {
  const hand = played(night, { rules: merging });
  expect((await hand.say("run")).code).toBe(3);
  const outside = { cwd: hand.home };
  for (const argv of [["report"], []]) {
    const said = await hand.begin(argv, outside).end;
    expect(said).toMatchObject({ code: 0, out: having("B-1  Say more") });
  }
  const review = await hand.begin(["review"], outside).end;
  expect(review).toMatchObject({ code: 0, out: having(`in ${hand.top}:`) });
  const asked = parsed((await hand.begin(["review", "--json"], outside).end).out);
  expect(at(asked, "questions", 0)).toMatchObject({ repository: hand.top, kind: "merge" });
  const summary = parsed((await hand.begin(["summary", "--json"], outside).end).out);
  expect(summary).toMatchObject({ v: 1, run: null, repositories: [{ repository: hand.top, tasks: { done: 1 } }] });
  expect((await hand.begin(["summary"], outside).end).out).toContain("2 tasks: 1 done");
});
