import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { AskView } from "../../../components/ask/AskView.tsx";
import type { PastAsk } from "../../../src/domain/past-ask.ts";
import { boardOfPast } from "../../../src/view/ask/past-board.ts";
import { minute, noon, usd } from "../../view/fixtures.ts";
import { Person } from "../../view/person.ts";
import { storySource } from "../../view/story.ts";
import { Terminal, viewProps } from "../terminal.tsx";

const past: PastAsk = {
  id: "k1",
  at: noon - 5 * minute,
  question: "Which cache?\x1b[2J",
  repository: "repo",
  answers: [
    { model: "opus", text: "The small one.", note: null, cost: usd(0.02), tokens: 40, durationMs: 3_000 },
    { model: "gpt", text: null, note: "timeout: no answer", cost: usd(0.01), tokens: 0, durationMs: 9_000 },
  ],
  best: null,
};
const source = () => storySource().set("asks", "", { shown: null, id: null, running: 0, past: [past] });

const frame = (
  size: { readonly columns: number; readonly rows: number },
  from = source(),
  ...keys: string[]
): string => {
  const { ui } = new Person(from, {}, size).press("4", ...keys);
  return (
    render(
      <Terminal size={size}>
        <AskView {...viewProps(ui, from, size)} />
      </Terminal>,
    ).lastFrame() ?? ""
  );
};

test("whom one may ask, and what was asked before with who answered and what it cost", () => {
  const shown = frame({ columns: 100, rows: 30 });
  expect(shown).toMatch(/> \[x\] \w+/);
  expect(shown).toMatch(/Which cache\? .*1 of 2 .*\$0\.03 .*5m ago/);
  expect(frame({ columns: 100, rows: 30 }, source(), "space")).toMatch(/> \[ \] \w+/);
});

test("the answers stand side by side where there is room, else one with the names of all", () => {
  const answers = () =>
    source().set("asks", "", {
      shown: { board: boardOfPast(past), now: noon, frame: 0 },
      id: "k1",
      running: 0,
      past: [past],
    });
  const wide = frame({ columns: 140, rows: 40 }, answers());
  expect(wide).toContain("The small one.");
  expect(wide).toContain("timeout: no answer");
  const narrow = frame({ columns: 80, rows: 24 }, answers());
  expect(narrow).toContain("The small one.");
  expect(narrow).toMatch(/1 opus .*2 gpt/);
  expect(narrow).not.toContain("timeout: no answer");
  expect(frame({ columns: 80, rows: 24 }, answers(), "right")).toContain("timeout: no answer");
});
