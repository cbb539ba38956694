import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { EventsPanel } from "../../../components/log/EventsPanel.tsx";
import { placed, type Placed } from "../../../src/view/layout/layout.ts";
import type { Anchor, Growing } from "../../../src/view/layout/scrollable.ts";
import { span } from "../../../src/view/text/line.ts";
import { linesOf, Terminal } from "../terminal.tsx";

/** So many lines, each with its number. */
const numbered = (count: number): Growing => ({
  count,
  line: (index) => [span(`event ${index}`)],
  anchorAt: (index) => index,
  indexOf: (anchor) => anchor,
});
const box = placed("box", 0, 0, 40, 5);

function shown(content: Growing, anchor: Anchor, at: Placed = box, empty?: "no line"): readonly string[] {
  const screen = render(
    <Terminal size={{ columns: 40, rows: 8 }}>
      <EventsPanel
        at={at}
        content={content}
        anchor={anchor}
        title="Events"
        hint="6 log"
        {...(empty === undefined ? {} : { empty })}
        focused={false}
      />
    </Terminal>,
  );
  return linesOf(screen);
}

test("the end is followed, and the note tells the key", () => {
  expect(shown(numbered(9), null)).toEqual([
    "╭─ Events ───────────────────── 6 log ─╮",
    "│ event 6                              │",
    "│ event 7                              │",
    "│ event 8                              │",
    "╰──────────────────────────────────────╯",
  ]);
});

test("who has scrolled up stays there, and is told how many lie below", () => {
  const lines = shown(numbered(9), { at: 2, end: 8 });
  expect(lines[0]).toBe("╭─ Events ─── ▼ 4 more, G for the end ─╮");
  expect(lines[1]).toContain("event 2");
  expect(lines[3]).toContain("event 4");
});

test("what came since the end was left is new, as far as it is not in sight", () => {
  expect(shown(numbered(9), { at: 2, end: 5 })[0]).toBe("╭─ Events ──── ▼ 3 new, G for the end ─╮");
  expect(shown(numbered(9), { at: 5, end: 5 })[0]).toBe("╭─ Events ──── ▼ 1 new, G for the end ─╮");
});

test("an anchor behind the last window shows the end", () => {
  expect(shown(numbered(9), { at: 8, end: 8 })[3]).toContain("event 8");
});

test("few events stand at the top", () => {
  expect(shown(numbered(1), null).slice(1, 3)).toEqual([
    "│ event 0                              │",
    "│                                      │",
  ]);
});

describe("where there is nothing", () => {
  test("it says whether nothing has happened or nothing fits", () => {
    expect(shown(numbered(0), null).join("\n")).toContain("Nothing has happened yet");
    expect(shown(numbered(0), null, box, "no line").join("\n")).toContain("No line fits the filter");
  });
});

test("without a border the events have the whole width", () => {
  expect(shown(numbered(9), null, placed("rule", 0, 0, 40, 3))).toEqual([
    "─ Events ─────────────────────── 6 log ─",
    "event 7",
    "event 8",
  ]);
});
