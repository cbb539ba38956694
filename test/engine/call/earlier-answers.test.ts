import { expect, test } from "vitest";

import { failure } from "../../../src/domain/failure.ts";
import { asksPlace } from "../../../src/domain/ids.ts";
import { roles, type Role } from "../../../src/domain/task.ts";
import { withAsk, type AskedCall, type AskParts } from "../../../src/engine/ask/open-ask.ts";
import type { CallRequest } from "../../../src/engine/attempt/call-request.ts";
import type { CallSpec, ModelAdapter } from "../../../src/engine/ports/adapter.ts";
import type { KeptOutcome } from "../../../src/engine/ports/call-files.ts";
import type { KeptAnswer } from "../../../src/engine/ports/kept-answers.ts";
import { CallStream } from "../../../src/models/call-stream.ts";
import { model, settings } from "../../policy/sample.ts";
import { openMemory, owner } from "../../state/sample.ts";

const capabilities = {
  streaming: true,
  session: "none",
  resume: false,
  schema: true,
  approvals: false,
  readOnly: true,
  implements: true,
  durableOutput: false,
  costControl: "before",
} as const;

/** One model that may be asked once a minute, which says how often it was asked, and what it has answered so far. */
function world() {
  const { ledger, clock } = openMemory();
  const asked: CallSpec[] = [];
  const kept = new Map<string, KeptAnswer>();
  const outcomes = new Map<string, KeptOutcome>();
  const adapter: ModelAdapter = {
    name: "scripted",
    capabilities,
    start: (spec) => {
      asked.push(spec);
      const stream = new CallStream(() => Promise.resolve());
      const usage = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
      stream.push({ type: "usage", usage, raw: {} });
      stream.push({ type: "cost", cost: { micros: 70, source: "reported" } });
      stream.end({ kind: "success", text: `answer ${asked.length}`, answer: { n: asked.length }, failure: null });
      return {
        [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
        cancel: () => Promise.resolve(),
        respond: () => undefined,
      };
    },
  };
  let ids = 0;
  const given = settings({
    models: [model("m", { adapter: "scripted", billing: "metered" })],
    roles: Object.fromEntries(roles.map((role) => [role, ["m"]])),
  });
  const parts: AskParts = {
    ledger,
    scratch: { tail: () => undefined, tool: () => undefined, read: () => null },
    answers: {
      get: (key) => Promise.resolve(kept.get(key) ?? null),
      put: (key, answer) => Promise.resolve(void kept.set(key, answer)),
    },
    clock: {
      now: () => clock.now(),
      wait: (_ms, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve())),
    },
    random: () => 0,
    newId: () => `id${(ids += 1)}`,
    adapters: new Map([["scripted", adapter]]),
    files: {
      folder: (_run, call, attempt, rerun) => Promise.resolve(`/${call}/${attempt}.${rerun}`),
      writeOutcome: (folder, outcome) => Promise.resolve(void outcomes.set(folder, outcome)),
      readOutcome: (folder) => Promise.resolve(outcomes.get(folder) ?? null),
    },
    settings: () => given,
    day: () => "2030-01-01",
    endProcess: () => Promise.resolve(),
    owner: owner(1),
    isDead: () => false,
  };
  const ask = (id: string, role: Role, more: Partial<CallRequest> = {}): Promise<AskedCall> =>
    withAsk(parts, id, new AbortController().signal, (open) =>
      open.call({
        key: "ask/x",
        role,
        step: null,
        round: 1,
        workdir: "/f",
        access: "read",
        base: null,
        prompt: { text: "the question", schema: null, hash: "h" },
        prepare: () => Promise.resolve(),
        check: () => null,
        authors: [],
        session: null,
        struggles: { rejections: 0, gateFailures: 0 },
        exclude: [],
        grantedMicros: 0,
        forced: "m",
        ...more,
        giveUpAtMs: Infinity,
      }),
    );
  return { ledger, asked, kept, ask };
}

const textOf = ({ result }: AskedCall): string | null => (result?.kind === "success" ? result.text : null);

test("an analyst and a synthesizer are asked the same once; then it costs nothing and reserves nothing", async () => {
  for (const role of ["analyst", "synthesizer"] as const) {
    const { ledger, asked, ask } = world();
    expect(textOf(await ask("one", role))).toBe("answer 1");
    const head = await ledger.log.head();
    const again = await ask("two", role);
    expect([textOf(again), asked.length]).toEqual(["answer 1", 1]);
    expect(again.row?.call).toMatchObject({ cost: { micros: 0, source: "cached" }, attempts: 0, outcome: "success" });
    const events = await ledger.log.since(head, { repository: asksPlace });
    expect(events.map(({ type }) => type).filter((type) => type.startsWith("budget."))).toEqual([]);
    expect(events.find(({ type }) => type === "route.decided")).toMatchObject({
      data: { reason: expect.stringContaining("an earlier answer of it is taken, nothing is asked") as unknown },
    });
    expect(ledger.checkIntegrity()).toEqual([]);
  }
});

test("nobody else is answered by what was said before, but a person who says so", async () => {
  for (const role of ["planner", "plan_reviewer", "implementer", "code_reviewer", "ask"] as const) {
    const { asked, ask } = world();
    await ask("one", role);
    await ask("two", role);
    expect(asked).toHaveLength(2);
  }
  const { asked, ask } = world();
  for (const id of ["one", "two"]) await ask(id, "ask", { mayBeEarlier: true });
  expect(asked).toHaveLength(1);
});

test("another question, form of answer or tree is asked", async () => {
  const { asked, ask } = world();
  const tree = (id: string) => ({ tree: () => Promise.resolve(id) });
  await ask("one", "analyst", tree("t1"));
  await ask("two", "analyst", { ...tree("t1"), prompt: { text: "another", schema: null, hash: "h" } });
  await ask("three", "analyst", { ...tree("t1"), prompt: { text: "the question", schema: {}, hash: "h" } });
  await ask("four", "analyst", tree("t2"));
  expect(asked).toHaveLength(4);
  await ask("five", "analyst", tree("t2"));
  expect(asked).toHaveLength(4);
});

test("an answer that did not fit, and one that was mended, are not kept", async () => {
  const { asked, kept, ask } = world();
  const check = (): ReturnType<CallRequest["check"]> =>
    asked.length < 2 ? failure("parse", "no", { reason: "bad_schema" }) : null;
  expect(textOf(await ask("one", "synthesizer", { check }))).toBe("answer 2");
  expect([asked.length, kept.size]).toEqual([2, 0]);
  // One that does not fit any more is asked anew.
  await ask("two", "synthesizer");
  expect([asked.length, kept.size]).toEqual([3, 1]);
  const isNew = (outcome: { readonly text: string }): ReturnType<CallRequest["check"]> =>
    outcome.text === "answer 3" ? failure("parse", "no", { reason: "bad_schema" }) : null;
  expect(textOf(await ask("three", "synthesizer", { check: isNew }))).toBe("answer 4");
});

test("who crashed after an earlier answer was taken gets the same again, whatever became of what is kept", async () => {
  const { ledger, asked, kept, ask } = world();
  await ask("one", "analyst");
  const before = await ask("two", "analyst");
  kept.clear();
  const head = await ledger.log.head();
  const after = await ask("two", "analyst");
  expect([after.result, asked.length]).toEqual([before.result, 1]);
  expect((await ledger.log.since(head, { repository: asksPlace })).map(({ type }) => type)).not.toContain(
    "call.started",
  );
});
