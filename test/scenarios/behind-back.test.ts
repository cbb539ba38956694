import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand, envName } from "../../src/domain/brand.ts";
import { atHand, type Hand } from "../cli/at-hand.ts";

const env = (name: string): string => `$${envName(name)}`;

/** An implementer that does what it is told beside its work, once; a reviewer that approves. */
const agent = (act: string, mark: string): string => `#!/bin/sh
[ "${env("ROLE")}" = implementer ] || { echo '{"verdict":"approve","summary":"fine","findings":[]}'; exit 0; }
echo made >"made-${env("TASK")}.txt"
[ -e '${mark}' ] && exit 0
touch '${mark}'
exec 2>&1
set -e
cd "$(git rev-parse --path-format=absolute --git-common-dir)"
${act}
`;

const tasks = (...ids: readonly string[]): string =>
  `tasks: [${ids.map((id) => `{id: ${id}, goal: Make a file, risk: low}`).join(", ")}]\n`;

function handWith(act: string): Hand {
  const hand = atHand({ "readme.md": "hello\n", "tasks.yaml": tasks("A") });
  const program = join(hand.home, "agent");
  writeFileSync(program, agent(act, join(hand.home, "mark")), { mode: 0o755 });
  hand.write(brand.settingsFile, `sandbox: off\nmodels:\n  mine: {adapter: command, argv: [${program}]}\n`);
  return hand;
}

const headOf = (hand: Hand, ref: string): string => hand.git("rev-parse", "--verify", ref).trim();
const evil = `evil=$(git -c user.name=x -c user.email=x@y commit-tree -p refs/heads/main -m evil "refs/heads/main^{tree}")`;

interface Line {
  readonly type: string;
  readonly task: string | null;
  readonly data: {
    readonly items?: readonly { readonly name: string; readonly outcome: string; readonly kept: string | null }[];
    readonly ran?: readonly { readonly task: string; readonly what: string }[];
    readonly asks?: readonly string[];
    readonly question?: { readonly reason: string; readonly text: string };
    readonly taken?: boolean;
  };
}

function assertLines(value: unknown): asserts value is readonly Line[] {
  expect(value).toBeInstanceOf(Array);
}

async function linesOf(hand: Hand, type: string): Promise<readonly (Line["data"] & Pick<Line, "task">)[]> {
  const { out } = await hand.say("log", "--json");
  const lines: unknown = JSON.parse(`[${out.trim().split("\n").join(",")}]`);
  assertLines(lines);
  return lines.filter((line) => line.type === type).map(({ data, task }) => ({ ...data, task }));
}

const reasons = async (hand: Hand) => (await linesOf(hand, "question.asked")).map(({ question }) => question?.reason);

test("an agent that moves what is Gandy's: put back, kept, asked about; what is the user's is told and left", async () => {
  const hand = handWith(`${evil}
git update-ref refs/heads/${brand.integrationBranch} $evil
git update-ref -d refs/heads/gandy/A-make-a-file
git update-ref refs/heads/theirs $evil
mkdir -p hooks; printf '#!/bin/sh\\n' >hooks/pre-commit`);
  writeFileSync(join(hand.home, "mark"), "");
  expect((await hand.say("run")).code).toBe(0);
  const merged = headOf(hand, brand.integrationBranch);
  hand.write("tasks.yaml", tasks("A", "B"));
  rmSync(join(hand.home, "mark"));
  const said = await hand.say("run");
  expect(said.out).toContain("behind Gandy's back");
  const [seen] = await linesOf(hand, "watch.seen");
  expect(seen).toMatchObject({ asks: ["B"], ran: [{ task: "B", what: "mine (implementer)" }] });
  const outcomes = Object.fromEntries((seen?.items ?? []).map(({ name, outcome }) => [name, outcome]));
  expect(outcomes).toEqual({
    "refs/heads/gandy/A-make-a-file": "told",
    [`refs/heads/${brand.integrationBranch}`]: "put_back",
    "refs/heads/theirs": "told",
    "hooks/pre-commit": "told",
  });
  expect(headOf(hand, brand.integrationBranch)).toBe(merged);
  const kept = seen?.items?.find(({ outcome }) => outcome === "put_back")?.kept ?? "";
  expect(headOf(hand, kept)).toBe(headOf(hand, "theirs"));
  expect(await reasons(hand)).toEqual(["behind_back"]);
  expect((await hand.say("task", "B", "--approve")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(0);
  expect(await reasons(hand)).toEqual(["behind_back"]);
});

test("a branch that an agent moved and keeps from being put back is not built on, whatever is answered", async () => {
  const branch = `refs/heads/${brand.integrationBranch}`;
  const hand = handWith(`${evil}
printf '%s\\n' "$evil" >${branch}; : >${branch}.lock`);
  writeFileSync(join(hand.home, "mark"), "");
  expect((await hand.say("run")).code).toBe(0);
  hand.write("tasks.yaml", tasks("A", "B"));
  rmSync(join(hand.home, "mark"));
  await hand.say("run");
  const theirs = headOf(hand, branch);
  expect(await reasons(hand)).toEqual(["behind_back"]);
  const [asked] = await linesOf(hand, "question.asked");
  expect(asked?.question?.text).toMatch(/could not be put back to [0-9a-f]{40}: .*lock/);
  await hand.say("task", "B", "--approve");
  await hand.say("run");
  expect((await reasons(hand)).at(-1)).toBe("moved_branch");
  await hand.say("task", "B", "--reject");
  await hand.say("run");
  const last = (await linesOf(hand, "question.asked")).at(-1)?.question;
  expect(last?.text).toMatch(/could not be put back .*lock/);
  expect(headOf(hand, branch)).toBe(theirs);
  rmSync(join(hand.top, ".git", `${branch}.lock`));
  expect((await hand.say("task", "B", "--retry")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(0);
  expect(() => hand.git("merge-base", "--is-ancestor", theirs, branch)).toThrow();
  expect((await linesOf(hand, "watch.settled")).map(({ taken }) => taken)).toEqual([false]);
});

test("a person's commit on the integration branch is asked about once, by one of two tasks, and taken over", async () => {
  const hand = handWith("true");
  expect((await hand.say("run")).code).toBe(0);
  // A branch of a task that is over is a person's to delete.
  expect((await hand.say("clean")).code).toBe(0);
  hand.git("branch", "-D", "gandy/A-make-a-file");
  const tree = headOf(hand, `${brand.integrationBranch}^{tree}`);
  const mine = hand.git("commit-tree", "-p", brand.integrationBranch, "-m", "mine", tree).trim();
  hand.git("update-ref", `refs/heads/${brand.integrationBranch}`, mine);
  hand.write("tasks.yaml", tasks("A", "B", "C"));
  await hand.say("run");
  expect(headOf(hand, brand.integrationBranch)).toBe(mine);
  expect(await reasons(hand)).toEqual(["moved_branch"]);
  const [asked] = await linesOf(hand, "question.asked");
  expect(asked?.question?.text).toContain("Nothing is built on it before you say");
  expect((await hand.say("task", asked?.task ?? "", "--approve")).code).toBe(0);
  const said = await hand.say("run");
  expect([said.code, said.err]).toEqual([0, ""]);
  expect(await reasons(hand)).toEqual(["moved_branch"]);
  expect(hand.git("branch", "--list", "gandy/A-make-a-file")).toBe("");
  expect(hand.git("merge-base", "--is-ancestor", mine, brand.integrationBranch)).toBe("");
  expect((await linesOf(hand, "watch.settled")).map(({ taken }) => taken)).toEqual([true]);
});

test("what somebody else put on the integration branch is neither landed nor built on before a person says that it counts", async () => {
  const hand = handWith("true");
  expect((await hand.say("run")).code).toBe(0);
  const merged = headOf(hand, brand.integrationBranch);
  const theirs = hand.git("commit-tree", "-p", merged, "-m", "theirs", `${merged}^{tree}`).trim();
  hand.git("update-ref", `refs/heads/${brand.integrationBranch}`, theirs);
  const start = headOf(hand, "main");
  for (const argv of [["land"], ["revert", "A"]]) {
    const { code, err } = await hand.say(...argv);
    expect({ code, says: err.includes("was moved by somebody else") }).toEqual({ code: 2, says: true });
  }
  const typed = (answer: string) => hand.begin(["land"], { terminal: true, typed: [answer] }).end;
  expect((await typed("n")).code).toBe(1);
  expect([headOf(hand, "main"), headOf(hand, brand.integrationBranch)]).toEqual([start, theirs]);
  expect((await typed("y")).code).toBe(0);
  expect(headOf(hand, "main")).toBe(theirs);
  hand.write("tasks.yaml", tasks("A", "B"));
  expect((await hand.say("run")).code).toBe(0);
  expect(await reasons(hand)).toEqual([]);
});
