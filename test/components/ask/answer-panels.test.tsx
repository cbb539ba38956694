import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { AnswerPanels } from "../../../components/ask/AnswerPanels.tsx";
import { newBoard } from "../../../src/view/ask/ask-board.ts";
import { askLayout } from "../../../src/view/ask/ask-layout.ts";
import { initialAskUi } from "../../../src/view/ask/handle-ask-key.ts";
import { noon } from "../../view/fixtures.ts";
import { Terminal } from "../terminal.tsx";

test("a model that is asked has its panel before it says anything", () => {
  const size = { columns: 140, rows: 40 };
  const board = newBoard("why?", ["ann", "bob"], false, noon);
  const { panels } = askLayout(size, 2, initialAskUi);
  const screen = render(
    <Terminal size={size}>
      <AnswerPanels board={board} ui={initialAskUi} moment={{ now: noon, frame: 0, motion: false }} panels={panels} />
    </Terminal>,
  );
  expect(screen.lastFrame()).toMatch(/1 ann .*queued.*2 bob .*queued/);
});
