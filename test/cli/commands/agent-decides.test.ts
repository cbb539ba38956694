import { expect, test } from "vitest";

import { actionTable, type ActionName } from "../../../src/actions/table.ts";
import { brand, envName } from "../../../src/domain/brand.ts";
import type { Hand } from "../at-hand.ts";
import { played } from "../played.ts";

/** How each action is asked for at a terminal, every word of it as it would be right for a person; null: no command does it. */
const asked: Readonly<Record<ActionName, readonly string[] | null>> = {
  run: ["run", "--yes-to", "merge"],
  do: ["do", "more", "--yes-to", "merge"],
  resume: ["resume"],
  add: ["add", "more"],
  cancel: ["cancel", "A-1"],
  priority: ["priority", "A-1", "5"],
  note: ["note", "A-1", "skip the tests"],
  ask: ["ask", "which?", "--trust"],
  vote: ["ask", "--vote", "bob"],
  plan: ["plan"],
  init: ["init"],
  doctor: ["doctor", "--trust"],
  demo: null,
  watch: ["watch", "--json"],
  pause: ["pause"],
  stop: ["stop"],
  review: ["review"],
  show: ["task", "A-1"],
  approve: ["task", "A-1", "--approve"],
  reject: ["task", "A-1", "--reject", "--message", "no"],
  request_changes: ["task", "A-1", "--request-changes", "shorter"],
  retry: ["task", "A-1", "--retry"],
  done: ["task", "A-1", "--done"],
  abort: ["task", "A-1", "--abort"],
  keep: ["task", "A-1", "--answer", "keep"],
  restart: ["task", "A-1", "--answer", "restart"],
  take_over: ["task", "A-1", "--answer", "take_over"],
  allow_always: ["task", "A-1", "--answer", "allow_always"],
  deny: ["task", "A-1", "--answer", "deny"],
  take_back: null,
  again: ["run", "--again", "B-1"],
  skip_stage: ["task", "A-1", "--skip", "ST2"],
  reopen_stage: ["task", "A-1", "--reopen", "ST1", "--because", "it forgets"],
  diff: ["task", "B-1", "--diff"],
  restore: ["task", "B-1", "--restore", "1", "--into", "there"],
  set_mode: ["task", "A-1", "--mode", "three-loop"],
  rewind: ["rewind", "A-1", "--to", "S1"],
  revert: ["revert", "B-1"],
  land: ["land"],
  undo: ["undo"],
  list: ["list"],
  active: ["active"],
  summary: ["summary"],
  report: ["report"],
  notify: ["notify", "--test"],
  service_print: ["service", "print", "systemd"],
  why: ["why", "A-1"],
  context: ["context", "A-1"],
  log: ["log"],
  stats: ["stats"],
  themes: ["themes"],
  models: ["models"],
  prices: ["models", "--prices"],
  reset_breaker: ["models", "--reset", "ann"],
  explain: ["models", "--explain", "claude-code", "readme.md"],
  hold: ["hold", "bob"],
  keep_hold: null,
  release: ["release", "ann"],
  clean: ["clean"],
  would_clean: ["clean", "--dry-run"],
  backup: ["backup", "copy.db"],
  check: ["check"],
  token: ["token"],
  remove_token: ["token", "--remove"],
  completions: ["completions", "bash"],
  man: ["man"],
};

async function waiting(): Promise<Hand> {
  const hand = played(
    "tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}, {id: B-1, goal: Say more, risk: low}]\n",
  );
  expect((await hand.say("run")).code).toBe(3);
  expect((await hand.say("ask", "which?")).code).toBe(0);
  expect((await hand.say("hold", "ann", "--until", "2h")).code).toBe(0);
  return hand;
}

test("whatever the table calls a decision is refused to an agent, and nothing else is", async () => {
  const hand = await waiting();
  hand.env[envName("KEY")] = "A-1/g1/main/S1/implement/1";
  const refused: string[] = [];
  for (const [name, argv] of Object.entries(asked)) {
    if (argv === null) continue;
    const { code, err } = await hand.say(...argv);
    if (code === 2 && err.includes("only people decide")) refused.push(name);
  }
  const decisions = Object.entries(actionTable).flatMap(([name, { decides, cli }]) =>
    decides !== false && (cli !== null || name === "again") ? [name] : [],
  );
  expect(refused.toSorted()).toEqual(decisions.toSorted());
  hand.env[envName("KEY")] = "";
  const { out } = await hand.say("list");
  expect(out).toMatch(/A-1 +\? needs you/);
  expect(hand.git("log", "--oneline", "main").trim().split("\n")).toHaveLength(1);
  expect((await hand.say("review")).out).toContain(`${brand.bin} task A-1 --approve`);
});

test("what the program starts itself with is no way around", async () => {
  const hand = await waiting();
  hand.env[envName("KEY")] = "A-1/g1/main/S1/implement/1";
  const { code, err } = await hand.say("engine", "--yes-to", "merge");
  expect([code, err]).toEqual([2, expect.stringContaining("only people decide")]);
  hand.env[envName("KEY")] = "";
  expect((await hand.say("log", "A-1")).out).not.toContain("merged into");
});

test("a decision answers a program with what was done and when it takes effect", async () => {
  const hand = await waiting();
  const told = async (...argv: string[]): Promise<unknown> => JSON.parse((await hand.say(...argv, "--json")).out);
  expect(await told("release", "ann")).toEqual({ v: 1, done: "1 hold on ann released", effect: "now" });
  expect(await told("task", "A-1", "--approve")).toEqual({ v: 1, done: "A-1: approve", effect: "next_run" });
});
