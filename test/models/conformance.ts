import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { errorTypes, type ErrorReason, type ErrorType } from "../../src/domain/failure.ts";
import type { CallLimits } from "../../src/engine/waiting/limits.ts";
import type {
  ApprovalDecision,
  CallEvent,
  CallSpec,
  ModelAdapter,
  ProcessRecord,
} from "../../src/engine/ports/adapter.ts";
import { isAlive } from "../../src/processes/identity.ts";
import { contentOf, endAfterTest } from "../processes/scratch.ts";
import { bytes, text, type Act } from "./acts.ts";
import { callSpec, committed, said, schema, seen, seenUnder, textOf, type Seen, type SeenUnder } from "./call-spec.ts";
import { until } from "../until.ts";

/** An adapter with a model of its kind that does as it is told. */
export interface Subject {
  readonly name: string;
  /** Cases its models cannot be made to play, with the reason. */
  readonly leavesOut: Readonly<Partial<Record<CaseName, string>>>;
  /** What its program's words for a kind of error say beyond the kind; nothing where it is not named. */
  readonly reasons?: Readonly<Partial<Record<ErrorType, ErrorReason>>>;
  /** It asks for an answer that does not fit once more by itself, so that nobody else need. */
  readonly repairs?: true;
  /** The adapter, and the call as it must be for its model to do these acts. */
  readonly play: (acts: readonly Act[], spec: CallSpec) => { readonly adapter: ModelAdapter; readonly spec: CallSpec };
  /** The same in an engine of its own, which is killed as soon as `ready` resolves. Only with durable output. */
  readonly orphan?: (
    acts: readonly Act[],
    spec: CallSpec,
    ready: () => Promise<void>,
  ) => Promise<{ readonly process: ProcessRecord; readonly spec: CallSpec }>;
}

interface Case {
  readonly name: string;
  readonly run: (subject: Subject) => Promise<void>;
}

const asReviewer = (): CallSpec => callSpec({ role: "code_reviewer", schema, access: "read" });

/** Lets the model act to its end. */
async function play(subject: Subject, acts: readonly Act[], spec: CallSpec = callSpec()): Promise<Seen> {
  const prepared = subject.play(acts, spec);
  const running = prepared.adapter.start(prepared.spec, async (record) => endAfterTest(record));
  return await seen(running);
}

/** Lets it ask for a command, and answers. */
async function playAnswering(
  subject: Subject,
  decision: ApprovalDecision,
): Promise<Seen & { readonly asked: readonly CallEvent[] }> {
  const { adapter, spec } = subject.play(
    [{ act: "ask", command: "npm install x" }],
    callSpec({ permissions: "edits" }),
  );
  const running = adapter.start(spec, async (record) => endAfterTest(record));
  const all = await seen(running, (event) => {
    if (event.type === "approval") running.respond(event.id, decision, decision === "deny" ? "rather not" : null);
  });
  return { ...all, asked: ofType(all.events, "approval") };
}

/** The same under time limits. */
async function playUnder(
  subject: Subject,
  acts: readonly Act[],
  limits: CallLimits,
  begins: readonly CallEvent["type"][] | null = null,
): Promise<SeenUnder> {
  const { adapter, spec } = subject.play(acts, callSpec({ limits }));
  return seenUnder(
    adapter.start(spec, async (record) => endAfterTest(record)),
    limits,
    begins,
  );
}

const ofType = <T extends CallEvent["type"]>(
  events: readonly CallEvent[],
  type: T,
): readonly Extract<CallEvent, { type: T }>[] =>
  events.filter((event): event is Extract<CallEvent, { type: T }> => event.type === type);

const never = Infinity;
const good: Act = { act: "answer", value: { verdict: "approve" } };

const cases = [
  {
    name: "success",
    run: async (subject) => {
      const { outcome, events } = await play(subject, [text("All is done.")]);
      expect(outcome).toEqual({ kind: "success", text: "All is done.", answer: null, failure: null });
      expect(textOf(events).trimEnd()).toBe("All is done.");
    },
  },
  {
    name: "the text is streamed and is whole at the end",
    run: async (subject) => {
      const lines = Array.from({ length: 50 }, (_, index) => `line ${index} é 漢 \u{1f600}`);
      const { outcome, events } = await play(subject, lines.map(text));
      expect(ofType(events, "text").length).toBeGreaterThan(10);
      expect(outcome.text.split("\n")).toEqual(lines);
      expect(textOf(events).trimEnd()).toBe(outcome.text);
    },
  },
  {
    name: "a structured answer",
    run: async (subject) => {
      const value = { verdict: "changes", findings: [{ severity: "major", text: 'a "}" {' }] };
      const { outcome } = await play(subject, [text("I have looked {at it}."), { act: "answer", value }], asReviewer());
      expect(outcome).toMatchObject({ kind: "success", answer: value, failure: null });
    },
  },
  {
    name: "a structured answer of the wrong shape is handed on as it is",
    run: async (subject) => {
      const { outcome } = await play(subject, [{ act: "answer", value: { steps: "none" } }], asReviewer());
      expect(outcome).toMatchObject({ kind: "success", answer: { steps: "none" } });
    },
  },
  {
    name: "no structured answer",
    run: async (subject) => {
      const { outcome } = await play(subject, [text("I would rather not.")], asReviewer());
      expect(outcome).toMatchObject({
        kind: "error",
        text: "I would rather not.",
        answer: null,
        failure: { type: "parse", reason: "no_answer", retryable: subject.repairs !== true },
      });
    },
  },
  {
    name: "no answer at all",
    run: async (subject) => {
      const { outcome } = await play(
        subject,
        [{ act: "text", text: "" }],
        callSpec({ role: "synthesizer", access: "read" }),
      );
      expect(outcome).toMatchObject({ kind: "error", text: "", failure: { type: "parse", reason: "no_answer" } });
    },
  },
  {
    name: "an implementer may say nothing",
    run: async (subject) => {
      const { outcome } = await play(subject, [{ act: "edit", path: "a.txt", text: "x" }]);
      expect(outcome).toMatchObject({ kind: "success", failure: null });
    },
  },
  {
    name: "tools begin and end",
    run: async (subject) => {
      const spec = callSpec();
      const { events } = await play(
        subject,
        [{ act: "edit", path: "b/a.txt", text: "x" }, { act: "edit", path: "c.txt", text: "y" }, text("done")],
        spec,
      );
      const tools = ofType(events, "tool");
      expect(tools.map(({ state }) => state)).toEqual(["start", "end", "start", "end"]);
      expect(tools.map(({ detail }) => detail)).toEqual(["b/a.txt", "b/a.txt", "c.txt", "c.txt"]);
      expect(tools[0]?.id).toBe(tools[1]?.id);
      expect(readFileSync(join(spec.workdir, "b/a.txt"), "utf8")).toBe("x");
    },
  },
  {
    name: "usage",
    run: async (subject) => {
      const { events } = await play(subject, [text("done"), { act: "usage", input: 120, output: 30 }]);
      expect(ofType(events, "usage").map(({ usage }) => usage)).toEqual([
        { input: 120, output: 30, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
      ]);
    },
  },
  {
    name: "cost",
    run: async (subject) => {
      const { events } = await play(subject, [text("done"), { act: "cost", usd: 0.0123 }]);
      expect(ofType(events, "cost").map(({ cost }) => cost)).toEqual([{ micros: 12_300, source: "reported" }]);
    },
  },
  {
    name: "an approval is asked and given",
    run: async (subject) => {
      const { outcome, asked } = await playAnswering(subject, "allow_once");
      expect(asked).toMatchObject([{ type: "approval", command: "npm install x" }]);
      expect(outcome).toMatchObject({ kind: "success", text: "allowed", failure: null });
    },
  },
  {
    name: "an approval is asked and denied, and the agent goes on",
    run: async (subject) => {
      const { outcome, asked } = await playAnswering(subject, "deny");
      expect(asked).toHaveLength(1);
      expect(outcome).toMatchObject({ kind: "success", failure: null });
      expect(outcome.text).toMatch(/^denied: /);
    },
  },
  {
    name: "the session",
    run: async (subject) => {
      const { events } = await play(subject, [{ act: "session", session: "s-1" }, text("done")]);
      expect(said(events)[0]).toEqual({ type: "session", session: "s-1" });
    },
  },
  ...errorTypes.map((type) => ({
    name: `the error ${type}` as const,
    run: async (subject: Subject) => {
      const { outcome } = await play(subject, [text("first"), { act: "error", type, message: "it broke" }]);
      const retryable = !["auth", "invalid_request", "not_found"].includes(type);
      expect(outcome.kind).toBe("error");
      const reason = subject.reasons?.[type] ?? null;
      expect(outcome.failure).toMatchObject({ type, reason, retryable, retryAfterMs: null, resetAtMs: null });
      expect(outcome.failure?.message).toContain("it broke");
    },
  })),
  {
    name: "a limit with its reset",
    run: async (subject) => {
      const resetAtMs = Date.now() + 3_600_000;
      const { outcome } = await play(subject, [
        { act: "error", type: "rate_limit", reason: "plan_limit", message: "used up", resetAtMs },
      ]);
      expect(outcome.failure).toMatchObject({ type: "rate_limit", reason: "plan_limit" });
      expect(Math.abs((outcome.failure?.resetAtMs ?? 0) - resetAtMs)).toBeLessThan(60_000);
    },
  },
  {
    name: "how long to wait",
    run: async (subject) => {
      const { outcome } = await play(subject, [
        { act: "error", type: "overloaded", message: "busy", retryAfterMs: 2_500 },
      ]);
      expect(outcome.failure).toMatchObject({ type: "overloaded", retryAfterMs: 2_500 });
    },
  },
  {
    name: "an error of the account and an exit code of success",
    run: async (subject) => {
      const { outcome } = await play(
        subject,
        [{ act: "error", type: "auth", reason: "bad_key", message: "no" }, good, { act: "exit", code: 0 }],
        asReviewer(),
      );
      expect(outcome).toMatchObject({ kind: "error", failure: { type: "auth", reason: "bad_key" } });
    },
  },
  {
    name: "a whole answer and an exit code of failure",
    run: async (subject) => {
      const { outcome } = await play(subject, [good, { act: "end" }, { act: "exit", code: 3 }], asReviewer());
      expect(outcome).toMatchObject({ kind: "success", answer: { verdict: "approve" } });
    },
  },
  {
    name: "a whole answer of one that does not go",
    run: async (subject) => {
      const { adapter, spec } = subject.play([good, { act: "end" }, text("more"), { act: "hang" }], asReviewer());
      const records: ProcessRecord[] = [];
      const { outcome } = await seen(adapter.start(spec, async (record) => void records.push(record)));
      expect(outcome).toMatchObject({ kind: "success", answer: { verdict: "approve" } });
      expect(outcome.text).not.toContain("more");
      expect(records.map(isAlive)).toEqual([false]);
    },
  },
  {
    name: "killed",
    run: async (subject) => {
      const { outcome } = await play(subject, [text("half of"), { act: "die", signal: "SIGKILL" }]);
      expect(outcome).toMatchObject({
        kind: "error",
        text: "half of",
        failure: { type: "api", reason: "crash", retryable: true },
      });
    },
  },
  {
    name: "crashed",
    run: async (subject) => {
      const { outcome } = await play(subject, [good, { act: "exit", code: 9 }], asReviewer());
      expect(outcome).toMatchObject({
        kind: "error",
        answer: null,
        failure: { type: "api", reason: "crash", retryable: true },
      });
      expect(outcome.failure?.message).toContain("9");
    },
  },
  {
    name: "a stream that is cut",
    run: async (subject) => {
      const { outcome } = await play(
        subject,
        [bytes('{"verdict":"appro'), { act: "die", signal: "SIGTERM" }],
        asReviewer(),
      );
      expect(outcome).toMatchObject({ kind: "error", answer: null, failure: { type: "api", reason: "crash" } });
    },
  },
  {
    name: "a stream that is cut, and an exit code of success",
    run: async (subject) => {
      const { outcome } = await play(subject, [bytes('{"verdict":"appro'), { act: "exit", code: 0 }], asReviewer());
      expect(outcome).toMatchObject({ kind: "error", failure: { type: "parse" } });
    },
  },
  {
    name: "noise",
    run: async (subject) => {
      const noise = [
        '{"type":"later"}',
        '{"type":17}',
        "[]",
        "null",
        "{{{",
        "\u0000\u0001\u001b[2J",
        "warning: {old}",
        "",
        "\r",
        '{"type":"usage","input":"x"}',
      ];
      const { outcome } = await play(
        subject,
        [bytes(`${noise.join("\n")}\n`), bytes("trouble\u0000\n", { stream: 2 }), good],
        asReviewer(),
      );
      expect(outcome).toMatchObject({ kind: "success", answer: { verdict: "approve" } });
    },
  },
  {
    name: "bytes that are no text",
    run: async (subject) => {
      const { outcome } = await play(
        subject,
        [bytes(Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x0a, 0xed, 0xa0, 0x80, 0x0a])), good],
        asReviewer(),
      );
      expect(outcome).toMatchObject({ kind: "success", answer: { verdict: "approve" } });
    },
  },
  {
    name: "a giant line",
    run: async (subject) => {
      const { outcome } = await play(
        subject,
        [bytes("a".repeat(1024 * 1024), { times: 6 }), bytes("\n"), good],
        asReviewer(),
      );
      expect(outcome).toMatchObject({ kind: "success", answer: { verdict: "approve" } });
    },
  },
  {
    name: "cancelled",
    run: async (subject) => {
      const { adapter, spec } = subject.play([text("first"), { act: "hang" }], callSpec());
      const records: ProcessRecord[] = [];
      const running = adapter.start(spec, async (record) => void records.push(record));
      const cancelled: Promise<void>[] = [];
      const { outcome } = await seen(running, (event) => {
        if (event.type === "text") cancelled.push(running.cancel("stop"));
      });
      await Promise.all(cancelled);
      expect(outcome).toMatchObject({ kind: "cancelled", answer: null, failure: null });
      expect(records.some(isAlive)).toBe(false);
      await running.cancel("stop");
    },
  },
  {
    name: "cancelled before it began",
    run: async (subject) => {
      const { adapter, spec } = subject.play([text("first"), { act: "edit", path: "a.txt", text: "x" }], callSpec());
      const running = adapter.start(spec, async (record) => endAfterTest(record));
      await running.cancel("stop");
      expect((await seen(running)).outcome.kind).toBe("cancelled");
      expect(existsSync(join(spec.workdir, "a.txt"))).toBe(false);
    },
  },
  {
    name: "no sign of life",
    run: async (subject) => {
      const { reached, outcome } = await playUnder(subject, [{ act: "hang" }], {
        startupMs: 250,
        idleMs: never,
        wallMs: never,
      });
      expect([reached, outcome.kind]).toEqual(["startup", "cancelled"]);
    },
  },
  {
    name: "no more signs of life",
    run: async (subject) => {
      const limits = { startupMs: never, idleMs: 500, wallMs: never };
      const { reached, outcome } = await playUnder(subject, [text("hello"), { act: "hang" }], limits, ["text"]);
      expect([reached, outcome.kind]).toEqual(["idle", "cancelled"]);
      expect(outcome.text).toBe("hello");
    },
  },
  {
    name: "too long in all, while a tool runs",
    run: async (subject) => {
      const acts: readonly Act[] = [{ act: "tool", name: "build", state: "start" }, { act: "hang" }];
      const { reached, outcome } = await playUnder(
        subject,
        acts,
        { startupMs: never, idleMs: 400, wallMs: 1_200 },
        // A scripted model is kept busy by its words alone.
        ["tool", "text"],
      );
      expect([reached, outcome.kind]).toEqual(["wall", "cancelled"]);
    },
  },
  {
    name: "it moves HEAD",
    run: async (subject) => {
      const spec = callSpec();
      const { outcome } = await play(subject, [{ act: "commit" }, text("done")], spec);
      expect(outcome).toMatchObject({ kind: "success", text: "done" });
      expect(existsSync(join(spec.workdir, ".git/HEAD"))).toBe(true);
    },
  },
  ...([true, false] as const).map((isAlive) => ({
    name: isAlive
      ? ("adopted alive, it says what it would have said" as const)
      : ("adopted when it is over, it says what it would have said" as const),
    run: async (subject: Subject) => {
      const acts = (go: string, over: string): readonly Act[] => [
        { act: "session", session: "s-9" },
        text("one"),
        { act: "tool", name: "build", state: "start" },
        { act: "until", file: go },
        { act: "tool", name: "build", state: "end" },
        { act: "usage", input: 5, output: 6 },
        { act: "cost", usd: 0.5 },
        { act: "edit", path: over, text: "x" },
        good,
      ];
      const live = asReviewer();
      writeFileSync(join(live.folder, "go"), "");
      const undisturbed = await play(subject, acts(join(live.folder, "go"), "over"), live);
      const fresh = asReviewer();
      const go = join(fresh.folder, "go");
      const hasSpoken = async (): Promise<void> => {
        await contentOf(join(fresh.folder, "stdout"), /build/);
      };
      const { orphan } = subject;
      if (orphan === undefined) throw new Error(`${subject.name} cannot lose its engine`);
      const { process, spec } = await orphan(acts(go, "over"), fresh, hasSpoken);
      if (!isAlive) await finish(spec, go);
      const { adapter } = subject.play([], spec);
      const adopted = seen(adapter.start({ ...spec, start: { kind: "adopt", process, session: null } }, committed));
      if (isAlive) writeFileSync(go, "");
      const { events, outcome } = await adopted;
      expect(said(events)).toEqual(said(undisturbed.events));
      expect(outcome).toMatchObject({ kind: "success", answer: { verdict: "approve" } });
    },
  })),
] as const satisfies readonly Case[];

export type CaseName = (typeof cases)[number]["name"];

/** What those leave out whose programs have nobody to ask while they run. */
export const asksNobody = {
  "an approval is asked and given": "it asks nobody while it runs",
  "an approval is asked and denied, and the agent goes on": "it asks nobody while it runs",
} as const satisfies Subject["leavesOut"];

/** Lets an orphan go on to its exit. */
async function finish(spec: CallSpec, go: string): Promise<void> {
  writeFileSync(go, "");
  await until("its exit", () => existsSync(join(spec.folder, "exit")));
}

/** What every adapter must do alike. */
export function conforms(subject: Subject): void {
  describe(`${subject.name} conforms`, () => {
    test.for(cases)("$name", async (one, { skip }) => {
      const reason = subject.leavesOut[one.name];
      if (reason !== undefined) skip(reason);
      await one.run(subject);
      expect.hasAssertions();
    });
  });
}
