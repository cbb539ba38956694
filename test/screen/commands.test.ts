import { describe, expect, test } from "vitest";

import type { Hold } from "../../src/domain/question.ts";
import { ScreenCommands, type CommandParts, type ScreenControls } from "../../src/screen/commands.ts";
import { answerTo, hold, noon, question, run } from "../view/fixtures.ts";
import { engineOwner, type FakeLedger } from "./fake-ledger.ts";
import { openStore } from "./open-store.ts";
import { settled } from "./slow-clock.ts";

const actor = { kind: "person", name: "anna via screen", pid: 1 } as const;

async function commanding(prepare: (ledger: FakeLedger) => unknown, more: Partial<CommandParts> = {}) {
  const opened = await openStore((ledger) => {
    ledger.run = run({ id: "run1" });
    ledger.lease = { owner: engineOwner, untilMs: noon + 3_600_000 };
    prepare(ledger);
  });
  const { ledger, clock, store } = opened;
  const controls: string[] = [];
  const screen: ScreenControls = {
    setMouse: () => undefined,
    leave: () => controls.push("leave"),
    suspend: () => controls.push("suspend"),
    repaint: () => controls.push("repaint"),
    releaseTerminal: (work) => {
      controls.push("lend");
      void work();
    },
  };
  let ids = 0;
  const { send } = new ScreenCommands(
    {
      ledger,
      clock,
      repository: { id: "repo" },
      newId: () => `id${(ids += 1)}`,
      actor: () => actor,
      refusal: () => Promise.resolve(null),
      startEngine: () => Promise.resolve({ ok: true, text: "started" }),
      tasks: {
        add: (goal) => Promise.resolve(`DO-1 was added: ${goal}`),
        note: (task, text) => Promise.resolve(`${task} reads ${text}`),
        landing: () => Promise.resolve("main\n2 tasks"),
        land: (into: string) => Promise.resolve(`landed on ${into}`),
        report: () => Promise.resolve("nothing happened"),
        prioritize: (task, by) => Promise.resolve(`${task} moves by ${by}`),
        edit: (task) => Promise.reject(new Error(`${task} stands in no backlog`)),
      },
      workplace: {
        edit: (task, file, line) => Promise.reject(new Error(`${task} ${file}:${line}`)),
        shell: (task) => Promise.reject(new Error(`the worktree of ${task} is gone`)),
        page: (paged) => Promise.resolve("text" in paged ? paged.text : paged.output),
      },
      editText: (text) => Promise.resolve({ kind: "saved", text: `${text}!` }),
      copy: (text) => `as ${text}`,
      ...more,
    },
    store,
    () => screen,
  );
  const said = (): readonly string[] =>
    store.getSnapshot("run", "").notices.map(({ level, text }) => `${level}: ${text}`);
  const after = async (...commands: readonly Parameters<typeof send>[0][]): Promise<void> => {
    for (const command of commands) send(command);
    await settled();
    await clock.pass(100);
  };
  return { ...opened, send, after, said, controls };
}

describe("answers", () => {
  const asked = question("q1", "A");
  const approve = { kind: "answer", question: "q1", task: "A", action: "approve", text: null, model: null } as const;

  test("may be taken back for 5 s, and carry their words and their model", async () => {
    const { ledger, after, said } = await commanding((of) => of.questionRows.push({ question: asked, answer: null }));
    await after({ ...approve, action: "retry", text: "mind the jitter", model: "gpt" });
    expect(ledger.answers).toEqual([
      {
        question: "q1",
        action: "retry",
        text: "mind the jitter",
        model: "gpt",
        actor,
        effectiveAt: noon + 5_000,
      },
    ]);
    expect(said()).toEqual([]);
  });

  test("are taken back in time, and not later", async () => {
    const { ledger, after, said, clock } = await commanding((of) =>
      of.questionRows.push({ question: asked, answer: answerTo(asked) }),
    );
    await after({ kind: "take_back", question: "q1", task: "A" });
    await clock.pass(4_000);
    await after({ kind: "take_back", question: "q1", task: "A" });
    expect(ledger.takenBack).toEqual(["q1", "q1"]);
    expect(said()).toEqual(["info: A: taken back", "error: A: too late to take it back"]);
  });

  test.each([
    ["unknown", "nobody waits for this answer any more"],
    ["answered", "it was answered already"],
    ["illegal", "that is no answer to it"],
  ] as const)("that are refused (%s) say why", async (why, words) => {
    const { after, said } = await commanding((of) => {
      of.outcome = { ok: false, why, legal: [] };
    });
    await after(approve);
    expect(said()).toEqual([`error: A: ${words}`]);
  });

  test("with no engine say when they take effect", async () => {
    const { after, said } = await commanding((of) => {
      of.lease = null;
      of.run = run({ id: "run1", state: "waiting" });
      of.questionRows.push({ question: asked, answer: null });
    });
    await after(approve);
    expect(said()).toEqual(["info: A: takes effect at the next gandy run"]);
  });
});

describe("commands for the engine", () => {
  test("are rows with who gave them and when, and their result is said when it is known", async () => {
    const { ledger, after, said } = await commanding(() => {});
    const retry = { kind: "retry", task: "A", model: null, text: null } as const;
    await after({ kind: "give", command: retry }, { kind: "give", command: { kind: "pause" } });
    expect(ledger.given).toEqual([
      { id: "id1", command: retry, actor, givenAt: noon },
      { id: "id2", command: { kind: "pause" }, actor, givenAt: noon },
    ]);
    expect(said()).toEqual([]);
    ledger.happen(
      { type: "command.taken", data: { id: "id1", result: "A is not known here, or another engine runs it" } },
      { type: "command.taken", data: { id: "id2", result: "paused" } },
      { type: "command.taken", data: { id: "of another terminal", result: "done" } },
    );
    await after();
    expect(said()).toEqual(["error: retry A: A is not known here, or another engine runs it", "info: pause: paused"]);
  });

  test.each([
    ["keep", []],
    ["stop", [{ kind: "stop", now: false }]],
    ["stop_now", [{ kind: "stop", now: true }]],
  ] as const)("leaving: %s", async (how, commands) => {
    const { ledger, after, controls } = await commanding(() => {});
    await after({ kind: "leave", run: how });
    expect(ledger.given.map(({ command }) => command)).toEqual(commands);
    expect(controls).toEqual(["leave"]);
  });

  test("a run that cannot be told to stop is not left behind", async () => {
    const { ledger, after, said, controls } = await commanding(() => {});
    Object.assign(ledger.decisions, { give: () => Promise.reject(new Error("the ledger is locked")) });
    await after({ kind: "leave", run: "stop" });
    expect(controls).toEqual([]);
    expect(said()).toEqual(["error: the ledger is locked"]);
  });
});

describe("holds and breakers", () => {
  const holds = (ledger: FakeLedger): readonly Hold[] =>
    ledger.events.flatMap((event) => (event.type === "hold.set" ? [event.data.hold] : []));

  test("what follows from the settings cannot be released, but kept: it is written down from then on", async () => {
    const id = "settings/max/hours";
    const derived: Hold = { ...hold("max"), id, by: "settings", setAt: 0 };
    const { ledger, after, said } = await commanding((of) => of.holdRows.push(derived));
    await after({ kind: "release_hold", hold: id }, { kind: "keep_hold", hold: id });
    expect(holds(ledger)).toEqual([{ ...derived, id: "id1", setAt: noon, untilMs: null, by: "person" }]);
    expect(said()[0]).toContain("error: held by your settings");
  });

  test("a hold is released, or kept until a person releases it", async () => {
    const { ledger, after, said } = await commanding((of) => of.holdRows.push(hold("opus-account")));
    await after(
      { kind: "keep_hold", hold: "hold-opus-account" },
      { kind: "release_hold", hold: "hold-opus-account" },
      { kind: "keep_hold", hold: "gone" },
    );
    expect(holds(ledger)).toEqual([{ ...hold("opus-account"), untilMs: null, by: "person" }]);
    expect(ledger.events.find(({ type }) => type === "hold.released")?.data).toEqual({
      id: "hold-opus-account",
      by: actor,
      reason: "retry now",
    });
    expect(said()).toEqual(["error: that hold is over already"]);
  });

  test("an account is held until a time", async () => {
    const { ledger, after } = await commanding(() => {});
    await after({ kind: "hold", scope: "account", target: "max", untilMs: noon + 60_000 });
    expect(holds(ledger)).toMatchObject([{ scope: "account", target: "max", untilMs: noon + 60_000, by: "person" }]);
  });

  test("landing says what came of it", async () => {
    const { after, said } = await commanding(() => {});
    await after({ kind: "land", into: "main" });
    expect(said()).toEqual(["info: landing on main …", "info: landed on main"]);
  });

  test("a model is held by hand, and a breaker reset", async () => {
    const { ledger, after } = await commanding(() => {});
    await after({ kind: "hold_model", model: "opus" }, { kind: "reset_breaker", model: "gpt" });
    expect(holds(ledger)).toEqual([
      {
        id: "id1",
        scope: "model",
        target: "opus",
        reason: "held by anna via screen",
        untilMs: null,
        by: "person",
        setAt: noon,
        resumes: 0,
      },
    ]);
    expect(ledger.resets).toEqual(["gpt"]);
  });
});

describe("an engine that died", () => {
  const dead = (ledger: FakeLedger): void => {
    ledger.lease = null;
  };

  test("is started again, and nobody calls it dead while it starts", async () => {
    const { ledger, store, after, said, clock } = await commanding(dead);
    expect(store.getSnapshot("run", "").engine).toBe("died");
    await after({ kind: "start_engine" });
    expect(store.getSnapshot("run", "").engine).toBe("absent");
    ledger.lease = { owner: engineOwner, untilMs: noon + 3_600_000 };
    await clock.pass(1_000);
    expect(store.getSnapshot("run", "").engine).toBe("alive");
    expect(said()).toEqual(["info: started"]);
  });

  test("that does not come back is dead again", async () => {
    const { store, after, clock } = await commanding(dead);
    await after({ kind: "start_engine" });
    await clock.pass(20_000);
    expect(store.getSnapshot("run", "").engine).toBe("died");
  });

  test.each([
    ["says why", () => Promise.resolve({ ok: false, text: "no model found" }), "error: no model found"],
    ["throws", () => Promise.reject(new Error("spawn ENOENT")), "error: spawn ENOENT"],
  ])("that cannot be started %s", async (_what, startEngine, words) => {
    const { store, after, said } = await commanding(dead, { startEngine });
    await after({ kind: "start_engine" });
    expect(said()).toEqual([words]);
    expect(store.getSnapshot("run", "").engine).toBe("died");
  });
});

test("the screen is suspended, painted anew, and lent to an editor whose text comes back", async () => {
  const { after, send, controls } = await commanding(() => {});
  await after({ kind: "suspend" }, { kind: "repaint" });
  let text = "";
  send({ kind: "edit_outside", text: "draft" }, (written) => {
    text = written;
  });
  await settled();
  expect(controls).toEqual(["suspend", "repaint", "lend"]);
  expect(text).toBe("draft!");
});

test("an editor that fails is said, and the text stays", async () => {
  const { after, said } = await commanding(() => {}, {
    editText: () => Promise.resolve({ kind: "failed", why: 'the editor "vi" ended with exit code 127' }),
  });
  await after({ kind: "edit_outside", text: "draft" });
  expect(said()).toEqual(['error: the editor "vi" ended with exit code 127']);
});

test("decisions are settled one after the other, each with whether it took effect", async () => {
  const told: string[] = [];
  const { after } = await commanding(() => undefined, {
    refusal: ({ what }) => {
      told.push(what);
      return Promise.resolve(what === "hold model" ? "only people decide" : null);
    },
    settled: (tookEffect) => {
      told.push(tookEffect ? "took effect" : "took none");
      return Promise.resolve();
    },
  });
  await after(
    { kind: "answer", question: "q1", task: "A", action: "approve", text: null, model: null },
    { kind: "keep_hold", hold: "gone" },
    { kind: "hold_model", model: "opus" },
    { kind: "give", command: { kind: "stop", now: true } },
    { kind: "repaint" },
  );
  expect(told).toEqual(["approve", "took none", "keep hold", "took none", "hold model", "stop", "took effect"]);
});

describe("a screen that an agent has started", () => {
  const deciding: readonly Parameters<Awaited<ReturnType<typeof commanding>>["send"]>[0][] = [
    { kind: "take_back", question: "q1", task: "A" },
    { kind: "give", command: { kind: "abort", task: "A", reason: "enough" } },
    { kind: "give", command: { kind: "stop", now: true } },
    { kind: "release_hold", hold: "h1" },
    { kind: "keep_hold", hold: "h1" },
    { kind: "hold_model", model: "opus" },
    { kind: "reset_breaker", model: "opus" },
    { kind: "start_engine" },
    { kind: "leave", run: "stop_now" },
  ];
  test.each(deciding.map((command) => [command.kind, command] as const))("may not %s", async (_kind, command) => {
    const { ledger, after, said, controls } = await commanding((of) => of.holdRows.push(hold("h1")), {
      refusal: () => Promise.resolve("only people decide"),
    });
    await after(command);
    expect(ledger.events).toEqual([]);
    expect([ledger.given, ledger.answers, controls]).toEqual([[], [], []]);
    expect(said()).toEqual([expect.stringContaining("only people decide")]);
  });

  test("may look, and be left", async () => {
    const { ledger, after, controls } = await commanding(() => undefined, {
      refusal: () => Promise.resolve("only people decide"),
    });
    await after({ kind: "repaint" }, { kind: "leave", run: "keep" });
    expect([ledger.events, controls]).toEqual([[], ["repaint", "leave"]]);
  });
});

describe("the backlog", () => {
  test("is changed from the screen, and each says what came of it", async () => {
    const { after, said } = await commanding(() => {});
    await after(
      { kind: "add_task", goal: "Say hello" },
      { kind: "note_task", task: "A", text: "mind the jitter" },
      { kind: "prioritize", task: "A", by: -1 },
    );
    expect(said()).toEqual(["info: DO-1 was added: Say hello", "info: A reads mind the jitter", "info: A moves by -1"]);
  });

  test("lends its terminal to the editor, and says why a task cannot be edited", async () => {
    const { after, said, controls } = await commanding(() => {});
    await after({ kind: "edit_task", task: "DO-1" });
    expect(controls).toEqual(["lend"]);
    expect(said()).toEqual(["error: DO-1 stands in no backlog"]);
  });

  test("is not changed by who is no person", async () => {
    const { after, said } = await commanding(() => {}, { refusal: () => Promise.resolve("an agent started it") });
    await after({ kind: "add_task", goal: "Say hello" });
    expect(said()).toEqual(["error: refused: an agent started it"]);
  });
});
