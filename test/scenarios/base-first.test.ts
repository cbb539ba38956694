import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed, parsedLines, played } from "../cli/played.ts";

const tasks = (ids: readonly string[]): string =>
  `tasks:\n${ids.map((id) => `  - {id: ${id}, goal: Do ${id}, risk: low}\n`).join("")}`;

const edits = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files)
    .map(
      ([id, text]) =>
        `  - on: {role: implementer, task: ${id}}\n    edits:\n      - {path: ${id}.txt, write: ${JSON.stringify(text)}}\n`,
    )
    .join("");

const json = async (hand: Hand, ...argv: string[]): Promise<unknown> => parsed((await hand.say(...argv, "--json")).out);

async function events(hand: Hand, type: string): Promise<readonly unknown[]> {
  return parsedLines((await hand.say("log", "--json")).out).filter((line) => at(line, "type") === type);
}

test("a check that is red before anything is changed is one question, and nothing is paid or merged before its answer", async () => {
  const hand = played(tasks(["A", "B", "C"]), {
    settings: "checks: [{name: test, run: node_modules/.bin/runner}]\n",
    files: { ".gitignore": "node_modules\n" },
    rules: edits({ A: "a", B: "b", C: "c" }),
  });
  expect((await hand.say("run")).code).toBe(3);
  const questions = at(await json(hand, "review"), "questions");
  expect(questions).toMatchObject([{ kind: "gate", reason: "base_red", actions: ["retry", "keep", "abort"] }]);
  expect(at(questions, 0, "text")).toEqual(having("There is no setup"));
  expect(await events(hand, "call.started")).toEqual([]);
  expect(hand.git("branch", "--list", brand.integrationBranch)).toBe("");

  const asker = String(at(questions, 0, "task", "id"));
  const other = asker === "B" ? "C" : "B";
  const waits = `${asker} asks you first, about the checks on the base`;
  expect((await hand.say("why", other)).out).toContain(`now: waits, ${waits}`);
  expect(at(await json(hand, "task", other), "task", "waiting")).toMatchObject({ kind: "question", reason: waits });
  await hand.say("task", asker, "--answer", "keep");
  // No engine is there to take it yet.
  expect((await hand.say("list")).out).toContain("decided: keep, at the next run");
  expect((await hand.say("review", asker)).out).not.toContain("needs you");
  expect((await hand.say("run")).code).toBe(0);
  const done = await json(hand, "list");
  for (const index of [0, 1, 2])
    expect(at(done, "tasks", index)).toMatchObject({ state: "DONE", proof: "none", proven_by: [] });
  expect(at(await json(hand, "summary"), "proven", 0)).toMatchObject({ proof: "none", proven_by: [] });
  expect((await hand.say("list")).out).toContain("nothing proves this");
  expect(hand.git("log", "--format=%B", brand.integrationBranch)).toContain(`${brand.name}-Proof: none; without test`);

  // A later run does not ask again; once the check is green it counts again.
  hand.write("tasks.yaml", tasks(["A", "B", "C", "D"]));
  expect((await hand.say("run")).code).toBe(0);
  expect(at(await json(hand, "review"), "questions")).toEqual([]);
  hand.write("tasks.yaml", tasks(["A", "B", "C", "D", "E"]));
  hand.write(
    brand.settingsFile,
    `models:\n  ann: {adapter: scripted, scenario: play.yaml}\n  bob: {adapter: scripted, scenario: play.yaml}\nsetup: "mkdir -p node_modules/.bin && printf '#!/bin/sh\\n' > node_modules/.bin/runner && chmod +x node_modules/.bin/runner"\nchecks: [{name: test, run: node_modules/.bin/runner}]\n`,
  );
  expect((await hand.say("run")).code).toBe(0);
  expect(await events(hand, "check.regained")).toMatchObject([{ data: { check: "test", why: "green" } }]);
  expect(at(await json(hand, "task", "E"), "task")).toMatchObject({ proof: "checks", proven_by: ["test"] });
});

test("an abort that no engine was there to take stops no later run: it looks at the base again, with the settings of now", async () => {
  const hand = played(tasks(["A"]), { settings: "checks: [{name: test, run: 'false'}]\n", rules: edits({ A: "a" }) });
  expect((await hand.say("run")).code).toBe(3);
  await hand.say("task", "A", "--abort");
  const still = await hand.say("run");
  expect([still.code, still.out]).toEqual([3, having("test is red at")]);
  expect(at(await json(hand, "review"), "questions")).toMatchObject([{ reason: "base_red" }]);
  expect(await events(hand, "run.stopping")).toEqual([]);
  await hand.say("task", "A", "--abort");
  hand.write(
    brand.settingsFile,
    "models:\n  ann: {adapter: scripted, scenario: play.yaml}\n  bob: {adapter: scripted, scenario: play.yaml}\nchecks: [{name: test, run: 'true'}]\n",
  );
  expect((await hand.say("run")).code).toBe(0);
  expect(at(await json(hand, "task", "A"), "task")).toMatchObject({ state: "DONE", proof: "checks" });
});

test("checks that cannot run beside each other break no task, and let no broken one through", async () => {
  const port = await freePort();
  const check = [
    'import { createServer } from "node:net";',
    'import { existsSync } from "node:fs";',
    "const server = createServer();",
    'server.on("error", () => process.exit(1));',
    `server.listen(${port}, "127.0.0.1", () => setTimeout(() => process.exit(existsSync("bad.txt") ? 1 : 0), 300));`,
  ].join("\n");
  const hand = played(tasks(["A", "B", "bad"]), {
    settings: "checks: [{name: serve, run: node check.mjs}]\n",
    files: { "check.mjs": check },
    rules: edits({ A: "a", B: "b", bad: "bad" }),
  });
  expect((await hand.say("run")).code).toBe(3);
  expect(at(await json(hand, "list"), "tasks")).toMatchObject([
    { id: "A", state: "DONE", proof: "checks" },
    { id: "B", state: "DONE", proof: "checks" },
    { id: "bad", state: "AWAITING_HUMAN" },
  ]);
  expect(hand.git("ls-tree", "--name-only", brand.integrationBranch).split("\n")).not.toContain("bad.txt");
});

test("without a check every place says that nothing proves what is merged", async () => {
  const hand = played(tasks(["A"]), { rules: edits({ A: "a" }) });
  hand.write("tasks.yaml", "tasks:\n  - {id: A, goal: Do A, risk: low, approve: [merge]}\n");
  const first = await hand.say("run");
  expect(first.out).toContain("checks: none; nothing proves what is merged");
  const question = at(await json(hand, "review"), "questions", 0);
  expect(at(question, "text")).toEqual(having("nothing proves this"));
  await hand.say("task", "A", "--approve");
  const end = await hand.say("run");
  expect(end.out).toContain("nothing proves this");
  const said = await Promise.all([hand.say("list"), hand.say("task", "A"), hand.say("summary"), hand.say("log")]);
  for (const { out } of said) expect(out).toContain("nothing proves this");
  expect(at(await json(hand, "task", "A"), "task")).toMatchObject({ proof: "none", proven_by: [] });
  expect((await hand.say("plan", join(hand.top, "tasks.yaml"))).code).toBe(0);
  expect((await hand.say("doctor")).out).toContain("nothing proves what is merged");
  for (const { out } of [first, end, ...said]) expect(out).not.toMatch(/and green|checks pass/);
});

/** A port nobody uses now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(() => closed);
  await closed;
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
