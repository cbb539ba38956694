import { render } from "ink-testing-library";
import { expect, test, vi } from "vitest";

import { TextEditor } from "../../../components/overlays/TextEditor.tsx";
import { placed } from "../../../src/view/layout/layout.ts";
import { edited, editOf, type TextEdit } from "../../../src/view/text/text-edit.ts";
import { linesOf, Terminal } from "../terminal.tsx";

vi.hoisted(() => {
  process.env["FORCE_COLOR"] = "3";
});

const shown = (edit: TextEdit, note = ""): readonly string[] =>
  linesOf(
    render(
      <Terminal size={{ columns: 30, rows: 5 }}>
        <TextEditor at={placed("box", 0, 0, 30, 5)} title="Changes" edit={edit} placeholder=" what?" note={note} />
      </Terminal>,
    ),
  );
const bare = (line: string | undefined): string => (line ?? "").replaceAll(/\x1b\[\d*m/g, "");
const cursorOn = (text: string): string => `\x1b[7m${text}\x1b[27m`;

test("an empty one has the cursor and says what belongs there", () => {
  const lines = shown(editOf(""));
  expect(bare(lines[0])).toBe("╭─ Changes ──────────────────╮");
  expect(lines[1]).toContain(cursorOn(" "));
  expect(bare(lines[1])).toBe("│   what?                    │");
});

test("the cursor stands behind what was written, or on the letter it was moved to", () => {
  expect(shown(editOf("one\ntwo"))[2]).toContain(`two${cursorOn(" ")}`);
  expect(shown(edited(editOf("検索"), "left"))[1]).toContain(`検${cursorOn("索")}`);
});

test("a long line goes on in the next, and the cursor stays in sight", () => {
  const lines = shown(editOf("Please say when the token expired.\none\ntwo\nthree")).map(bare);
  expect(lines.slice(1, 4)).toEqual([
    "│ one                        │",
    "│ two                        │",
    "│ three                      │",
  ]);
  expect(shown(editOf("Please say when the token expired.")).map(bare).slice(1, 3)).toEqual([
    "│ Please say when the        │",
    "│ token expired.             │",
  ]);
});

test("what goes along is told in the title's line", () => {
  expect(bare(shown(editOf("x"), "2 comments")[0])).toBe("╭─ Changes ───── 2 comments ─╮");
});

test("a draft with sequences in it is drawn as text", () => {
  expect(bare(shown(editOf("a\x1b[2Jb\u202ec"))[1])).toBe("│ abc                        │");
});
