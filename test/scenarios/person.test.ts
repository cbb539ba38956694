import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { openLedger } from "../../state/open-ledger.ts";
import { brand, envName, tokenName, tokenShape } from "../../src/domain/brand.ts";
import { at, having, oneTask, parsed, played } from "../cli/played.ts";
import { noPty, Pty } from "../pty/pty.ts";
import { because, noProc } from "../skipped.ts";
import { bundledMain } from "../bundle.ts";

test.skipIf(noProc !== null)(
  `a check that plays the person is refused, and its task then needs one${because(noProc)}`,
  async () => {
    const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low}]\n", {
      settings: "sandbox: off\nchecks: [{name: test, run: sh ../../../play.sh}]\n",
    });
    // Out of the worktree, so that it is what it is and no input of a gate.
    const token = hand.env[tokenName] ?? "";
    const bare = `env -i PATH="$PATH" HOME='${hand.home}' ${envName("HOME")}='${join(hand.home, "state")}'`;
    const decide = `'${process.execPath}' '${bundledMain()}' task A-1 --approve`;
    const said = join(hand.home, "said");
    writeFileSync(
      join(hand.home, "state", "play.sh"),
      `cd '${hand.top}'
for how in "" "${tokenName}=${token}"; do
  ${bare} $how ${decide} >>'${said}' 2>&1; echo "code $?" >>'${said}'
done
${bare} setsid -w ${decide} >>'${said}' 2>&1; echo "code $?" >>'${said}'
`,
    );
    expect((await hand.say("run")).code).toBe(3);
    const lines = readFileSync(said, "utf8").trim().split("\n");
    // The check runs on the base and on the change: every time all three are refused.
    const codes = lines.filter((line) => line.startsWith("code "));
    expect(codes.length).toBeGreaterThanOrEqual(6);
    expect(codes.filter((line) => line !== "code 2")).toEqual([]);
    const answers = lines
      .join("\n")
      .split(/^code 2$/m)
      .slice(0, -1);
    expect(answers.filter((answer) => !answer.includes("only people decide"))).toEqual([]);
    const question = at(parsed((await hand.say("review", "--json")).out), "questions", 0);
    expect(question).toMatchObject({ kind: "merge", evidence: { risk: "high" } });
    expect((await hand.say("why", "A-1")).out).toContain("tried to decide by itself");
    expect((await hand.say("list")).out).toContain("A-1: refused task --approve");
    expect((await hand.say("task", "A-1", "--approve")).code).toBe(0);
    expect((await hand.say("run")).code).toBe(0);
  },
);

test("without a terminal a token decides; without one it is a warning where nothing works", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low}]\n");
  const token = hand.env[tokenName] ?? "";
  Reflect.deleteProperty(hand.env, tokenName);
  const warned = await hand.say("hold", "ann");
  expect([warned.code, warned.err]).toEqual([0, having("without a token, which the next version refuses")]);
  // Of what was not decided there is nothing to warn of.
  expect((await hand.say("hold", "nobody")).err).not.toContain("warning");
  expect((await hand.say("task", "A-1", "--approve")).err).not.toContain("warning");
  hand.env[tokenName] = token;
  expect(await hand.say("release", "ann")).toMatchObject({ code: 0, err: "" });
  hand.env[tokenName] = `${brand.bin}_${"x".repeat(43)}`;
  const wrong = await hand.say("hold", "ann");
  expect([wrong.code, wrong.err]).toEqual([2, having("not the one that was made last")]);
  Reflect.deleteProperty(hand.env, tokenName);
  hand.write("kept.txt", `${token}\n`);
  expect(await hand.say("hold", "ann", "--token-file", "kept.txt")).toMatchObject({ code: 0, err: "" });
  expect((await hand.say("release", "ann", "--token-file", "no.txt")).code).toBe(2);
  expect((await hand.say("token")).err).toContain("in a terminal only");
});

test("what there is to doubt is recorded with a decision that took effect, and with no other", async () => {
  const hand = played(oneTask);
  expect((await hand.say("run")).code).toBe(0);
  const path = join(hand.home, "state", "ledger.db");
  const clock = { now: () => Date.now() + 3_600_000 };
  const ledger = openLedger({ path, mode: "client", clock, random: Math.random });
  onTestFinished(() => ledger.close());
  const repository = (await ledger.log.since(0, { types: ["task.added"] }))[0]?.repository ?? null;
  const actor = { kind: "person", name: "code of A-1", pid: 1 } as const;
  const data = { actor, what: "task --approve", why: "it came from the check of A-1" };
  await ledger.log.append({ repository, run: null, events: [{ type: "decision.refused", data }] });
  const doubts = async (): Promise<readonly string[]> =>
    (await ledger.log.since(0, { types: ["decision.doubted", "hold.set"] })).map(({ type }) => type);

  expect((await hand.say("hold", "nobody")).code).toBe(2);
  expect((await hand.say("task", "A-1", "--approve")).code).toBe(2);
  expect(await doubts()).toEqual([]);
  expect((await hand.say("hold", "ann")).code).toBe(0);
  expect(await doubts()).toEqual(["decision.doubted", "hold.set"]);
  // Nothing is written down of it but the doubt.
  expect((await hand.say("token", "--remove")).code).toBe(0);
  expect(await doubts()).toHaveLength(3);
});

test.skipIf(noPty !== null)(`a terminal makes the token, once and whole${because(noPty)}`, async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low}]\n");
  const made = async (): Promise<string> => {
    const { [tokenName]: _none, ...env } = hand.env;
    const pty = new Pty({ argv: [process.execPath, bundledMain(), "token"], env, columns: 120 });
    onTestFinished(() => pty.close());
    expect([await pty.ended(), pty.output]).toEqual([0, having("shown this once")]);
    return new RegExp(tokenShape).exec(pty.output)?.[0] ?? pty.output;
  };
  const first = await made();
  hand.env[tokenName] = first;
  expect(await hand.say("hold", "ann")).toMatchObject({ code: 0, err: "" });
  const second = await made();
  expect(second).not.toBe(first);
  expect((await hand.say("release", "ann")).code).toBe(2);
  hand.env[tokenName] = second;
  expect((await hand.say("release", "ann")).code).toBe(0);
  expect((await hand.say("doctor")).out).toContain("by the token");
  expect((await hand.say("token", "--remove")).code).toBe(0);
  expect((await hand.say("doctor")).out).toContain("in a terminal only");
});
