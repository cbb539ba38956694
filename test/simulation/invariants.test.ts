import { describe, expect, test } from "vitest";

import type { NewEvent, RecordedEvent } from "../../src/domain/events.ts";
import { failure } from "../../src/domain/failure.ts";
import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { AdapterOutcome, CallSpec } from "../../src/engine/ports/adapter.ts";
import { modelSettings, taskSpec } from "./backlogs.ts";
import { Disk } from "./disk.ts";
import { madeTwice, mergesAtEnd, rewritten } from "./end-rules.ts";
import { IdleRule } from "./idle-rule.ts";
import { LogRules } from "./log-rules.ts";
import { Machine } from "./machine.ts";
import {
  added,
  answered,
  asked,
  begun,
  breaker,
  call,
  callStarted,
  calling,
  ended,
  held,
  key,
  moved,
  otherCall,
  recorded,
  released,
  startMs,
  started,
  working,
  wrongIn,
} from "./planted.ts";
import { WorldRules } from "./world-rules.ts";

/** Each rule is shown a history that is good and the same one with a fault planted: a rule that cannot fail is none. */
describe("the log", () => {
  test.each<[string, readonly NewEvent[]]>([
    [
      "a task that is worked on",
      [...calling, started(), ended(1, { outcome: "success", failure: null }), key("g1/main/S1/implement/1")],
    ],
    [
      "a crash and a rerun",
      [...calling, started(), ended(1, { outcome: "crashed", failure: null, counted: false }), started(1, 1)],
    ],
    ["a question and its answer", [...working, asked(), answered(), key("g1/main/x")]],
    ["a probe", [...calling, breaker("half_open"), started(), ended(), otherCall(callStarted), otherCall(started())]],
    ["a call after a hold", [...calling, held(null), released("person"), held(startMs + 1), started()]],
  ])("%s is good", (_what, events) => {
    expect(wrongIn(events)).toEqual([]);
  });

  test.each<[string, readonly NewEvent[]]>([
    ["a move from another state", [...working, moved("NEW", "IMPLEMENTING")]],
    ["an illegal move", [...working, moved("IMPLEMENTING", "DONE")]],
    [
      "an illegal move of a step",
      [
        ...working,
        { type: "step.moved", task: "T", step: "S1", data: { from: "PENDING", to: "COMPLETED", reason: "", round: 1 } },
      ],
    ],
    ["a key committed twice", [...working, key("g1/main/a"), key("g1/main/a")]],
    ["a key of another generation", [...working, key("g2/main/a")]],
    [
      "a kept key that never was",
      [
        ...working,
        {
          type: "task.restarted",
          task: "T",
          data: { generation: 2, keep: ["main/a"], reason: "", to: "NEW", commit: null, model: null, text: null },
        },
      ],
    ],
    ["an attempt that ended and begins again", [...calling, started(), ended(), started(1, 1)]],
    ["two attempts at once", [...calling, started(), started(2)]],
    [
      "an attempt of a call that ended",
      [
        ...calling,
        started(),
        ended(),
        { ...call, type: "call.ended", data: { outcome: "error", failure: null, model: null, attempts: 1 } },
        started(2),
      ],
    ],
    ["a crash that counts", [...calling, started(), ended(1, { outcome: "crashed", failure: null })]],
    [
      "a plan's limit that counts",
      [...calling, started(), ended(1, { failure: failure("rate_limit", "x", { reason: "plan_limit" }) })],
    ],
    [
      "more tries than allowed",
      [1, 2, 3, 4].reduce<readonly NewEvent[]>((all, n) => [...all, started(n), ended(n)], calling),
    ],
    ["another try after a wrong key", [...calling, started(), ended(1, { failure: failure("auth", "x") }), started(2)]],
    [
      "a try before its time",
      [
        ...calling,
        started(),
        ended(),
        {
          ...call,
          type: "call.retried",
          data: { attempt: 1, model: "m", failure: failure("api", "x"), nextAt: startMs + 60_000 },
        },
        started(2),
      ],
    ],
    ["a call for a task that waits for a person", [...calling, moved("IMPLEMENTING", "AWAITING_HUMAN"), started()]],
    ["a call while the breaker is open", [...calling, breaker("open"), started()]],
    ["a call while its account is held", [...calling, held(null), started()]],
    ["a hold that ends before its time", [held(startMs + 60_000), released("engine")]],
    ["an attempt that ends before it begins", [...calling, started(), ended(1, { durationMs: -1 })]],
    ["a task of nobody", [begun]],
    ["two probes", [...calling, otherCall(callStarted), breaker("half_open"), started(), otherCall(started())]],
    ["a question without an answer", [...working, asked({ actions: [] })]],
    ["a question asked twice", [...working, asked(), asked({ id: "q2" })]],
    ["an illegal answer", [...working, asked(), answered("abort")]],
    ["two answers", [...working, asked(), answered(), answered()]],
    ["a task that goes on without its answer", [...working, asked(), key("g1/main/x")]],
  ])("%s is seen", (_what, events) => {
    expect(wrongIn(events)).toHaveLength(1);
  });

  test("a missing event is seen", () => {
    const rules = new LogRules(defaultSettings, "repo");
    for (const event of recorded(working).filter(({ pos }) => pos !== 2)) rules.take(event);
    expect(rules.violations).toHaveLength(1);
  });

  test("an event that reads otherwise than before is seen", () => {
    const events = recorded(working);
    const seen = events.map((event) => JSON.stringify(event));
    expect(rewritten(seen, events)).toEqual([]);
    expect(rewritten(seen, recorded([added(), begun, moved("NEW", "CODE_REVIEW")]))).toHaveLength(1);
    expect(rewritten(seen, events.slice(0, 2))).toHaveLength(1);
  });
});

const spec = (more: Partial<CallSpec> = {}): CallSpec => ({
  call: "c",
  task: "T",
  step: null,
  round: 1,
  attempt: 1,
  key: "T/g1/main/S1/implement/1",
  attemptKey: "T/g1/main/S1/implement/1#1",
  role: "implementer",
  model: modelSettings("m", {}),
  prompt: "",
  schema: null,
  workdir: "",
  folder: "/runs/r/c/1.0",
  access: "write",
  permissions: "edits",
  limits: { startupMs: 1, idleMs: 1, wallMs: 1 },
  start: { kind: "fresh", session: null },
  correlation: "c",
  env: { pass: [], set: {} },
  budgetLeftMicros: null,
  ...more,
});
const success: AdapterOutcome = { kind: "success", text: "", answer: null, failure: null };

/** A disk with a tree of T in it, and what agents did there. */
function place(): { readonly disk: Disk; readonly machine: Machine; readonly base: string } {
  const disk = new Disk(new Map([["a.txt", "as it was"]]));
  const base = disk.tip("main") ?? "";
  disk.trees.set("T", { task: "T", branch: "t", head: base, files: new Map(disk.filesOf(base)), merging: null });
  return { disk, machine: new Machine(disk, { agents: [], processes: new Map() }), base };
}

const immediately = { now: () => 0, wait: () => Promise.resolve() };

describe("agents", () => {
  const say = { afterMs: 0, kind: "say", event: { type: "end", outcome: success } } as const;
  const edit = { afterMs: 0, kind: "edit", path: "a.txt", text: "mine" } as const;
  const hang = { afterMs: 0, kind: "hang" } as const;

  test("one after the other is good", async () => {
    const { machine } = place();
    const agent = machine.create(spec(), [say], true);
    machine.spawn(agent);
    await agent.live(immediately);
    machine.create(spec({ attemptKey: "T/other#1" }), [say], true);
    machine.touch("T", "entered");
    expect(machine.violations).toEqual([]);
  });

  test("what ended, or still runs, is not started again", async () => {
    const { machine } = place();
    const first = machine.create(spec(), [say], true);
    await first.live(immediately);
    machine.create(spec(), [say], true);
    expect(machine.violations).toHaveLength(1);
    const second = machine.create(spec({ attemptKey: "b" }), [hang], true);
    machine.spawn(second);
    await second.live(immediately);
    machine.create(spec({ attemptKey: "b" }), [say], true);
    expect(machine.violations).toHaveLength(2);
  });

  test("two work in no one tree, nobody touches it meanwhile, and it is clean at first", async () => {
    const { machine } = place();
    const first = machine.create(spec(), [edit, hang], true);
    await first.live(immediately);
    machine.touch("T", "entered");
    expect(machine.violations).toHaveLength(1);
    const second = machine.create(spec({ attemptKey: "b" }), [edit], true);
    expect(machine.violations).toHaveLength(2);
    await second.live(immediately);
    expect(machine.violations).toHaveLength(3);
  });

  test("no more at once than the limits allow", () => {
    const { machine } = place();
    const engine = {};
    const limits = { ...defaultSettings.limits, parallel: 2, perModel: { m: { parallel: 1, rpm: null, tpm: null } } };
    const over = machine.calls(engine, "m", limits);
    over();
    machine.calls(engine, "m", limits);
    expect(machine.violations).toEqual([]);
    machine.calls(engine, "m", limits);
    expect(machine.violations).toHaveLength(1);
    machine.calls(engine, "other", limits);
    expect(machine.violations).toHaveLength(2);
  });
});

describe("the world beside the log", () => {
  const withNeed: NewEvent = {
    type: "task.added",
    task: "U",
    data: { spec: taskSpec("U", { needs: ["T"] }), digest: "", settingsDigest: "", pipelineVersion: 1 },
  };
  const ofU = (event: NewEvent): NewEvent => ({ ...event, task: "U" });
  const base = (commit: string): NewEvent => ({
    type: "key.committed",
    task: "U",
    data: { key: "g1/main/base/1", inputs: "", result: { kind: "base", commit } },
  });
  const merged = (commit: string): NewEvent => ({
    type: "merge.done",
    task: "T",
    data: { commit, into: "i", key: "g1/main/merge/1", tip: "" },
  });
  const done: NewEvent = { type: "task.moved", task: "T", data: { from: "QUALITY_GATE", to: "DONE", reason: "" } };

  function wrongWith(
    events: (at: ReturnType<typeof place>) => readonly NewEvent[],
    settings = defaultSettings,
  ): readonly string[] {
    const at = place();
    const all = recorded(events(at));
    const rules = new WorldRules({
      disk: at.disk,
      settings,
      agents: at.machine.agents,
      allAgents: at.machine.agents,
      repository: "repo",
      lateMs: 500,
    });
    for (const event of all) rules.take(event);
    rules.checkBudgets();
    return rules.violations;
  }

  test("a dependant begins after its needs and on their work", () => {
    const next = (disk: Disk, of: string): string => disk.commits.add(disk.filesOf(of), [of]).id;
    expect(
      wrongWith(({ disk, base: first }) => {
        const merge = next(disk, first);
        return [...working, withNeed, merged(merge), done, ofU(moved("NEW", "IMPLEMENTING")), base(next(disk, merge))];
      }),
    ).toEqual([]);
    expect(wrongWith(() => [...working, withNeed, ofU(moved("NEW", "IMPLEMENTING"))])).toHaveLength(1);
    expect(
      wrongWith(({ disk, base: first }) => [...working, withNeed, merged(next(disk, first)), done, base(first)]),
    ).toHaveLength(1);
    expect(
      wrongWith(({ disk, base: first }) => [
        ...working,
        added("U"),
        merged(next(disk, first)),
        ofU(begun),
        base(first),
      ]),
    ).toHaveLength(1);
  });

  test("what an agent wrote is in its commit, and nothing of a reader", async () => {
    const edit = { afterMs: 0, kind: "edit", path: "a.txt", text: "mine" } as const;
    const say = { afterMs: 0, kind: "say", event: { type: "end", outcome: success } } as const;
    for (const [access, text, wrong] of [
      ["write", "mine", 0],
      ["write", "another's", 1],
      ["read", "another's", 0],
      ["read", "mine", 1],
    ] as const) {
      const { disk, machine, base: first } = place();
      await machine.create(spec({ access }), [edit, say], true).live(immediately);
      const commit = disk.commits.add(new Map([["a.txt", text]]), [first]).id;
      const rules = new WorldRules({
        disk,
        settings: defaultSettings,
        agents: machine.agents,
        allAgents: machine.agents,
        repository: "repo",
        lateMs: 500,
      });
      const made: NewEvent = {
        type: "commit.made",
        task: "T",
        data: { commit, base: first, key: "", files: 1, insertions: 1, deletions: 0 },
      };
      const committed: NewEvent = {
        type: "key.committed",
        task: "T",
        data: { key: "g1/main/S1/implement/1", inputs: "", result: { kind: "made", commit } },
      };
      const events = [
        ...calling,
        started(),
        ended(1, { outcome: "success", failure: null }),
        made,
        ...(access === "write" ? [committed] : []),
      ];
      for (const event of recorded(events)) rules.take(event);
      expect(rules.violations).toHaveLength(wrong);
    }
  });

  test("an area is a lock", () => {
    const inArea = (id: string): NewEvent => ({
      type: "task.added",
      task: id,
      data: { spec: taskSpec(id, { area: "x" }), digest: "", settingsDigest: "", pipelineVersion: 1 },
    });
    const both = [
      inArea("T"),
      inArea("U"),
      begun,
      moved("NEW", "IMPLEMENTING"),
      ofU(begun),
      ofU(moved("NEW", "IMPLEMENTING")),
    ];
    expect(wrongWith(() => both)).toEqual([]);
    expect(
      wrongWith(() => both, { ...defaultSettings, limits: { ...defaultSettings.limits, perArea: 1 } }),
    ).toHaveLength(1);
  });

  test("nothing is called while the run is paused", () => {
    const paused: NewEvent = { type: "run.paused", data: { actor: { kind: "person", name: "anna", pid: null } } };
    expect(wrongWith(() => [...calling, paused, started()])).toHaveLength(1);
    expect(wrongWith(() => [...calling, paused, { type: "run.resumed", data: paused.data }, started()])).toEqual([]);
  });

  test("caps hold where they can be made to", () => {
    const cost = (micros: number): number => {
      const { disk, machine } = place();
      machine.create(spec(), [], false).costMicros = micros;
      const models = [modelSettings("m", { adapter: "anthropic", billing: "metered" })];
      const settings = { ...defaultSettings, models, budget: { ...defaultSettings.budget, dayMicros: 1_000 } };
      const rules = new WorldRules({
        disk,
        settings,
        agents: machine.agents,
        allAgents: machine.agents,
        repository: "repo",
        lateMs: 500,
      });
      rules.checkBudgets();
      return rules.violations.length;
    };
    expect([cost(1_000), cost(1_001)]).toEqual([0, 1]);
  });
});

describe("the end", () => {
  const settings = defaultSettings;
  const told = (disk: Disk, commit: string): readonly RecordedEvent[] => {
    disk.branches.set(settings.git.mergeInto, commit);
    return recorded([{ type: "merge.done", task: "T", data: { commit, into: "i", key: "g1/main/merge/1", tip: "" } }]);
  };

  test("each merge stands once on the integration branch, and is known", () => {
    const { disk, base } = place();
    const merge = disk.commits.add(new Map(), [base], "T/g1/main/merge/1", "T").id;
    const events = told(disk, merge);
    expect(mergesAtEnd({ disk, settings }, events)).toEqual([]);
    expect(mergesAtEnd({ disk, settings }, [])).toHaveLength(1);
    disk.branches.set(settings.git.mergeInto, disk.commits.add(new Map(), [merge], "T/g1/main/merge/1", "T").id);
    expect(mergesAtEnd({ disk, settings }, events)).toHaveLength(1);
    disk.branches.set(settings.git.mergeInto, base);
    expect(mergesAtEnd({ disk, settings }, events)).toHaveLength(1);
  });

  test("a change is committed once", () => {
    const { disk, base } = place();
    disk.commits.add(new Map(), [base], "T/g1/main/S1/implement/1", "T");
    expect(madeTwice({ disk })).toEqual([]);
    disk.commits.add(new Map(), [base], "T/g1/main/S1/implement/1", "T");
    expect(madeTwice({ disk })).toHaveLength(1);
  });
});

test("a task that nobody works on is seen after a minute and a quarter, unless something is in the way", () => {
  const row = (
    id: string,
    more: { readonly needs?: readonly string[]; readonly state?: "NEW" | "CODE_REVIEW" } = {},
  ) => ({
    id,
    generation: 1,
    state: more.state ?? "CODE_REVIEW",
    spec: taskSpec(id, { needs: more.needs ?? [] }),
  });
  const seenAfter = (ms: number, rows: readonly ReturnType<typeof row>[], owned: readonly string[] = []): number => {
    const rule = new IdleRule({ limits: { ...defaultSettings.limits, parallel: 1 } });
    for (const nowMs of [0, ms]) rule.look(rows, (task) => owned.includes(task), nowMs);
    return rule.violations.length;
  };
  expect(seenAfter(80_000, [row("T")])).toBe(1);
  expect(seenAfter(60_000, [row("T")])).toBe(0);
  expect(seenAfter(80_000, [row("T")], ["T"])).toBe(0);
  expect(seenAfter(80_000, [row("T"), row("U")], ["U"])).toBe(0);
  expect(seenAfter(80_000, [row("T"), row("U", { state: "NEW", needs: ["T"] })], ["T"])).toBe(0);
  const rule = new IdleRule(defaultSettings);
  for (const nowMs of [0, 80_000]) rule.holds([{ id: "h" }], nowMs);
  expect(rule.violations).toHaveLength(1);
});
