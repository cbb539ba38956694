import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { AskScreen, type AskSource } from "../../../components/ask/AskScreen.tsx";
import type { AskAnswer } from "../../../src/domain/ask.ts";
import type { EventData, EventType, RecordedEvent } from "../../../src/domain/events.ts";
import { failure } from "../../../src/domain/failure.ts";
import { noUsage } from "../../../src/domain/money.ts";
import type { AskBoard } from "../../../src/view/ask/ask-state.ts";
import { afterAll, afterEnd, afterEvent, afterText, afterTool, newBoard } from "../../../src/view/ask/ask-board.ts";
import type { AskCommand } from "../../../src/view/ask/handle-ask-key.ts";
import type { Size } from "../../../src/view/layout/layout.ts";
import { expectGolden } from "../../golden/compare.ts";
import { lineWith, press, settled, Terminal, themeOf } from "../terminal.tsx";

const start = 1_000_000;

class FixedAsk implements AskSource {
  readonly #listeners = new Set<() => void>();
  #shown: ReturnType<AskSource["getSnapshot"]>;

  constructor(board: AskBoard) {
    this.#shown = { board, now: start + 18_000, frame: 1 };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly getSnapshot = () => this.#shown;

  async change(change: (board: AskBoard) => AskBoard): Promise<void> {
    this.#shown = { ...this.#shown, board: change(this.#shown.board) };
    for (const listener of this.#listeners) listener();
    await settled();
  }
}

let pos = 0;
function event<T extends EventType>(type: T, data: EventData[T], call: string): RecordedEvent {
  const made: unknown = { type, data, call, pos: (pos += 1), seq: pos, at: start, run: "r", repository: "asks" };
  assertEvent(made);
  return made;
}
function assertEvent(value: unknown): asserts value is RecordedEvent {
  if (typeof value !== "object" || value === null) throw new TypeError("no event");
}

const begins = (board: AskBoard, key: string, attempt = 1): AskBoard => {
  const call = `call-${key}`;
  const started = afterEvent(
    board,
    event("call.started", { key: `ask/${key}`, role: "ask", round: 1, generation: 1, promptHash: "h" }, call),
  );
  return afterEvent(
    started,
    event(
      "attempt.started",
      {
        attempt,
        rerun: 0,
        model: key,
        adapter: "command",
        account: "a",
        provider: "p",
        billing: "free",
        folder: "/f",
        base: null,
        session: null,
        reservation: null,
      },
      call,
    ),
  );
};

const answer = (model: string, text: string): AskAnswer => ({
  model,
  text,
  usage: { ...noUsage, input: 400, output: 12 },
  cost: { micros: 20_000, source: "reported" },
  durationMs: 9_000,
  attempts: 1,
});

const long = Array.from({ length: 60 }, (_, index) => `Line ${index + 1} of a long answer.`).join("\n");

/** One has answered, one is at it, one waits for its second try, one has failed. */
function underWay(): AskBoard {
  const fresh = newBoard(
    "Should the probe be per model \u001b[31mor per provider?",
    ["opus", "gpt", "gem", "qwen"],
    false,
    start,
  );
  const begun = ["opus", "gpt", "gem"].reduce((board, key) => begins(board, key), fresh);
  const streaming = afterText(
    begun,
    "call-gpt",
    "Both levels are useful: start per model,\nand open the provider when",
  );
  const waiting = afterEvent(
    afterTool(streaming, "call-gpt", "Read breaker.ts"),
    event("call.retried", { attempt: 1, model: "gem", failure: failure("overloaded", "busy"), nextAt: 0 }, "call-gem"),
  );
  const failed = afterEnd(waiting, {
    model: "qwen",
    usage: noUsage,
    cost: { micros: 0, source: "reported" },
    durationMs: 10,
    attempts: 0,
    error: { type: "overloaded", reason: null, retryable: true, message: "qwen: its breaker rests" },
  });
  return afterEnd(
    failed,
    answer("opus", "Per provider for transport errors.\n\nVerdict: per model \u001b]0;x\u0007first."),
  );
}

const over = (): AskBoard =>
  afterAll(
    afterEnd(afterEnd(newBoard("2+2", ["opus", "gpt"], true, start), answer("opus", long)), answer("gpt", "4")),
    { ...answer("opus", "It is 4."), agrees: ["both say 4"], differs: [] },
    start + 18_000,
  );

function open(board: AskBoard, size: Size, theme = themeOf()) {
  const source = new FixedAsk(board);
  const sent: AskCommand[] = [];
  const send = (command: AskCommand): void => void sent.push(command);
  const screen = render(
    <Terminal size={size}>
      <AskScreen source={source} send={send} size={size} theme={theme} />
    </Terminal>,
  );
  return { screen, source, sent };
}

const small = { columns: 80, rows: 24 };
const large = { columns: 140, rows: 45 };

describe.each([small, large])("at $columns x $rows", (size) => {
  test.each([
    ["ask", underWay, []],
    ["ask-over", over, ["right", "right"]],
    ["ask-full", over, ["enter", "pagedown"]],
  ] as const)("%s", async (name, board, keys) => {
    const { screen } = open(board(), size);
    await press(screen, ...keys);
    expectGolden(`${name}-${size.columns}x${size.rows}`, screen.lastFrame() ?? "");
  });
});

test("an answer that grows is followed, until somebody looks further up", async () => {
  const { screen, source } = open(afterText(begins(newBoard("q", ["a"], false, start), "a"), "call-a", long), small);
  await settled();
  expect(screen.lastFrame()).toContain("Line 60 of");
  await press(screen, "up", "up");
  await source.change((board) => afterText(board, "call-a", "\nmore"));
  expect(screen.lastFrame()).not.toContain("more");
  await press(screen, "end");
  expect(screen.lastFrame()).toContain("more");
  await source.change((board) => afterText(board, "call-a", "\nand more"));
  expect(screen.lastFrame()).toContain("and more");
  await source.change((board) => afterEnd(board, answer("a", long)));
  expect(screen.lastFrame()).toContain("Line 1 of");
});

test("a vote is for an answer that is there", async () => {
  const { screen, source, sent } = open(underWay(), large);
  await press(screen, "1", "2", "9");
  expect(sent).toEqual([
    { kind: "vote", model: "opus" },
    { kind: "say", text: "gpt has no answer to vote for" },
  ]);
  const actor = { kind: "person", name: "anna", pid: 1 } as const;
  await source.change((board) => afterEvent(board, event("ask.voted", { model: "opus", actor }, "")));
  expect(screen.lastFrame()).toMatch(/opus ✓ best/);
});

test("nothing that works is stopped by one q, and esc goes one level back", async () => {
  const { screen, source, sent } = open(underWay(), large);
  await press(screen, "enter", "esc", "q");
  expect(screen.lastFrame()).toContain("2 at work: q again stops them and leaves");
  await press(screen, "j", "q");
  expect(sent).toEqual([]);
  await press(screen, "q");
  expect(sent).toEqual([{ kind: "leave" }]);
  await source.change(() => over());
  await press(screen, "esc", "ctrl+c");
  expect(sent).toHaveLength(3);
});

test("a window that is too small says so", async () => {
  const { screen } = open(over(), { columns: 50, rows: 8 });
  await settled();
  expect(screen.lastFrame()).toContain("make the window larger");
});

test("what a model says is text, with its wide letters in their columns", async () => {
  const said = afterText(
    begins(newBoard("q", ["a", "b"], false, start), "a"),
    "call-a",
    "検索\u001b[2J\u202e done\u0007",
  );
  const { screen } = open(said, large);
  await settled();
  expect(lineWith(screen, "検索")).toMatch(/^│ 検索 done +││ +│$/);
  expect(screen.lastFrame()).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
});

test("with ASCII glyphs every state is an ASCII sign and a word", async () => {
  const { screen } = open(underWay(), large, themeOf({ glyphs: "ascii" }));
  await settled();
  expect(screen.lastFrame()).toMatch(/^[\x20-\x7e\n]+$/);
  expect(lineWith(screen, "opus")).toContain("+ done");
  expect(lineWith(screen, "gpt")).toContain("answers");
  expect(lineWith(screen, "qwen")).toContain("x failed");
});
