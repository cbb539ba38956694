import { expect, test } from "vitest";

import { defaultSettings } from "../../../src/backlog/settings-defaults.ts";
import type { NewEvent, RecordedEvent } from "../../../src/domain/events.ts";
import { BaseFollower } from "../../../src/engine/run/base-follower.ts";
import type { Workspace } from "../../../src/engine/ports/workspace.ts";
import { scratch, write, type Scratch } from "../../workspace/scratch.ts";

const into = "gandy/integration";
const run = { id: "r2", base: "main", integration: into, trustedBase: null };

const recorded = (events: readonly NewEvent[], id = run.id): RecordedEvent[] =>
  events.map((event, index) => ({
    ...event,
    pos: index,
    stream: id,
    seq: index,
    at: 0,
    repository: "p",
    run: id,
    actor: null,
    v: 1,
  }));

/** What stands in the log, and an engine's follower of the base on it. `fails`: its next write is cut off. */
function followerOn(workspace: Workspace, log: RecordedEvent[], fails = false): BaseFollower {
  return new BaseFollower({
    ledger: {
      log: { since: () => Promise.resolve(log) },
      account: { waived: () => Promise.resolve([]) },
    },
    workspace,
    writer: {
      assertOwner: () => Promise.resolve(),
      append: (events) => {
        if (fails) return Promise.reject(new Error("cut off"));
        log.push(...recorded(events));
        return Promise.resolve();
      },
    },
    repository: "p",
    settings: defaultSettings,
    run,
    watched: (_ran, work) => work(),
    isMoved: () => Promise.resolve(false),
  });
}

function commit(own: Scratch, path: string): string {
  write(own.project, { [path]: `${path}\n` });
  own.git(own.project, "add", ".");
  own.git(own.project, "commit", "-qm", path);
  return own.git(own.project, "rev-parse", "HEAD");
}

const started = (baseCommit: string, id: string): RecordedEvent[] =>
  recorded(
    [
      {
        type: "run.started",
        data: {
          file: null,
          settingsDigest: "d",
          base: "main",
          baseCommit,
          integration: into,
          resumed: false,
          version: "1",
          repositoryPath: "/p",
        },
      },
    ],
    id,
  );

test("a merge that was made before a crash is found again, not made again, and told once", async () => {
  const own = scratch();
  const workspace = own.open();
  const first = own.git(own.project, "rev-parse", "main");
  own.git(own.project, "checkout", "-q", "-b", into);
  commit(own, "theirs.txt");
  own.git(own.project, "checkout", "-q", "main");
  const second = commit(own, "mine.txt");
  const log = [...started(first, "r1"), ...started(second, run.id)];
  const { signal } = new AbortController();

  expect(await followerOn(workspace, log, true).follow("A", signal)).toMatchObject({ message: "cut off" });
  const merged = own.git(own.project, "rev-parse", into);
  expect(own.git(own.project, "rev-parse", `${into}^2`)).toBe(second);
  for (const _engine of [1, 2]) expect(await followerOn(own.open(), log).follow("A", signal)).toBeNull();
  expect(own.git(own.project, "rev-parse", into)).toBe(merged);
  expect(log.filter(({ type }) => type === "base.followed").map(({ data }) => data)).toEqual([
    { base: "main", from: first, to: second, into, commit: merged, by: "merge" },
  ]);
});

test("so is a move forward that was cut off: an amended base is known as rewritten after it", async () => {
  const own = scratch();
  const workspace = own.open();
  const first = own.git(own.project, "rev-parse", "main");
  own.git(own.project, "branch", into);
  const second = commit(own, "mine.txt");
  const log = [...started(first, "r1"), ...started(second, run.id)];
  const { signal } = new AbortController();
  expect(await followerOn(workspace, log, true).follow("A", signal)).toMatchObject({ message: "cut off" });
  expect(own.git(own.project, "rev-parse", into)).toBe(second);
  for (const _engine of [1, 2]) expect(await followerOn(own.open(), log).follow("A", signal)).toBeNull();
  expect(log.filter(({ type }) => type === "base.followed").map(({ data }) => data)).toEqual([
    { base: "main", from: first, to: second, into, commit: second, by: "fast_forward" },
  ]);
  own.git(own.project, "commit", "-q", "--amend", "-m", "otherwise");
  const why = { kind: "rewritten" };
  expect(await followerOn(own.open(), log).follow("A", signal)).toMatchObject({ kind: "unfollowed", why });
});

test("where the base has not moved nothing is merged or told", async () => {
  const own = scratch();
  const workspace = own.open();
  const first = own.git(own.project, "rev-parse", "main");
  own.git(own.project, "branch", into);
  const log = started(first, run.id);
  const fails = (): Promise<never> => Promise.reject(new Error("not asked"));
  const integration = { ...workspace.integration, bring: fails };
  const { signal } = new AbortController();
  expect(await followerOn({ ...workspace, integration }, log).follow("A", signal)).toBeNull();
  expect(log).toHaveLength(1);
});
