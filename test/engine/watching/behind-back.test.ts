import { beforeEach, expect, test } from "vitest";

import type { RecordedEvent } from "../../../src/domain/events.ts";
import type { Difference, Watch } from "../../../src/engine/ports/watch.ts";
import { AskFirst } from "../../../src/engine/waiting/interrupts.ts";
import { BehindBack } from "../../../src/engine/watching/behind-back.ts";
import {
  added,
  answer,
  begun,
  committed,
  event,
  openMemory,
  question,
  repository,
  run,
  runStarted,
} from "../../state/sample.ts";

const { ledger } = openMemory();
const commit = (digit: string): string => digit.repeat(40);

/** A repository in which what differs, and what is changed in the user's checkout, is set by hand. */
class Repository implements Watch {
  differences: Difference[] = [];
  dirty: string[] = [];
  locked: string | null = null;
  readonly settled: string[] = [];

  look = (): Promise<readonly Difference[]> => Promise.resolve([...this.differences]);
  putBack = (): Promise<string | null> => Promise.resolve(this.locked);
  keep = (id: string): Promise<string | null> => Promise.resolve(`refs/gandy/seen/${id.slice(0, 16)}`);
  settle = (those: readonly Difference[]): Promise<void> => {
    this.settled.push(...those.map(({ name }) => name));
    this.differences = this.differences.filter((one) => !those.includes(one));
    return Promise.resolve();
  };
  isCheckedOut = (): Promise<boolean> => Promise.resolve(false);
  dirtyFiles = (): Promise<readonly string[]> => Promise.resolve([...this.dirty]);
}

let repo: Repository;
const integration = "integration";
const moved = (to: string): Difference => ({
  kind: "ref",
  name: `refs/heads/${integration}`,
  from: commit("a"),
  to: commit(to),
  sinceMs: 5,
});

const engine = (): BehindBack =>
  new BehindBack({
    watch: repo,
    ledger,
    repository,
    run,
    integration,
    isOurWay: () => Promise.resolve(false),
    inScope: () => true,
    assertOwner: () => Promise.resolve(),
  });

const logged = (type: RecordedEvent["type"], pos: number): Promise<readonly RecordedEvent[]> =>
  ledger.log.since(pos, { repository, types: [type] });
const end = async (): Promise<number> => (await ledger.log.since(0)).at(-1)?.pos ?? 0;

let n = 0;
let task = "";
let other = "";

beforeEach(async () => {
  repo = new Repository();
  n += 1;
  task = `A${n}`;
  other = `B${n}`;
  const start = n === 1 ? [runStarted()] : [];
  await ledger.log.append({
    repository,
    run,
    events: [...start, ...[task, other].flatMap((id) => [added(id), begun(id)])],
  });
});

/** What a task has to ask when it comes to the integration branch. */
async function askedAt(behindBack: BehindBack, id: string): Promise<AskFirst["seen"] | null> {
  return await behindBack.trust(id, integration).then(
    () => null,
    (error: unknown) => {
      if (error instanceof AskFirst) return error.seen;
      throw error;
    },
  );
}

test("what cannot be put back is said once, however often it is seen", async () => {
  const from = await end();
  const behindBack = engine();
  await behindBack.start([]);
  repo.locked = "cannot lock ref";
  repo.differences = [moved("b")];
  const ran = { task, kind: "call", what: "opus" } as const;
  for (let round = 0; round < 3; round += 1) await behindBack.during(ran, () => Promise.resolve());
  expect((await logged("note", from)).map(({ data }) => data)).toEqual([
    { level: "error", text: `refs/heads/integration could not be put back to ${commit("a")}: cannot lock ref` },
  ]);
  // As what was to be put back, and as what nothing is built on while it stands there.
  const seen = await logged("watch.seen", from);
  expect(seen.map((one) => one.type === "watch.seen" && one.data.items.map(({ outcome }) => outcome))).toEqual([
    ["put_back"],
    ["take_over"],
  ]);
  expect(repo.settled).toEqual([]);
  const asked = await askedAt(behindBack, other);
  expect(asked?.items[0]?.outcome).toBe("take_over");
  if (asked === null) return;
  expect(behindBack.faultsOf(asked)).toEqual([expect.stringContaining("cannot lock ref")]);

  // A person wants it back: whatever keeps it from going back is in the way, and then no more.
  expect(behindBack.asksAbout(asked, other)).toBe(true);
  await expect(behindBack.answered(asked, other, false, "anna")).rejects.toThrow("cannot lock ref");
  expect((await askedAt(behindBack, other))?.id).toBe(asked.id);
  repo.locked = null;
  await behindBack.answered(asked, other, false, "anna");
  expect(await logged("watch.settled", from)).toMatchObject([{ data: { taken: false } }]);
  repo.differences = [];
  expect(await askedAt(behindBack, other)).toBeNull();
});

test("an answer that was taken up before a crash is not asked for again, whichever task comes first", async () => {
  repo.differences = [moved("c")];
  const before = engine();
  await before.start([]);
  const seen = await askedAt(before, task);
  if (seen === null) throw new Error("nothing was asked");
  expect(before.asksAbout(seen, task)).toBe(true);
  const key = `g1/seen/${seen.id}`;
  await ledger.log.append({
    repository,
    run,
    events: [
      event("question.asked", { question: question(`Q${n}`, { task, key, kind: "other" }) }, { task }),
      event("question.answered", { answer: answer(`Q${n}`) }, { task }),
      committed(task, key),
    ],
  });

  const after = engine();
  await after.start([]);
  expect((await askedAt(after, other))?.id).toBe(seen.id);
  expect([after.asksAbout(seen, other), after.isAskedElsewhere(seen, other)]).toEqual([false, true]);
  expect(after.asksAbout(seen, task)).toBe(true);
  await after.answered(seen, task, true, "anna");
  expect(repo.settled).toEqual(["refs/heads/integration"]);
  expect(await askedAt(after, other)).toBeNull();
});

test("a file of the user's checkout that is changed, put right and changed again is asked about twice", async () => {
  const from = await end();
  const behindBack = engine();
  await behindBack.start([]);
  const change = async (): Promise<void> => {
    repo.dirty = ["/home/anna/project/x.ts"];
    await behindBack.during({ task, kind: "call", what: "opus" }, (saw) => {
      saw("Write /home/anna/project/x.ts");
      return Promise.resolve();
    });
    const asks = await behindBack.lookAtCheckout(task).then(
      () => null,
      (error: unknown) => error,
    );
    if (!(asks instanceof AskFirst)) throw new Error("nothing was asked");
    await behindBack.answered(asks.seen, task, true, "anna");
    await ledger.log.append({ repository, run, events: [committed(task, `g1/seen/${asks.seen.id}`)] });
  };
  await change();
  repo.dirty = [];
  await behindBack.lookAtCheckout(task);
  await change();
  expect(await logged("watch.seen", from)).toHaveLength(2);
});

test("a change is told with what ran since the last look, and not with what had ended by then", async () => {
  const from = await end();
  const behindBack = engine();
  await behindBack.start([]);
  await behindBack.during({ task: other, kind: "call", what: "sonnet" }, () => Promise.resolve());
  const hook = { kind: "file", name: "hooks/pre-commit", from: null, to: "d", sinceMs: 5 } as const;
  await behindBack.during({ task, kind: "call", what: "opus" }, async () => {
    repo.differences = [hook];
    await Promise.resolve();
  });
  repo.differences = [{ ...hook, name: "hooks/pre-push" }];
  await behindBack.look();
  const ran = (await logged("watch.seen", from)).map((one) => one.type === "watch.seen" && one.data.ran);
  expect(ran).toEqual([[{ task, what: "opus" }], []]);
});

test("looks at the checkout that are asked for while one is on its way are one, which begins after all of them", async () => {
  const behindBack = engine();
  await behindBack.start([]);
  const late = "/project/late.txt";
  await behindBack.during({ task: other, kind: "call", what: "opus" }, async (saw) => saw(`edit ${late}`));
  const blocked = Promise.withResolvers<void>();
  let looks = 0;
  repo.dirtyFiles = async () => {
    looks += 1;
    const seen = [...repo.dirty];
    if (looks === 1) await blocked.promise;
    return seen;
  };
  const first = behindBack.lookAtCheckout(task);
  await new Promise(setImmediate);
  repo.dirty = [late];
  const asks = (id: string): Promise<boolean> =>
    behindBack.lookAtCheckout(id).then(
      () => false,
      (error: unknown) => error instanceof AskFirst,
    );
  const others = Promise.all([asks(other), asks(task), asks(other)]);
  blocked.resolve();
  await first;
  expect(await others).toEqual([true, false, true]);
  expect(looks).toBe(2);
});
