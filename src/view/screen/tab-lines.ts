import type { OwnKeys } from "../keys/command-spec.ts";
import { keyOf } from "../keys/keys.ts";
import { sectionTitle } from "../review/review-queue.ts";
import { tabTitle } from "../tasks/task-detail.ts";
import { counted } from "../text/amounts.ts";
import { boldSpan, fitLine, gap, lineWidth, span, type Line } from "../text/line.ts";
import { displayWidth } from "../text/width.ts";
import type { DetailPage, ReviewPage } from "./pages.ts";

/** The tabs of an opened task. */
export function detailTabsLine(page: Pick<DetailPage, "tabs" | "tab">, columns: number): Line {
  const names = (between: Line): Line =>
    page.tabs.flatMap((tab): Line => [
      ...between,
      tab === page.tab ? boldSpan(` ${tabTitle[tab]} `, "selected") : span(` ${tabTitle[tab]} `, "muted"),
    ]);
  const wide = names([gap(1)]);
  return fitLine(lineWidth(wide) > columns ? names([]) : wide, columns);
}

/** The sections of a question. */
export function sectionsLine(page: ReviewPage, columns: number, keys?: OwnKeys): Line {
  const names = page.sections.flatMap((section): Line => {
    const { diff } = page.diff ?? { diff: null };
    const more = section === "diff" && diff !== null ? ` +${diff.added} -${diff.removed}` : "";
    const name = ` ${sectionTitle[section]}${more} `;
    return [gap(1), section === page.section ? boldSpan(name, "selected") : span(name, "muted")];
  });
  const { comments, marks } = page;
  const noted = [
    ...(marks.length === 0 ? [] : [`${marks.length} marked, answered with ${keyOf("marks.answer", keys)}`]),
    ...(comments.length === 0
      ? []
      : [`${counted(comments.length, "comment")} of yours, sent with ${keyOf("decide.changes", keys)}`]),
  ].flatMap((words): Line => [gap(3), span(words, "ask")]);
  return fitLine([...names, ...noted], columns);
}

/** What stands at a column of a line, without the spaces around; "" where nothing does. */
export function wordAt(line: Line, x: number): string {
  let left = 0;
  for (const { text } of line) {
    left += displayWidth(text);
    if (x < left) return text.trim();
  }
  return "";
}
