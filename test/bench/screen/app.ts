/** The real screen over a made-up ledger, in a terminal, which measures itself: scenario, renderer and where it writes what it found. */
import { writeFileSync } from "node:fs";

import { defaultSettings } from "../../../src/backlog/settings-defaults.ts";
import { systemClock } from "../../../src/processes/clock.ts";
import { openScreen } from "../../../src/screen/open-screen.ts";
import type { FrameSink, ScreenTerminal } from "../../../src/screen/screen-terminal.ts";
import { openTerminal } from "../../../src/terminal/terminal.ts";
import { engineOwner, FakeLedger } from "../../screen/fake-ledger.ts";
import { modelSettings } from "../../simulation/backlogs.ts";
import { attempt, call, question, run, task } from "../../view/fixtures.ts";
import { measures } from "./measures.ts";
import type { Scenario } from "./scenarios.ts";

const [scenario = "", renderer = "", result = ""] = process.argv.slice(2);
const isScenario = (name: string): name is Scenario => Object.hasOwn(measures, name);
if (!isScenario(scenario)) throw new Error(`unknown scenario ${scenario}`);
const now = systemClock.now();
const streams = ["opus", "gpt", "gemini", "sonnet", "codex", "mini"];
const states = ["DONE", "NEW", "IMPLEMENTING", "CODE_REVIEW"] as const;

function ledgerOf(name: Scenario): FakeLedger {
  const ledger = new FakeLedger(systemClock);
  const many = name === "large" ? 10_000 : 60;
  const isBusy = name === "keysStreams" || name === "streams" || name === "stall";
  ledger.run = run({ id: "run1", state: name === "idle" ? "ended" : "running", startedAt: now - 400_000 });
  ledger.settings = {
    ...defaultSettings,
    models: streams.map((model) => modelSettings(model, { adapter: "scripted" })),
  };
  ledger.rows = Array.from({ length: many }, (_, n) => {
    const state =
      n < streams.length && isBusy
        ? "IMPLEMENTING"
        : (isBusy ? states : (["DONE", "NEW"] as const))[n % (isBusy ? 4 : 2)];
    return task(`T-${n}`, `Make the ${n}th part of the shop as it was planned, with tests`, {
      position: n,
      state: name === "waiting" && n % 2 === 1 ? "AWAITING_HUMAN" : (state ?? "NEW"),
      model: streams[n % streams.length] ?? null,
      startedAt: now - 300_000,
      movedAt: now - 200_000,
    });
  });
  if (name !== "idle") ledger.lease = { owner: engineOwner, untilMs: now + 86_400_000 };
  if (name === "waiting")
    ledger.questionRows = ledger.rows
      .filter(({ state }) => state === "AWAITING_HUMAN")
      .map(({ id }) => ({ question: question(`Q-${id}`, id, { askedAt: now - 200_000 }), answer: null }));
  if (isBusy)
    ledger.runningRows = streams.map((model, n) => ({
      ...attempt(`c${n}`, model, { startedAt: now - 100_000 }),
      callRow: call(`c${n}`, `T-${n}`, { model, startedAt: now - 100_000 }),
    }));
  return ledger;
}

const words =
  "the parser reads each token and keeps its place so that errors say where they are and what was expected".split(" ");

/** What a model has said by now: some words each 40 ms, with lines in between. */
function said(seed: number): string {
  const count = Math.floor((systemClock.now() - now) / 40) + 200;
  const tail: string[] = [];
  for (let n = Math.max(0, count - 300); n < count; n += 1)
    tail.push(`${words[(n * (seed + 3)) % words.length] ?? ""}${n % 17 === seed ? "\n" : ""}`);
  return tail.join(" ");
}

/** What goes to the terminal, one entry a turn of the event loop. */
const turns: string[] = [];
let isOpen = false;
const listeners = new Set<() => void>();

function note(text: string): void {
  if (text === "") return;
  if (isOpen) {
    turns[turns.length - 1] += text;
    return;
  }
  turns.push(text);
  isOpen = true;
  setImmediate(() => {
    isOpen = false;
    for (const listener of listeners) listener();
    listeners.clear();
  });
}

function watched(terminal: ScreenTerminal): ScreenTerminal {
  const { frames } = terminal;
  const sink: FrameSink = {
    size: () => frames.size(),
    onResize: (listener) => frames.onResize(listener),
    write: (text) => {
      note(text);
      frames.write(text);
    },
    draw: (frame) =>
      frames.draw(() => {
        const text = frame();
        note(text);
        return text;
      }),
  };
  return {
    frames: sink,
    stdin: terminal.stdin,
    setMouse: (on) => terminal.setMouse(on),
    enter: (events) => terminal.enter(events),
    leave: () => terminal.leave(),
    releaseTerminal: (work) => terminal.releaseTerminal(work),
    stop: () => terminal.stop(),
  };
}

const ledger = ledgerOf(scenario);
const screen = openScreen({
  mouse: false,
  copy: () => "",
  ledger,
  scratch: {
    read: (id) => {
      if (ledger.runningRows.length === 0) return null;
      const text = said(Number(id.slice(1)));
      return { text, tool: null, bytes: Math.floor((systemClock.now() - now) / 10) };
    },
  },
  clock: systemClock,
  newId: () => "id",
  repository: { id: "repo", name: "acme/shop" },
  settings: () => Promise.resolve(null),
  isDeadByPid: () => false,
  drafts: { get: () => Promise.resolve(null), put: () => Promise.resolve() },
  loadDiff: () => Promise.resolve(""),
  actor: () => ({ kind: "person", via: "screen", name: "me", pid: null }),
  refusal: () => Promise.resolve(null),
  startEngine: () => Promise.resolve({ ok: true, text: "" }),
  wantsBell: () => Promise.resolve(false),
  looked: () => undefined,
  tasks: {
    add: () => Promise.resolve(""),
    note: () => Promise.resolve(""),
    landing: () => Promise.resolve(""),
    land: () => Promise.resolve(""),
    report: () => Promise.resolve(""),
    prioritize: () => Promise.resolve(""),
    edit: () => Promise.resolve(""),
  },
  workplace: { edit: () => Promise.resolve(), shell: () => Promise.resolve(), page: () => Promise.resolve(null) },
  editText: () => Promise.resolve({ kind: "failed", why: "" }),
  terminal: watched(openTerminal()),
  stockInk: renderer === "ink",
  keys: {},
  theme: { depth: "truecolor", glyphs: "unicode", scheme: "dark", motion: true },
});
const found = await measures[scenario]({
  turns,
  nextWrite: () => new Promise((resolve) => listeners.add(resolve)),
  key: (text) => process.stdin.unshift(text),
});
writeFileSync(result, JSON.stringify(found));
process.kill(process.pid, "SIGTERM");
await screen;
