import { expect, test } from "vitest";

import type { BringRequest, Brought } from "../../src/engine/ports/workspace.ts";
import { scratch, write, type Scratch } from "./scratch.ts";

const into = "gandy/integration";

function commit(own: Scratch, path: string, text: string): void {
  write(own.project, { [path]: text });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", `${path}: ${text.trim()}`);
}

/** Tasks that change the same lines one after the other stand on the integration branch; main is checked out. */
function worked(): Scratch {
  const own = scratch();
  own.git(own.project, "checkout", "-q", "-b", into);
  for (const text of ["one\nby A\n", "one\nby A and B\n"]) commit(own, "a.txt", text);
  own.git(own.project, "branch", "asked");
  own.git(own.project, "checkout", "-q", "main");
  return own;
}

/** One more task, made after the forge was asked to merge. */
function goesOn(own: Scratch): void {
  own.git(own.project, "checkout", "-q", into);
  commit(own, "a.txt", "one\nby A, B and C\n");
  own.git(own.project, "checkout", "-q", "main");
}

const bring = (own: Scratch, request: Pick<BringRequest, "commit" | "into">): Promise<Brought> =>
  own.open().integration.bring({ ...request, subject: "brought", run: "r1", verify: () => Promise.resolve([]) });

const forges: readonly (readonly [string, (own: Scratch) => void])[] = [
  [
    "squashed",
    (own) => {
      own.git(own.project, "merge", "-q", "--squash", "asked");
      own.git(own.project, "commit", "-qm", "squashed (#1)");
    },
  ],
  [
    "rebased",
    (own) => {
      own.git(own.project, "cherry-pick", "main..asked");
    },
  ],
];

test.each(forges)("what a forge has %s on main is no other change of the same lines", async (_how, merge) => {
  const own = worked();
  merge(own);
  goesOn(own);
  commit(own, "mine.txt", "mine\n");
  const main = own.git(own.project, "rev-parse", "main");
  expect(await bring(own, { commit: main, into })).toMatchObject({ kind: "brought", by: "merge" });
  expect(own.git(own.project, "show", `${into}:a.txt`)).toBe("one\nby A, B and C");
  expect(own.git(own.project, "show", `${into}:mine.txt`)).toBe("mine");
});

test("nor where main had commits of its own before, and for a landing as well", async () => {
  const own = worked();
  commit(own, "before.txt", "before\n");
  forges[0]?.[1](own);
  commit(own, "after.txt", "after\n");
  goesOn(own);
  const integration = own.git(own.project, "rev-parse", into);
  expect(await bring(own, { commit: integration, into: "main" })).toMatchObject({ kind: "brought", by: "merge" });
  expect(own.git(own.project, "show", "main:a.txt")).toBe("one\nby A, B and C");
  for (const name of ["before", "after"]) expect(own.git(own.project, "show", `main:${name}.txt`)).toBe(name);
});

test("what a person has changed of it on main stays a conflict", async () => {
  const own = worked();
  forges[0]?.[1](own);
  goesOn(own);
  commit(own, "a.txt", "one\nby A and me\n");
  const before = own.git(own.project, "rev-parse", into);
  const main = own.git(own.project, "rev-parse", "main");
  expect(await bring(own, { commit: main, into })).toMatchObject({ kind: "conflict", files: ["a.txt"] });
  expect(own.git(own.project, "rev-parse", into)).toBe(before);
});

test("a branch that is checked out twice is left alone, for git moves the files of one checkout only", async () => {
  const own = worked();
  own.git(own.project, "worktree", "add", "-qf", `${own.root}/twice`, "main");
  const before = own.git(own.project, "rev-parse", "main");
  const integration = own.git(own.project, "rev-parse", into);
  const why: unknown = expect.stringContaining("main is checked out twice");
  expect(await bring(own, { commit: integration, into: "main" })).toEqual({ kind: "blocked", why });
  expect(own.git(own.project, "rev-parse", "main")).toBe(before);
  expect(own.git(`${own.root}/twice`, "status", "--porcelain")).toBe("");
});
