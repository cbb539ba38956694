import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { atHand, type Hand } from "../cli/at-hand.ts";
import { at, having, parsed, parsedLines } from "../cli/played.ts";
import { exportClock } from "../clock/child-env.ts";
import { until } from "../until.ts";

const program = join(import.meta.dirname, "..", "fixtures", "limited-claude.ts");
const ids = ["A", "B", "C", "D", "E", "F", "G", "H"];
const tasks = (of: readonly string[]): string =>
  `tasks:\n${of.map((id) => `  - {id: ${id}, goal: Write ${id}, risk: low}\n`).join("")}`;

interface World {
  readonly hand: Hand;
  readonly path: (name: string) => string;
  /** What was started when: "time task role [resumed]". */
  readonly starts: () => readonly { readonly atMs: number; readonly what: string }[];
}

/** A repository whose only model is a `claude` on the PATH, paid by one plan. */
function onePlan(of: readonly string[], home?: string): World {
  const hand = atHand({ "readme.md": "hello\n", "tasks.yaml": tasks(of) });
  const world = join(home ?? hand.home, "world");
  const bin = join(world, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "claude"), `#!/bin/sh\n${exportClock}exec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
  hand.env["PATH"] = `${bin}:${hand.env["PATH"] ?? ""}`;
  hand.write(
    brand.settingsFile,
    `models:\n  opus: {adapter: claude-code, tier: large, billing: subscription, account: max}\n` +
      `limits: {parallel: 8}\nenv: {set: {CLAUDE_WORLD: ${JSON.stringify(world)}}}\n`,
  );
  const path = (name: string): string => join(world, name);
  const starts: World["starts"] = () => {
    if (!existsSync(path("starts"))) return [];
    const lines = readFileSync(path("starts"), "utf8").trim().split("\n");
    return lines.map((line) => ({ atMs: Number(line.split(" ")[0]), what: line.split(" ").slice(1).join(" ") }));
  };
  return { hand, path, starts };
}

const halves = (id: string): string => `${id}: first half\n${id}: second half\n`;

interface Told {
  readonly types: readonly string[];
  readonly holds: readonly unknown[];
  /** Outcome and counted tries of each call. */
  readonly calls: readonly string[];
}

function told(out: string): Told {
  const events = parsedLines(out);
  const typeOf = (event: unknown): string => String(at(event, "type"));
  return {
    types: events.map(typeOf),
    holds: events.filter((event) => typeOf(event) === "hold.set"),
    calls: events
      .filter((event) => typeOf(event) === "call.ended")
      .map((event) => `${String(at(event, "data", "outcome"))} ${String(at(event, "data", "attempts"))}`)
      .toSorted(),
  };
}

async function attempts(hand: Hand): Promise<readonly unknown[]> {
  const listed = parsed((await hand.say("list", "--all", "--json")).out);
  return ids.map((_, n) => [at(listed, "tasks", n, "state"), at(listed, "tasks", n, "attempts")]);
}

test("eight tasks on one plan meet its limit in the middle: all wait for its end, none fails, no try is spent", async () => {
  const calm = onePlan(ids);
  const undisturbed = await calm.hand.say("run", "--json");
  expect(undisturbed.code).toBe(0);

  const { hand, path, starts } = onePlan(ids);
  // Eight begin, three get through to their end, the plan is used up in the middle of the others.
  // Long enough for what is looked at meanwhile, also on a machine with much else to do.
  writeFileSync(path("limit"), "11 30000 8");
  const running = hand.begin(["run", "--json"]);
  await until("the hold", () => running.out().includes('"hold.set"'));
  const resetMs = Number(readFileSync(path("reset"), "utf8")) * 1_000;
  const shown = parsed((await hand.say("models", "--json")).out);
  expect(at(shown, "models", 0)).toMatchObject({
    name: "opus",
    account: "max",
    billing: "subscription",
    state: "held",
    until: new Date(resetMs).toISOString(),
    holds: [{ scope: "account", target: "max", until: new Date(resetMs).toISOString(), by: "limit" }],
  });
  expect((await hand.say("models")).out).toMatch(
    /opus +held until [\d:]+, in [\ds]+ .*subscription +max .*account max: /,
  );
  const { code, out } = await running.end;
  const { types, holds, calls } = told(out);
  expect(code).toBe(0);
  expect(holds).toHaveLength(1);
  expect(at(holds[0], "data", "hold")).toMatchObject({
    scope: "account",
    target: "max",
    until: new Date(resetMs).toISOString(),
    resumes: 0,
  });
  expect(types).not.toContain("call.retried");
  expect(calls).toEqual(Array.from({ length: 16 }, () => "success 1"));
  expect(calls).toEqual(told(undisturbed.out).calls);
  expect(await attempts(hand)).toEqual(await attempts(calm.hand));
  // Nobody asks while the account is held, but who had begun before everyone knew.
  const heldMs = Date.parse(String(at(holds[0], "at")));
  expect(starts().filter(({ atMs }) => atMs > heldMs + 15_000 && atMs < resetMs)).toEqual([]);
  expect(starts().filter(({ what }) => what.endsWith("resumed"))).toHaveLength(5);
  // What was done before the limit is neither lost nor done twice.
  for (const id of ids) expect(hand.git("show", `${brand.integrationBranch}:${id}.txt`)).toBe(halves(id));
});

test("a limit that is known holds before anything is started, in every repository, until it is released", async () => {
  const { hand, path, starts } = onePlan(["A"]);
  writeFileSync(path("limit"), "0 600000 1");
  const first = await hand.say("run", "--no-wait");
  expect([first.code, first.out]).toEqual([4, having("account max held until")]);
  expect(starts()).toHaveLength(1);

  const other = onePlan(["B"], hand.home);
  other.hand.env["GANDY_HOME"] = hand.env["GANDY_HOME"] ?? "";
  const second = await other.hand.say("run", "--no-wait");
  expect([second.code, starts().length]).toEqual([4, 1]);
  const note =
    /opus: account max is held until [\d:]+, for [\dm]+s: the limit of the plan is reached: You've hit your limit/;
  expect(second.out).toMatch(new RegExp(`^note: ${note.source}$`, "m"));
  expect((await other.hand.say("doctor")).out).toMatch(new RegExp(`^hold +warning +${note.source}$`, "m"));

  writeFileSync(path("reset"), "0");
  const running = other.hand.begin(["run", "--json"]);
  await until("the wait", () => running.out().includes('"route.decided"'));
  expect((await hand.say("release", "opus")).out).toBe("1 hold on opus released\n");
  const { code, out } = await running.end;
  expect(code).toBe(0);
  expect(told(out).calls).toEqual(["success 1", "success 1"]);
  expect(starts().map(({ what }) => what)).toEqual(["A implementer", "B implementer", "B code_reviewer"]);
});

test("a limit that comes back more often than it may is a person's to end", async () => {
  const { hand, path, starts } = onePlan(["A"]);
  writeFileSync(path("limit"), "0 1000 1");
  hand.write(
    brand.settingsFile,
    `${readFileSync(join(hand.top, brand.settingsFile), "utf8")}holds: {max_resumes: 1}\n`,
  );
  // The plan is used up again as soon as it begins anew.
  const again = setInterval(() => rmSync(path("reset"), { force: true }), 20);
  onTestFinished(() => clearInterval(again));
  const { code, out } = await hand.say("run");
  expect(code).toBe(4);
  expect(starts().map(({ what }) => what)).toEqual(["A implementer", "A implementer"]);
  expect(out).toMatch(/account max is held until you release it: .*was resumed once already \(holds\.max_resumes\)/);
  expect(out).toContain("gandy release max");
  expect((await hand.say("review")).out).toContain("account max is held until you release it");
  expect((await hand.say("models")).out).toMatch(/opus +held until you release it/);

  clearInterval(again);
  rmSync(path("limit"));
  rmSync(path("reset"), { force: true });
  expect((await hand.say("release", "max")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(0);
});

test("a limit that shall not end by itself does not", async () => {
  const { hand, path, starts } = onePlan(["A"]);
  writeFileSync(path("limit"), "0 2000 1");
  const running = hand.begin(["run"]);
  await until("the hold", () => running.out().includes("account max held until"));
  expect((await hand.say("hold", "max")).out).toBe("account max is held until it is released\n");
  const { code, out } = await running.end;
  expect([code, out]).toEqual([4, having("gandy release max")]);
  const resetMs = Number(readFileSync(path("reset"), "utf8")) * 1_000;
  await until("the reset", () => Date.now() > resetMs);
  expect((await hand.say("run")).code).toBe(4);
  expect(starts()).toHaveLength(1);
  expect((await hand.say("release", "max")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(0);
});
