import { render } from "ink-testing-library";
import { expect, test } from "vitest";

import { StatsView } from "../../../components/stats/StatsView.tsx";
import { storySource } from "../../view/story.ts";
import { Terminal, viewProps } from "../terminal.tsx";

test("what was spent of what may be", () => {
  const size = { columns: 100, rows: 30 };
  const screen = render(
    <Terminal size={size}>
      <StatsView {...viewProps({ view: "stats" }, storySource(), size)} />
    </Terminal>,
  );
  expect(screen.lastFrame()).toContain("$1.84 of $25.00");
});
