import { vi } from "vitest";

// Ink's colours are decided when it is loaded.
vi.hoisted(() => {
  process.env["FORCE_COLOR"] = "3";
});

import { describe, expect, test } from "vitest";

import { CellGrid } from "../../src/view/cells/cells.ts";
import type { Size } from "../../src/view/layout/layout.ts";
import type { ThemeChoice } from "../../src/view/text/theme.ts";
import { expectGolden } from "../golden/compare.ts";
import { boardOfPast } from "../../src/view/ask/past-board.ts";
import { grownEntries } from "../../src/view/output/output-entries.ts";
import { attempt, call, minute, noon, task, taskFacts, usd } from "../view/fixtures.ts";
import { did } from "../view/stats/did.ts";
import { storySource, type FixedSource } from "../view/story.ts";
import { TestScreen } from "./screen.tsx";
import { settled } from "./terminal.tsx";

/** Every view at every size in every look: what stands there, and in which style. */
const views: Readonly<Record<string, readonly string[]>> = {
  tasks: [],
  models: ["2"],
  review: ["3"],
  plan: ["3", "J"],
  ask: ["4"],
  stats: ["5"],
  log: ["6"],
  task: ["enter"],
  output: ["j", "j", "j", "O"],
  help: ["?"],
  palette: [":"],
};

const activity = {
  attempts: [
    did(-9, { task: "AUTH-3", role: "planner" }),
    did(-7, { task: "AUTH-3" }),
    did(-6, { task: "UI-1", model: "gpt" }),
    did(-5, { task: "UI-1", role: "code_reviewer" }),
    did(-3, { task: "UI-1", model: "gpt", round: 2, attempt: 2 }),
    did(-2, { task: "AUTH-3", endedAt: null, outcome: null, durationMs: null }),
  ],
  cut: false,
  questions: [{ task: "AUTH-1", kind: "merge" as const, askedAt: noon - 7 * minute, answeredAt: null }],
  windows: [],
  at: noon,
};

const answer = { note: null, cost: usd(0.02), tokens: 412, durationMs: 9_000 };
const question = "Should the breaker rest per model or per provider?";
const answers = {
  id: "k1",
  at: noon - minute,
  question,
  repository: "repo",
  answers: [
    {
      ...answer,
      model: "opus",
      text: "## Per provider\n\nfor **transport** errors:\n\n- a reset means all\n- a 503 does not\n",
    },
    { ...answer, model: "gpt", text: "Per model. Limits are counted per model:\n\n```ts\nbreaker.of(model)\n```\n" },
    { ...answer, model: "local", text: "Both." },
  ],
  best: null,
};

const said = grownEntries(
  [],
  [
    { at: noon - 9_000, kind: "text", text: "The handler reads the rows before the signal was delivered." },
    { at: noon - 7_000, kind: "tool", tool: "sh", text: "npx vitest run test/resize.test.ts" },
    {
      at: noon - 2_000,
      kind: "result",
      tool: "sh",
      text: "RUN\n\n x resize storm\n  expected 24 to be 45\n\n1 failed",
    },
    { at: noon - 1_000, kind: "text", text: "I wait for the signal first." },
  ],
);

/** The story, with all that views beside it show. */
const source = (): FixedSource =>
  storySource()
    .set("activity", "", activity)
    .set("asks", "", {
      shown: { board: boardOfPast(answers), now: noon, frame: 0 },
      id: "k1",
      running: 0,
      past: [answers],
    })
    .set(
      "task",
      "UI-1",
      taskFacts(task("UI-1", "Flaky test: storm of resizes"), {
        calls: [{ ...call("c1", "UI-1"), tries: [attempt("c1", "gpt")] }],
      }),
    )
    .set("output", "c1@UI-1", { entries: said, cut: false });

const sizes: readonly Size[] = [
  { columns: 60, rows: 16 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 30 },
  { columns: 140, rows: 45 },
  { columns: 200, rows: 60 },
];

const looks = {
  dark: { scheme: "dark", depth: "truecolor" },
  light: { scheme: "light", depth: "truecolor" },
  "no-colour": { depth: "none" },
  ascii: { depth: "none", glyphs: "ascii" },
} as const satisfies Record<string, Partial<ThemeChoice>>;

/** What a task of the story says itself stays as it is. */
const ownText = /[検索フォームを国際化する🎌]/gu;

/** The styles of a row: how many cells each has, plain ones at the end left out. */
function stylesOf({ columns, looks }: CellGrid, row: number): string {
  const runs: { look: string; cells: number }[] = [];
  for (const look of looks.slice(row * columns, (row + 1) * columns)) {
    const last = runs.at(-1);
    if (last?.look === look) last.cells += 1;
    else runs.push({ look, cells: 1 });
  }
  if (runs.at(-1)?.look === "") runs.pop();
  return runs.map(({ look, cells }) => `${cells} ${look || "-"}`).join(", ");
}

const textOf = ({ columns, rows, texts }: CellGrid): readonly string[] =>
  Array.from({ length: rows }, (_, row) =>
    texts
      .slice(row * columns, (row + 1) * columns)
      .join("")
      .trimEnd(),
  );

async function drawn(keys: readonly string[], size: Size, theme: Partial<ThemeChoice>): Promise<CellGrid> {
  const screen = new TestScreen(source(), { size, theme });
  await settled();
  await screen.press(...keys);
  const grid = new CellGrid(size.columns, size.rows);
  grid.putFrame(screen.frame);
  return grid;
}

describe.each(Object.entries(views))("%s", (view, keys) => {
  test.each(Object.entries(looks))("in %s", async (look, theme) => {
    const frames: string[] = [];
    for (const size of sizes) {
      const grid = await drawn(keys, size, theme);
      const text = textOf(grid);
      const styles = text.flatMap((_, row) => (stylesOf(grid, row) === "" ? [] : [`${row}: ${stylesOf(grid, row)}`]));
      if (look === "ascii") for (const line of text) expect(line.replaceAll(ownText, "")).toMatch(/^[\x20-\x7e]*$/);
      if (look === "no-colour") for (const one of new Set(grid.looks)) expect(one).toMatch(/^(?:[1-9](?:;|$))*$/);
      frames.push(
        [
          `${size.columns}x${size.rows}`,
          ...(look === "dark" || look === "ascii" ? text : []),
          ...(look === "ascii" ? [] : styles),
        ].join("\n"),
      );
    }
    expectGolden(`looks/${view}-${look}`, frames.join("\n\n"));
  });
});
