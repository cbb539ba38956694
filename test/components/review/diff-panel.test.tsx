import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";

import { DiffPanel } from "../../../components/review/DiffPanel.tsx";
import type { Size } from "../../../src/view/layout/layout.ts";
import { reviewPage } from "../../../src/view/screen/pages.ts";
import { Person } from "../../view/person.ts";
import { storySource, type FixedSource } from "../../view/story.ts";
import { lineWith, Terminal } from "../terminal.tsx";

const wide = { columns: 140, rows: 30 };

/** The panel of the first question's diff after some keys. */
function shown(keys: readonly string[] = [], size: Size = wide, source: FixedSource = storySource()) {
  const anna = new Person(source, { view: "review" }, size).press(...keys);
  const page = reviewPage(anna.ui, anna.world);
  if (page?.diff == null) throw new Error("no diff");
  const screen = render(
    <Terminal size={size}>
      <DiffPanel source={source} page={page.diff} look={anna.ui.diff} at={page.layout.main} />
    </Terminal>,
  );
  return { screen, anna };
}

const longLine = (source: FixedSource, line: string): FixedSource =>
  source.set("diff", "AUTH-1", {
    state: "ready",
    text: `diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1,2 @@\n a\n+${line}\n`,
    note: null,
  });

describe("the diff", () => {
  test("wraps, and one reads a long line to its end", () => {
    const { screen } = shown(["G"], wide, longLine(storySource(), `${"word ".repeat(2_000)}THE END`));
    expect(lineWith(screen, "THE END")).not.toBe("");
  });

  test("is scrolled sideways once w was pressed, and says so", () => {
    const { screen, anna } = shown(["w", ">"], wide, longLine(storySource(), `${"-".repeat(120)}HERE`));
    expect(lineWith(screen, "HERE")).not.toBe("");
    expect(lineWith(screen, "from column")).not.toBe("");
    expect(anna.press("<", "w").ui.diff).toMatchObject({ wrap: true, left: 0 });
    expect(anna.press(">").ui.hint).toContain("w scrolls them sideways");
  });

  test("stands side by side where there is room, and else says what it needs", () => {
    const { screen } = shown(["v"]);
    expect(lineWith(screen, "if (!token)")).toMatch(/14 - .*if \(!token\).*│ {2}14 \+ .*if \(token === null\)/);
    expect(shown(["v"], { columns: 100, rows: 30 }).anna.ui.hint).toBe(
      "side by side needs 120 columns, this terminal has 100",
    );
  });

  test("keeps the line under the cursor from one look to the other", () => {
    const { anna } = shown(["n", "j", "j", "j", "j"]);
    const line = anna.ui.diff.line;
    expect(anna.press("v").ui.diff.line).toBe(line);
    expect(anna.press("v", "w").ui.diff.line).toBe(line);
  });

  test("marks a file as looked at, goes to the next, and keeps that with the drafts", () => {
    const { screen, anna } = shown(["space"]);
    expect(lineWith(screen, "viewed 1/3")).toContain("test/guard.test.ts");
    expect(anna.sent.at(-1)).toMatchObject({ kind: "save_draft", question: "viewed/AUTH-1" });
    expect(Object.keys(anna.ui.drafts["viewed/AUTH-1"]?.viewed ?? {})).toEqual(["src/auth/guard.ts"]);
  });

  test("takes a file for unseen again once it has changed", () => {
    const source = storySource();
    const { anna } = shown(["space"], wide, source);
    const diff = source.getSnapshot("diff", "AUTH-1");
    source.set("diff", "AUTH-1", { ...diff, text: diff.text.replace("expired", "too old") });
    expect(reviewPage(anna.ui, anna.world)?.diff?.viewed.size).toBe(0);
    source.set("diff", "AUTH-1", diff);
    expect(reviewPage(anna.ui, anna.world)?.diff?.viewed.size).toBe(1);
  });

  test("finds words, goes on with n and N, and esc lets go of them", () => {
    const { screen, anna } = shown(["/", "t", "o", "k", "e", "n", "enter", "n"]);
    expect(lineWith(screen, "find: token")).not.toBe("");
    const second = anna.ui.diff.line;
    expect(anna.press("n").ui.diff.line).toBeGreaterThan(second);
    expect(anna.press("N").ui.diff.line).toBe(second);
    expect(anna.press("esc").ui).toMatchObject({ view: "review", diff: { find: "" } });
    expect(anna.press("esc").ui.view).toBe("tasks");
  });

  test("shows a finding under its line, and f goes there", () => {
    const { screen } = shown(["f"]);
    expect(lineWith(screen, "minor F2, opus")).toContain("┊");
  });

  test("asks for more lines around the changes, and stays at its line when they come", () => {
    const source = storySource();
    const { anna } = shown(["n", "j", "j", "j", "}"], wide, source);
    expect(anna.sent.at(-1)).toEqual({ kind: "diff_context", task: "AUTH-1", lines: 9 });
    const place = anna.ui.diff.place;
    const diff = source.getSnapshot("diff", "AUTH-1");
    const text = diff.text
      .replace("@@ -12,6 +12,9 @@", "@@ -11,7 +11,10 @@")
      .replace("\n   check(", "\n   // more\n   check(");
    source.set("diff", "AUTH-1", { ...diff, text, context: 9 });
    const page = reviewPage(anna.ui, anna.world)?.diff;
    expect(page?.diff.lines[page.line]).toMatchObject({ [place?.side ?? ""]: place?.line });
    expect(anna.press("E").sent.at(-1)).toMatchObject({ lines: 1_000_000 });
  });
});
