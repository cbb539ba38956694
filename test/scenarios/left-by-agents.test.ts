import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { atHand, type Hand } from "../cli/at-hand.ts";
import { at, having, oneTask, parsed } from "../cli/played.ts";

/** An agent of one shell line, whose work nobody needs to look at for another reason. */
const withAgent = (line: string, files: Readonly<Record<string, string>> = {}): Hand =>
  atHand({
    "readme.md": "hello\n",
    "tasks.yaml": oneTask,
    "agent.sh": `#!/bin/sh\necho work >> work.txt\n${line}\n`,
    ...files,
    "play.yaml": "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules: []\n",
    [brand.settingsFile]: `models:
  ann: {adapter: command, argv: [./agent.sh]}
  bob: ${files["review.sh"] === undefined ? "{adapter: scripted, scenario: play.yaml}" : "{adapter: command, argv: [./review.sh]}"}
roles: {implementer: ann, code_reviewer: bob}
`,
  });

const questionOf = async (hand: Hand): Promise<unknown> =>
  at(parsed((await hand.say("review", "--json")).out), "questions", 0);

test.each([
  ["ln -s /etc/hostname name", "the link name to /etc/hostname"],
  ["mkdir d && ln -s ../../../../.. d/up", "the link d/up to ../../../../.."],
  ["git init -q --bare b", "the repository b"],
])("what leads out of the repository is asked about before the merge: %s", async (line, named) => {
  const hand = withAgent(line);
  expect((await hand.say("run")).code).toBe(3);
  expect(await questionOf(hand)).toMatchObject({ kind: "merge", evidence: { risk: "high" } });
  expect((await hand.say("review")).out).toContain(named);
  expect((await hand.say("task", "A-1", "--approve")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(0);
});

test("a link within the repository is merged as any file", async () => {
  const hand = withAgent("mkdir d && ln -s ../readme.md d/name");
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("show", `${brand.integrationBranch}:d/name`)).toBe("../readme.md");
});

test("files that git refuses are named with what to do, and are committed when that is done", async () => {
  const hand = withAgent("echo 'work.txt working-tree-encoding=UTF-16' > .gitattributes");
  expect((await hand.say("run")).code).toBe(3);
  const asked = await questionOf(hand);
  expect(asked).toMatchObject({ kind: "other", text: having("A line of .gitattributes with working-tree-encoding") });
  const [, folder = ""] = /the files in (\S+) cannot be committed/.exec(String(at(asked, "text"))) ?? [];
  writeFileSync(join(folder, ".gitattributes"), "");
  expect((await hand.say("task", "A-1", "--retry")).code).toBe(0);
  // Attributes are for a person to see.
  expect((await hand.say("run")).code).toBe(3);
  expect(await questionOf(hand)).toMatchObject({ kind: "merge" });
});

const once = (act: string): string => `test -f "$HOME/once" || { touch "$HOME/once"; ${act}; }`;
const reviewer = `#!/bin/sh
${once('rm -rf "$PWD"')}
echo '{"verdict":"approve","summary":"good","findings":[]}'
`;

test.each([
  ["is no worktree any more", 'rm -rf "$(git rev-parse --absolute-git-dir)"', "is not a worktree of this repository"],
  ["is a link", 'mv "$PWD" "$HOME/moved"; ln -s "$HOME/moved" "$PWD"', "leads to "],
])("what stands in a worktree's place and %s is put aside, and the worktree is made anew", async (_what, act, said) => {
  const hand = withAgent(once(act));
  expect((await hand.say("run")).code).toBe(3);
  expect(await questionOf(hand)).toMatchObject({ kind: "other", text: having(said) });
  expect((await hand.say("task", "A-1", "--retry")).code).toBe(0);
  const run = await hand.say("run");
  expect([run.code, run.out]).toEqual([0, having("what was there is now in ")]);
  expect(hand.git("show", `${brand.integrationBranch}:work.txt`)).toBe("work\n");
});

test.each([
  ["implementer", () => withAgent(once('rm -rf "$PWD"'))],
  ["reviewer", () => withAgent("", { "review.sh": reviewer })],
])(
  "a worktree that its %s removed is said to be gone; trying again makes it anew and does the work once more",
  async (_who, begin) => {
    const hand = begin();
    expect((await hand.say("run")).code).toBe(3);
    expect(await questionOf(hand)).toMatchObject({ kind: "other", text: having("A-1 is gone: something removed it") });
    expect((await hand.say("task", "A-1", "--retry")).code).toBe(0);
    const run = await hand.say("run");
    expect([run.code, run.out]).toEqual([0, having("its worktree was gone, and is made again")]);
    expect(hand.git("show", `${brand.integrationBranch}:work.txt`)).toBe("work\n");
  },
);

test("a removed worktree that a person has put back is gone on with", async () => {
  const hand = withAgent(once('cp -r "$PWD" "$HOME/kept"; echo kept >> "$HOME/kept/work.txt"; rm -rf "$PWD"'));
  expect((await hand.say("run")).code).toBe(3);
  const [, folder = ""] = /the worktree (\S+) is gone/.exec(String(at(await questionOf(hand), "text"))) ?? [];
  renameSync(join(hand.home, "kept"), folder);
  expect((await hand.say("task", "A-1", "--retry")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("show", `${brand.integrationBranch}:work.txt`)).toBe("work\nkept\n");
});

test("a worktree that was removed is said to be gone, and how the task is done all the same", async () => {
  const hand = withAgent(once('rm -rf "$PWD"'));
  expect((await hand.say("run")).code).toBe(3);
  expect(await questionOf(hand)).toMatchObject({ kind: "other", text: having("A-1 is gone: something removed it") });
  expect((await hand.say("task", "A-1", "--abort")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(1);
  expect((await hand.say("task", "A-1", "--retry")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("show", `${brand.integrationBranch}:work.txt`)).toBe("work\n");
});
