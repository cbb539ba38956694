import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { atHand } from "../cli/at-hand.ts";
import { at, parsed } from "../cli/played.ts";
import { CachingProvider, readShare, type Asked } from "../models/caching-provider.ts";
import type { Speech } from "../models/dialects.ts";
import { loopback } from "../models/loopback.ts";

const server = loopback();

const plan = {
  summary: "s",
  risks: [],
  steps: [1, 2].map((n) => ({ id: `S${n}`, title: `Part ${n}`, details: "", files: [] })),
};
const says = (value: object): Speech => ({ text: [JSON.stringify(value)] });

/** Looks around, then does what its role does; each code review finds something in its first round. */
function answer({ prompt, role }: Pick<Asked, "prompt" | "role">, turn: number): Speech {
  const call = (name: string, input: Readonly<Record<string, string>>): Speech => ({
    calls: [{ id: `call_${turn}`, name, input }],
  });
  if (turn === 0) return call("list", { path: "" });
  if (role === "planner") return says(plan);
  if (role === "implementer") {
    const path = `src/${/\n(T\d+): /.exec(prompt)?.[1]}.txt`;
    return turn === 1 ? call("write", { path, text: `${prompt.length}\n` }) : { text: ["Done."] };
  }
  const finding = { id: null, severity: "major", file: null, line: null, text: "Say it louder." };
  const isFound = role === "code reviewer" && prompt.includes("Review the change now.");
  const closed = /F\d+ \[/.test(prompt) ? (prompt.match(/F\d+(?= \[)/g) ?? []) : [];
  return says({ verdict: isFound ? "changes" : "approve", summary: "s", findings: isFound ? [finding] : [], closed });
}

function project(tasks: readonly string[], url: string) {
  return atHand({
    "readme.md": "hello\n",
    "tasks.yaml": `tasks:\n${tasks.map((task) => `- {${task}}\n`).join("")}`,
    [brand.settingsFile]: `models:
  one: {adapter: anthropic, model: claude-opus-5-5, base_url: "${url}/v1", billing: metered}
  two: {adapter: anthropic, model: claude-sonnet-5-5, base_url: "${url}/v1", billing: metered}
roles: {planner: [one], plan_reviewer: [two], implementer: [one], code_reviewer: [two]}
checks: [{name: test, run: "true"}, {name: docs, run: "true"}]
limits: {parallel: 4}
env: {set: {ANTHROPIC_API_KEY: k}}
prices:
  claude-opus-5-5: {input: 4, output: 20, cache_read: 0.2, cache_write: 5}
  claude-sonnet-5-5: {input: 2, output: 10, cache_read: 0.1, cache_write: 2.5}
`,
  });
}

const shared = (one: string, other: string): string => {
  let end = 0;
  while (end < one.length && one[end] === other[end]) end += 1;
  return one.slice(0, end);
};

test("two tasks of one run begin each role's prompts with the same letters, and two rounds of one task go on so to the end of the task", async () => {
  const provider = new CachingProvider(answer);
  const place = server.place((_n, sent) => provider.reply(sent));
  const hand = project(
    [
      "id: T1, goal: One, risk: low, mode: three-loop, area: api, details: Much of it, context: [src/**]",
      "id: T2, goal: Another, risk: medium, mode: three-loop, checks: [docs], approve: []",
    ],
    place.url,
  );
  expect((await hand.say("run", "--plain")).code).toBe(0);
  const roles = ["planner", "plan reviewer", "implementer", "code reviewer"];
  for (const role of roles) {
    const prompts = provider.asked.filter((one) => one.role === role).map(({ prompt }) => prompt);
    const of = (task: string): readonly string[] => prompts.filter((prompt) => prompt.includes(`\n${task}: `));
    const ofRun = prompts.map((prompt) => prompt.slice(0, prompt.indexOf("\n# The task")));
    expect(new Set(ofRun).size).toBe(1);
    expect(ofRun[0]).toContain("- docs: `true`");
    const [one = "", other = ""] = [of("T1")[0], of("T2")[0]];
    expect(shared(one, other).length).toBeGreaterThan(0.5 * Math.min(one.length, other.length));
    for (const again of of("T1")) expect(shared(one, again)).toContain("Files to know first");
  }
});

/** By hand: what reading cost less than sending, without what writing cost more. */
const savedUsd = (asked: readonly Asked[]): number =>
  asked.reduce((sum, { model, usage: { cacheRead = 0, cacheWrite = 0 } }) => {
    const [input, read, write] = model === "claude-opus-5-5" ? [4, 0.2, 5] : [2, 0.1, 2.5];
    return sum + (cacheRead * (input - read) - cacheWrite * (write - input)) / 1e6;
  }, 0);

test("over twenty tasks more than 60 % of what is sent is read from the provider's cache, and stats say what that saved", async () => {
  const provider = new CachingProvider(answer);
  const place = server.place((_n, sent) => provider.reply(sent));
  const tasks = Array.from({ length: 20 }, (_, n) => `id: T${n + 1}, goal: Make ${n + 1}, risk: low`);
  const hand = project(tasks, place.url);
  expect((await hand.say("run", "--plain")).code).toBe(0);
  expect(readShare(provider.asked)).toBeGreaterThan(0.6);
  const { asked } = provider;
  const cache = at(parsed((await hand.say("stats", "--json")).out), "cache");
  expect(at(cache, "savedUsd")).toBeCloseTo(savedUsd(asked), 4);
  for (const [place, model, role] of [
    [0, "one", "implementer"],
    [1, "two", "code_reviewer"],
  ] as const) {
    const mine = asked.filter((one) => one.role === role.replace("_", " "));
    expect(at(cache, "byRole", place)).toMatchObject({ model, role, unknown: 0, answersKept: 0 });
    expect(at(cache, "byRole", place, "savedUsd")).toBeCloseTo(savedUsd(mine), 4);
  }
  expect((await hand.say("stats")).out).toMatch(
    /cache: saved \$[\d.]+; \d+ % of [\d.]+k input tokens read from providers' caches/,
  );
  const runs = join(hand.home, "state", "runs");
  expect(readFileSync(join(runs, readdirSync(runs)[0] ?? "", "log.md"), "utf8")).toMatch(
    /\| one \| coding[^|]*\|[^|]*\|[^|]*\|[^|]*\| \$\d/,
  );
});
