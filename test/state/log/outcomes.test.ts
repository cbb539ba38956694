import { expect, test } from "vitest";

import type { NewEvent } from "../../../src/domain/events.ts";
import type { TaskState } from "../../../src/domain/task.ts";
import type { OpenLedger } from "../../../state/open-ledger.ts";
import {
  attemptEnded,
  attemptStarted,
  committed,
  event,
  moves,
  openMemory,
  repository,
  run,
  started,
} from "../sample.ts";

interface Called {
  readonly role: "planner" | "implementer" | "code_reviewer";
  readonly model: string;
  readonly result: NonNullable<Parameters<typeof committed>[2]>;
  readonly generation?: number;
}

let calls = 0;

/** A call that brought a result, and its key. */
function called(task: string, key: string, { role, model, result, generation = 1 }: Called): NewEvent[] {
  const call = `${task}-${(calls += 1)}`;
  const full = `g${generation}/${key}`;
  return [
    event(
      "call.started",
      { key: full, role, round: Number(/\d+$/.exec(key)?.[0] ?? 1), generation, promptHash: "h" },
      { task, call },
    ),
    attemptStarted(task, call, 1, { model }),
    attemptEnded(task, call, 1, { model }),
    event("call.ended", { outcome: "success", failure: null, model, attempts: 1 }, { task, call }),
    committed(task, full, result),
  ];
}

const made = (task: string, key: string, model: string, generation = 1): NewEvent[] =>
  called(task, key, { role: "implementer", model, generation, result: { kind: "made", model } });

function reviewed(task: string, key: string, model: string, approved: boolean, more: object = {}): NewEvent[] {
  const result = { kind: "reviewed", approved, model, summary: "", findings: [], stop: null, ...more };
  return called(task, key, { role: "code_reviewer", model, result });
}

const finding = (state: "open" | "closed", reviewer: string): object => ({
  findings: [
    { id: "F1", subject: "S1", severity: "major", file: null, line: null, text: "", state, round: 1, reviewer },
  ],
});

const gate = (task: string, n: number, green: boolean, generation = 1): NewEvent =>
  committed(task, `g${generation}/main/gate-1/${n}`, {
    green,
    failed: green ? [] : [{ name: "unit" }],
    environment: [],
  });

const put = (ledger: OpenLedger, ...events: readonly NewEvent[]): Promise<unknown> =>
  ledger.log.append({ repository, run, events });

const working: readonly TaskState[] = ["NEW", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE"];
const merged = (task: string, commit: string, generation = 1): NewEvent[] => [
  event("merge.done", { commit, into: "integration", key: `g${generation}/main/merge/1`, tip: "t" }, { task }),
  ...moves(task, "QUALITY_GATE", "DONE"),
];

/** In words, oldest first; and the same after the log was folded again. */
async function told(ledger: OpenLedger, task: string): Promise<readonly string[]> {
  const list = async (): Promise<readonly string[]> =>
    (await ledger.outcomes.list(repository, { task })).map(
      ({ unit, role, model, y, why, corrections }) =>
        `${unit} ${role} ${model}: ${y ?? "-"} ${why}${corrections.length === 0 ? "" : ` (${corrections.length})`}`,
    );
  const before = await list();
  ledger.rebuild();
  expect(await list()).toEqual(before);
  expect(ledger.checkIntegrity()).toEqual([]);
  return before;
}

test("a task that is done says what held: its steps, its fix, and reviewers by what came of their words", async () => {
  const { ledger } = openMemory();
  await started(ledger, "A");
  await put(
    ledger,
    ...moves("A", ...working),
    ...made("A", "main/S1/implement/1", "ann"),
    ...reviewed("A", "main/S1/review/1", "bob", false, finding("open", "bob")),
    ...made("A", "main/S1/implement/2", "ann"),
    ...reviewed("A", "main/S1/review/2", "bob", true, finding("closed", "bob")),
    ...made("A", "main/S2/implement/1", "ann"),
    ...reviewed("A", "main/S2/review/1", "cy", true),
    gate("A", 1, false),
    ...made("A", "main/fix-1-1/implement/1", "dee"),
    ...reviewed("A", "main/fix-1-1/review/1", "bob", true),
    gate("A", 2, true),
  );
  expect(await told(ledger, "A")).toEqual([]);
  await put(ledger, ...merged("A", "m1"));
  expect(await told(ledger, "A")).toEqual([
    "g1/main/S1 implementer ann: 1 merged",
    "g1/main/S1 code_reviewer bob: 1 1 of 1 blocking findings held",
    "g1/main/S2 implementer ann: 1 merged",
    "g1/main/S2 code_reviewer cy: 0 approved, then its checks were red",
    "g1/main/fix-1-1 implementer dee: 1 merged",
    "g1/main/fix-1-1 code_reviewer bob: 1 approved, and it held",
  ]);
  expect((await ledger.outcomes.list(repository, { role: "implementer" }))[0]).toMatchObject({
    rounds: 2,
    gateFailures: 1,
    tokens: 240,
    durationMs: 200,
    commit: "m1",
    cost: { micros: 20_000, source: "reported" },
  });
});

test("what was begun anew with another model did not hold; the next generation says it for what it kept", async () => {
  const { ledger } = openMemory();
  await started(ledger, "A");
  const planned = { kind: "planned", model: "pat" };
  await put(
    ledger,
    ...moves("A", "NEW", "PLANNING", "PLAN_REVIEW", "PLAN_APPROVED", "IMPLEMENTING"),
    ...called("A", "main/plan/1", { role: "planner", model: "pat", result: planned }),
    ...made("A", "main/S1/implement/1", "ann"),
  );
  const restarted = { generation: 2, keep: ["main/plan/1"], to: "IMPLEMENTING", commit: null, text: null } as const;
  await put(ledger, event("task.restarted", { ...restarted, reason: "retried", model: "bob" }, { task: "A" }));
  expect(await told(ledger, "A")).toEqual(["g1/main/S1 implementer ann: 0 a person chose another model"]);
  await put(
    ledger,
    ...made("A", "main/S1/implement/1", "bob", 2),
    ...moves("A", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE"),
    ...merged("A", "m1", 2),
  );
  expect(await told(ledger, "A")).toEqual([
    "g1/main/S1 implementer ann: 0 a person chose another model",
    "g1/main/plan planner pat: 1 merged",
    "g2/main/S1 implementer bob: 1 merged",
  ]);
});

test("work that failed and was merged after all is corrected, never recorded twice", async () => {
  const { ledger } = openMemory();
  await started(ledger, "A");
  await put(ledger, ...moves("A", ...working), ...made("A", "main/S1/implement/1", "ann"), gate("A", 1, false));
  const failure = { type: "gate", reason: "checks", message: "the checks stayed red" };
  await put(ledger, event("task.moved", { from: "QUALITY_GATE", to: "FAILED", reason: "red", failure }, { task: "A" }));
  expect(await told(ledger, "A")).toEqual(["g1/main/S1 implementer ann: 0 checks stayed red"]);
  const keep = ["main/S1/implement/1"];
  await put(
    ledger,
    ...moves("A", "FAILED", "NEW", "IMPLEMENTING"),
    event(
      "task.restarted",
      { generation: 2, keep, reason: "retried", to: "IMPLEMENTING", commit: null, model: null, text: null },
      { task: "A" },
    ),
    ...moves("A", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE"),
    ...merged("A", "m1", 2),
  );
  expect(await told(ledger, "A")).toEqual(["g1/main/S1 implementer ann: 1 merged (1)"]);
});

test("what is undone is corrected where it held by that merge; who could not be asked is no failure", async () => {
  const { ledger } = openMemory();
  await started(ledger, "A");
  const limit = { type: "rate_limit", reason: "plan_limit", message: "", retryable: true } as const;
  await put(
    ledger,
    ...moves("A", ...working),
    event(
      "call.started",
      { key: "g1/main/S1/implement/1", role: "implementer", round: 1, generation: 1, promptHash: "h" },
      { task: "A", call: "c" },
    ),
    attemptStarted("A", "c", 1, { model: "ann" }),
    attemptEnded("A", "c", 1, {
      model: "ann",
      outcome: "error",
      failure: { ...limit, retryAfterMs: null, resetAtMs: null },
    }),
    attemptStarted("A", "c", 2, { model: "bob" }),
    attemptEnded("A", "c", 2, { model: "bob" }),
    committed("A", "g1/main/S1/implement/1", { kind: "made", model: "bob" }),
    ...merged("A", "m1"),
  );
  await put(ledger, event("merge.reverted", { commit: "r", of: "another" }, { task: "A" }));
  expect(await told(ledger, "A")).toEqual([
    "g1/main/S1 implementer ann: - rate limit",
    "g1/main/S1 implementer bob: 1 merged",
  ]);
  await put(ledger, event("merge.reverted", { commit: "r", of: "m1" }, { task: "A" }));
  expect(await told(ledger, "A")).toEqual([
    "g1/main/S1 implementer ann: - rate limit",
    "g1/main/S1 implementer bob: 0 reverted (1)",
  ]);
  expect(await ledger.outcomes.counts(repository)).toEqual([
    { model: "ann", role: "implementer", held: 0, failed: 0, silent: 1 },
    { model: "bob", role: "implementer", held: 0, failed: 1, silent: 0 },
  ]);
});

test("what was told at its end is not told again when it is begun anew", async () => {
  const { ledger } = openMemory();
  await started(ledger, "A");
  await put(ledger, ...moves("A", ...working), ...made("A", "main/S1/implement/1", "ann"));
  const end = {
    from: "QUALITY_GATE",
    to: "FAILED",
    reason: "r",
    failure: { type: "gate", reason: null, message: "" },
  } as const;
  await put(ledger, event("task.moved", end, { task: "A" }));
  expect(await told(ledger, "A")).toHaveLength(1);
  await put(
    ledger,
    ...moves("A", "FAILED", "NEW"),
    event(
      "task.restarted",
      { generation: 2, keep: [], reason: "retried", to: "NEW", commit: null, model: "bob", text: null },
      { task: "A" },
    ),
  );
  expect(await told(ledger, "A")).toHaveLength(1);
});
