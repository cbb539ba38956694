import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { brand, envName } from "../../../src/domain/brand.ts";
import { atHand } from "../at-hand.ts";
import { at, oneTask, parsed, parsedLines, played } from "../played.ts";

const door = join(import.meta.dirname, "..", "..", "..", "src", "main.ts");
const later = `takes effect at the next \`${brand.bin} run\``;

describe("what waits for a person", () => {
  test("is listed with the commands that answer, and taken up by the next run", async () => {
    const hand = played(
      "tasks:\n  - {id: A-1, goal: Say hello, risk: low, approve: [merge]}\n  - {id: B-1, goal: Say more, approve: [plan]}\n",
    );
    expect((await hand.say("run")).code).toBe(3);
    const review = await hand.say("review");
    expect(review.code).toBe(0);
    expect(review.out).toContain(`${brand.bin} task A-1 --approve`);
    expect(review.out).toContain(`${brand.bin} task B-1 --request-changes "…"`);
    const json = parsed((await hand.say("review", "--json")).out);
    expect([at(json, "v"), at(json, "questions", 0, "task", "id"), at(json, "questions", 0, "kind")]).toEqual([
      1,
      expect.any(String),
      expect.any(String),
    ]);

    const approved = await hand.say("task", "a-1", "--approve");
    expect([approved.code, approved.out]).toEqual([0, `A-1: approve; ${later}\n`]);
    const twice = await hand.say("task", "A-1", "--approve");
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining("the engine has not taken it up yet")]);
    expect((await hand.say("task", "B-1", "--request-changes", "- split the second step")).code).toBe(0);
    expect((await hand.say("review")).out).toBe("nothing waits for you\n");

    expect((await hand.say("task", "B-1")).out).toMatch(/\nyou asked \ds ago: - split the second step\n/);

    const { code, out } = await hand.say("run");
    expect(code).toBe(3);
    expect((await hand.say("review")).out).toMatch(/  you asked \d+s ago: - split the second step\n/);
    expect((await hand.say("task", "B-1")).out).toMatch(/  you asked \d+s ago: - split the second step\n/);
    expect(out).toContain("A-1: merged into");
    expect(out).toMatch(/B-1: .*round 2/);
    expect((await hand.say("log", "B-1")).out).toMatch(
      /request changes by .* via task --request-changes: - split the second step/,
    );
  });

  test("is answered only as its question allows, and only once at a time", async () => {
    const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}]\n");
    await hand.say("run");
    const wrong = await hand.say("task", "A-1", "--answer", "deny");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining(`${brand.bin} task A-1 --approve`)]);
    expect((await hand.say("task", "A-1", "--approve", "--reject")).err).toContain(
      "one at a time, not --approve and --reject",
    );
    expect((await hand.say("task", "A-1", "--retry", "--model", "zoe")).err).toContain('unknown model "zoe"');
    expect((await hand.say("task", "A-1", "--model", "ann")).err).toContain("--model goes with --retry");
    expect((await hand.say("task", "A-2")).err).toContain('unknown task "A-2"; did you mean "A-1"?');
  });
});

test("a failed task is tried again with another model, a rewound one goes back", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, approve: [merge]}]\n", {
    rules: "  - {on: {role: implementer, model: ann}, n: 1, error: {type: invalid_request, message: no such tool}}\n",
  });
  await hand.say("run");
  const points = await hand.say("rewind", "A-1", "--to", "nowhere");
  expect(points.err).toMatch(/A-1 has no point "nowhere"; it has plan, S1/);
  expect((await hand.say("rewind", "A-1", "--to", "s1")).out).toBe(`A-1 starts over from S1; ${later}\n`);
  const { code, out } = await hand.say("run", "--yes-to", "merge");
  expect(out).toMatch(/A-1: starts over at .*: rewound to S1 by/);
  expect(out).not.toContain("chosen for planning");
  expect(code).toBe(0);
  expect((await hand.say("rewind", "A-1", "--to", "plan")).err).toContain(`${brand.bin} run --again A-1`);
  expect((await hand.say("task", "A-1", "--abort")).err).toContain("A-1 asks nothing; it is done");
});

test("a task is aborted and tried again where nothing runs", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}]\n");
  await hand.say("run");
  expect((await hand.say("task", "A-1", "--abort")).out).toContain(later);
  expect((await hand.say("run")).code).toBe(1);
  expect((await hand.say("task", "A-1", "--retry", "--model", "bob")).out).toBe(`A-1: retry; ${later}\n`);
  const { code, out } = await hand.say("run", "--yes-to", "merge");
  expect(code).toBe(0);
  expect(out).toMatch(/A-1: starts over/);
});

describe("an agent", () => {
  test("cannot decide: the variables of its call give it away, and what it wanted is recorded", async () => {
    const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}]\n");
    await hand.say("run");
    hand.env[envName("KEY")] = "A-1/g1/main/S1/implement/1";
    for (const argv of [
      ["task", "A-1", "--approve"],
      ["run", "--yes-to", "merge"],
      ["run", "--again", "A-1"],
      ["rewind", "A-1", "--to", "S1"],
      ["pause"],
      ["land"],
      ["clean"],
      ["hold", "ann"],
      ["models", "--reset", "ann"],
    ]) {
      const said = await hand.say(...argv);
      expect([argv, said.code, said.err]).toEqual([argv, 2, expect.stringContaining("only people decide")]);
    }
    hand.env[envName("KEY")] = "";
    const log = await hand.say("log", "A-1");
    expect(log.out).toContain("refused task --approve by");
    expect(log.out).toContain("refused rewind by");
    expect((await hand.say("review")).out).toContain("A-1");
  });

  test("cannot hide: a process below a running call is known by its parents", async () => {
    const hand = atHand({ "readme.md": "hello\n", "tasks.yaml": oneTask });
    const state = hand.env[envName("HOME")] ?? "";
    hand.write(
      "agent.sh",
      `#!/bin/sh
if [ "$${envName("ROLE")}" = implementer ]; then
  cd ${hand.top}
  env -i PATH="$PATH" HOME=${hand.home} ${envName("HOME")}=${state} ${process.execPath} ${door} stop --now >${hand.home}/said 2>&1
  echo "code $?" >>${hand.home}/said
  cd - >/dev/null
  echo made >made.txt
  echo done
else
  echo '{"verdict":"approve","summary":"fine","findings":[]}'
fi
`,
    );
    hand.write(
      brand.settingsFile,
      `models:\n  ann: {adapter: command, argv: [./agent.sh]}\n  bob: {adapter: command, argv: [./agent.sh]}\n`,
    );
    // What a task's own code tried raises its risk: a person looks at it before it is merged.
    expect((await hand.say("run")).code).toBe(3);
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(join(hand.home, "said"), "utf8")).toMatch(/only people decide\ncode 2\n$/);
    expect((await hand.say("task", "A-1", "--approve")).code).toBe(0);
    expect((await hand.say("run")).code).toBe(0);
    expect(hand.git("show", `${brand.integrationBranch}:made.txt`)).toBe("made\n");
  });
});

test("models are held and released by hand, also by account; a run with --no-wait ends at a hold", async () => {
  const hand = played(oneTask);
  expect((await hand.say("hold", "an", "--until", "2h")).err).toContain('unknown model "an"; did you mean "ann"?');
  expect((await hand.say("hold", "ann", "--until", "soon")).err).toContain('"soon" is no instant');
  expect((await hand.say("hold", "ann", "--until", "2020-01-01T00:00Z")).err).toContain("is over already");
  expect((await hand.say("hold", "ann", "--until", "2h")).out).toMatch(/^model ann is held until /);
  expect((await hand.say("hold", "bob")).out).toBe("model bob is held until it is released\n");
  const models = parsed((await hand.say("models", "--json")).out);
  expect(at(models, "models", 1, "holds", 0)).toMatchObject({
    scope: "model",
    target: "bob",
    until: null,
    by: "person",
  });
  expect((await hand.say("models")).out).toMatch(/^bob +held until you release it .*model bob: held by/m);
  expect((await hand.say("run", "--no-wait")).code).toBe(4);
  const kept = /ann is held until (?:\S+ )?\d\d:\d\d: held by/;
  expect((await hand.say("list")).out).toMatch(new RegExp(`A-1 +‖ held .*${kept.source}`));
  const active = (await hand.say("active")).out;
  expect(active).toMatch(/^nothing is running\nin the way: .+\n(?:  also: .+\n)*\nbegun, and waiting:\n/);
  expect(active).toMatch(/A-1 +‖ held/);
  expect(at(parsed((await hand.say("active", "--json")).out), "tasks")).toEqual([]);
  expect((await hand.say("why", "A-1")).out).toMatch(new RegExp(`\\nnow: held, .*${kept.source}`));
  expect(at(parsed((await hand.say("list", "--json")).out), "tasks", 0)).toMatchObject({
    derived: "held",
    waiting: { kind: "hold" },
  });
  expect((await hand.say("release", "ann")).out).toBe("1 hold on ann released\n");
  expect((await hand.say("release", "ann")).err).toContain('nothing holds "ann"');
  // At once, though no engine has seen it: nothing holds the task any more, in words and in JSON.
  expect((await hand.say("list")).out).toMatch(/A-1 +(?!‖ held)/);
  expect((await hand.say("list")).out).not.toContain("held");
  expect((await hand.say("why", "A-1")).out).not.toContain("now: held");
  expect(at(parsed((await hand.say("list", "--json")).out), "tasks", 0)).toMatchObject({
    derived: null,
    waiting: null,
  });
  expect((await hand.say("active")).out).not.toContain("A-1");
  expect((await hand.say("release", "bob")).code).toBe(0);
  const { code, out } = await hand.say("run", "--json");
  expect(code).toBe(0);
  expect(parsedLines(out).some((event) => at(event, "type") === "merge.done")).toBe(true);
});

test("what is not there yet is said as that", async () => {
  const bare = atHand({});
  expect((await bare.say("hold", "nope")).err).toContain("no model found; ");
  expect((await bare.say("stats")).out).toBe("no figures yet: nothing has run or was asked here; see gandy run\n");
  const hand = played("tasks: [{id: A, goal: One, risk: low, approve: [merge]}, {id: B, goal: Two, needs: [A]}]\n");
  expect((await hand.say("run")).code).toBe(3);
  const retried = await hand.say("task", "B", "--retry");
  expect([retried.code, retried.out]).toEqual([2, ""]);
  expect(retried.err).toContain("B was never started, so there is nothing to try again; it begins by itself");
});
