import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { AskView } from "../../../components/ask/AskView.tsx";
import { storySource } from "../../view/story.ts";
import { Terminal } from "../terminal.tsx";

test("before anybody was asked it says so", () => {
  const size = { columns: 100, rows: 30 };
  const screen = render(
    <Terminal size={size}>
      <AskView world={{ size, source: storySource(), motion: false }} />
    </Terminal>,
  );
  expect(screen.lastFrame()).toContain("Nobody has been asked yet");
});
