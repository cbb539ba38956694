import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import type { Hand } from "../cli/at-hand.ts";
import { commit, dataOf, edits, has, tip, untracked } from "../cli/daily.ts";
import { at, having, parsed } from "../cli/played.ts";
import { until } from "../until.ts";

const integration = brand.integrationBranch;
const ofRelease = "gandy/onto/release";

/** The project is red where somebody calls what the interface has no more. */
const check = "for call in $(cat calls/* 2>/dev/null); do grep -qx $call api.txt || { echo no $call; exit 1; }; done\n";

const backlog = (...ids: readonly string[]): string =>
  `tasks:\n${ids.map((id) => `  - {id: ${id}, goal: Do ${id}, risk: low}\n`).join("")}`;

function isGreen(hand: Hand, branch: string): boolean {
  const folder = join(hand.home, "look");
  hand.git("worktree", "add", "--quiet", "--detach", folder, branch);
  try {
    execFileSync("sh", ["check.sh"], { cwd: folder, stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    hand.git("worktree", "remove", "--force", folder);
  }
}

const stateOf = async (hand: Hand, id: string): Promise<unknown> =>
  at(parsed((await hand.say("task", id, "--json")).out), "task", "state");

/** A run to its end, after which its integration branch has all of its base. */
async function run(hand: Hand, base = "main", branch: string = integration): Promise<void> {
  const { code, err } = await hand.say("run");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(hand.git("merge-base", base, branch).trim()).toBe(tip(hand, base));
}

async function land(hand: Hand, ...more: string[]): Promise<void> {
  const { code, err } = await hand.say("land", ...more);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(isGreen(hand, "main")).toBe(true);
}

test("a week in one repository: main is green at each landing, integration never behind, and nothing is lost", async () => {
  const hand = untracked(backlog("MON"), {
    settings: "checks: [{name: calls, run: sh check.sh}]\n",
    files: { "check.sh": check, "api.txt": "open\nclose\n" },
    rules:
      edits({
        MON: ["calls/mon", "open\n"],
        TUE: ["calls/tue", "close\n"],
        WED: ["calls/wed", "shut\n"],
        REL: ["calls/rel", "open\n"],
      }) + '  - {on: {role: implementer, task: FRI}, delay: 20ms, edits: [{path: calls/fri, write: "open\\n"}]}\n',
  });

  // Monday. The first task is done, and lands.
  await run(hand);
  await land(hand);
  expect(has(hand, "main", "calls/mon")).toBe(true);

  // Tuesday. Anna commits on main before anything runs, and works on while it does: the next task begins where she was in the morning.
  const morning = commit(hand, "notes.md", "Tuesday\n");
  hand.write("tasks.yaml", backlog("MON", "TUE"));
  await run(hand);
  expect((await dataOf(hand, "task.based")).at(-1)).toMatchObject({ base: morning });
  commit(hand, "api.txt", "open\nshut\n");
  // TUE calls what she has taken away meanwhile: both alone are green, together they are not.
  const before = tip(hand, "main");
  expect(await hand.say("land")).toMatchObject({ code: 3, err: having("calls is red on main together") });
  expect(tip(hand, "main")).toBe(before);
  expect(isGreen(hand, "main")).toBe(true);

  // Wednesday. The run asks once about it, for all tasks; she mends it on main, and all of it lands.
  hand.write("tasks.yaml", backlog("MON", "TUE", "WED"));
  expect((await hand.say("run")).code).toBe(3);
  const questions = at(parsed((await hand.say("review", "--json")).out), "questions");
  expect(questions).toMatchObject([{ kind: "base", reason: "base_merge_red" }]);
  commit(hand, "api.txt", "open\nclose\nshut\n");
  await hand.say("task", String(at(questions, 0, "task", "id")), "--retry");
  await run(hand);
  await land(hand);
  expect(["calls/mon", "calls/tue", "calls/wed"].every((path) => has(hand, "main", path))).toBe(true);

  // She takes Monday's work back, on main too; on Thursday she wants it again.
  expect((await hand.say("revert", "MON", "--into", "main")).code).toBe(0);
  expect(isGreen(hand, "main")).toBe(true);
  expect([has(hand, "main", "calls/mon"), has(hand, integration, "calls/mon")]).toEqual([false, false]);
  expect((await hand.say("run", "--again", "MON")).code).toBe(0);
  await land(hand);
  expect(has(hand, "main", "calls/mon")).toBe(true);

  // Thursday. Something for the release, from where it was cut: nothing of main's goes there, and nothing of it to main.
  hand.git("checkout", "--quiet", "-b", "release", "main~1");
  hand.write("tasks.yaml", backlog("REL"));
  await run(hand, "release", ofRelease);
  expect(await hand.say("land")).toMatchObject({ code: 0, out: having("on release") });
  expect([has(hand, "release", "calls/rel"), has(hand, "main", "calls/rel")]).toEqual([true, false]);
  hand.git("checkout", "--quiet", "main");

  // Friday. There is a second check from today on; she closes the laptop while it works, twice, and once she pulls the plug.
  hand.write(
    "gandy.yaml",
    readFileSync(join(hand.top, "gandy.yaml"), "utf8").replace(
      "checks: [",
      'checks: [{name: lists, run: "test -s api.txt"}, ',
    ),
  );
  hand.git("commit", "--all", "--quiet", "--message", "a second check");
  hand.write("tasks.yaml", backlog("MON", "TUE", "WED", "FRI"));
  const closed = hand.begin(["run", "--json"]);
  await until("its work", () => closed.out().includes('"call.started"'));
  closed.signal("SIGTERM");
  expect((await closed.end).code).toBe(130);
  expect(await stateOf(hand, "FRI")).not.toBe("DONE");
  await run(hand);
  await land(hand);
  expect(await stateOf(hand, "FRI")).toBe("DONE");
  expect(at(parsed((await hand.say("task", "FRI", "--json")).out), "task", "proof")).toBe("checks");

  // That was too early: back, and again.
  expect((await hand.say("undo")).code).toBe(0);
  expect([has(hand, "main", "calls/fri"), has(hand, integration, "calls/fri")]).toEqual([false, true]);
  await land(hand);

  // All that was ever merged is there, once.
  const subjects = hand.git("log", "--format=%s", "main").split("\n");
  for (const id of ["TUE", "WED", "FRI"]) expect(subjects.filter((line) => line === `${id}: Do ${id}`)).toHaveLength(1);
  expect(hand.git("show", "main:notes.md")).toBe("Tuesday\n");
  expect(at(parsed((await hand.say("check", "--json")).out), "ok")).toBe(true);
});
