import { found } from "../review/diff-body.ts";
import { commentPlace, nextFile, nextHunk, type Diff } from "../review/diff-lines.ts";
import { jumpedPlace } from "../review/diff-place.ts";
import { toggledView } from "../review/viewed.ts";
import { leastSplitColumns, withPlace, type DiffPage } from "../screen/diff-page.ts";
import { draftOf, keepDraft, viewedKey } from "../screen/kept.ts";
import { detailPage, reviewPage } from "../screen/pages.ts";
import type { World } from "../screen/screen-model.ts";
import { opened, sending, stay, type Step, type UiState } from "../screen/ui-state.ts";
import { editOf } from "../text/text-edit.ts";
import type { diffCommands } from "./diff-commands.ts";

/** What the keys of a diff do, wherever it is shown. */
export type Handler = (ui: UiState, world: World) => Step;

/** The diff that is on the screen; null: there is none. */
export function shownDiff(ui: UiState, world: World): DiffPage | null {
  if (ui.detail !== null) return detailPage(ui, world, ui.detail.task).diff;
  return ui.view === "review" ? (reviewPage(ui, world)?.diff ?? null) : null;
}

const inDiff =
  (then: (ui: UiState, page: DiffPage, world: World) => Step): Handler =>
  (ui, world) => {
    const page = shownDiff(ui, world);
    return page === null ? stay(ui) : then(ui, page, world);
  };

/** To the first row of a line, or further down in it. */
export function toLine(ui: UiState, page: DiffPage, line: number, sub = 0): UiState {
  const item = page.body.itemOf(line);
  return withPlace(ui, page, jumpedPlace(page.body, page.place, { item, sub }, page.main.height));
}

const jump = (next: (diff: Diff, from: number, by: 1 | -1) => number, by: 1 | -1): Handler =>
  inDiff((ui, page) => stay(toLine(ui, page, next(page.diff, page.line, by))));

/** The next of some lines, and from the last one on to the first. */
function nextOf(lines: readonly number[], from: number, by: 1 | -1): number | null {
  if (by === 1) return lines.find((line) => line > from) ?? lines[0] ?? null;
  return lines.findLast((line) => line < from) ?? lines.at(-1) ?? null;
}

const matches = ({ diff }: DiffPage, sought: string): readonly number[] =>
  diff.lines.flatMap(({ text, kind }, at) => (kind !== "file" && found(text, sought).length > 0 ? [at] : []));

const toMatch = (by: 1 | -1): Handler =>
  inDiff((ui, page) => {
    const line = nextOf(matches(page, ui.diff.find), page.line, by);
    return line === null
      ? stay({ ...ui, hint: `"${ui.diff.find}" stands nowhere in this diff` })
      : stay(toLine(ui, page, line));
  });

/** While something is typed the cursor goes to the first place from where it is. */
export function sought(ui: UiState, world: World): UiState {
  const page = shownDiff(ui, world);
  if (page === null || ui.diff.find === "") return ui;
  const line = nextOf(matches(page, ui.diff.find), page.line - 1, 1);
  return line === null ? ui : toLine(ui, page, line);
}

const toNote = (by: 1 | -1): Handler =>
  inDiff((ui, page) => {
    const noted = [...page.notes.keys()].toSorted((a, b) => a - b);
    const line = nextOf(noted, page.line, by);
    if (line === null) return stay({ ...ui, hint: "no finding, red check or comment names a line of this diff" });
    return stay(toLine(ui, page, line));
  });

/** Marks the file at the cursor as looked at and goes on to the next that is not; or takes the mark away. */
const viewed = inDiff((ui, page, world) => {
  const index = page.diff.lines[page.line]?.file ?? -1;
  if (page.diff.files[index] === undefined) return stay({ ...ui, hint: "there is no file here to mark" });
  const key = viewedKey(page.task);
  const draft = draftOf(ui, world, key);
  const next = keepDraft(ui, key, { ...draft, viewed: toggledView(page.diff, index, draft.viewed ?? {}) });
  if (page.viewed.has(index)) return next;
  const open = page.diff.files.findIndex((_, at) => at > index && !page.viewed.has(at));
  const at = page.diff.files[open]?.at;
  return at === undefined ? next : { ...next, ui: toLine(next.ui, page, at) };
});

/** A comment on the line at the cursor; an earlier one is opened again. */
const comment = inDiff((ui, page) => {
  const place = commentPlace(page.diff, page.line);
  if (page.question === null)
    return stay({ ...ui, hint: "nothing is asked about this task, so no comment would be sent" });
  if (place === null) return stay({ ...ui, hint: "put the cursor on a line of code to comment on it" });
  const known = page.comments.find(
    ({ file, line, side }) => file === place.file && line === place.line && side === place.side,
  );
  return stay(
    opened(ui, { kind: "comment", question: page.question.question.id, place, edit: editOf(known?.text ?? "") }),
  );
});

/** The same line stays under the cursor. */
const split = inDiff((ui, page, world) => {
  if (!ui.diff.split && world.size.columns < leastSplitColumns)
    return stay({
      ...ui,
      hint: `side by side needs ${leastSplitColumns} columns, this terminal has ${world.size.columns}`,
    });
  const there = withPlace(ui, page, { ...page.place, sub: 0 });
  return stay({ ...there, diff: { ...there.diff, split: !ui.diff.split } });
});

const wrap = inDiff((ui, page) => {
  const there = withPlace(ui, page, { ...page.place, sub: 0 });
  const hint = ui.diff.wrap ? "lines are not wrapped now: < and > scroll sideways, w wraps them again" : null;
  return stay({ ...there, hint, diff: { ...there.diff, wrap: !ui.diff.wrap, left: 0 } });
});

const sideways = (by: 1 | -1): Handler =>
  inDiff((ui, page) => {
    if (ui.diff.wrap)
      return stay({ ...ui, hint: "lines are wrapped, so nothing lies beside: w scrolls them sideways" });
    const step = Math.max(8, Math.floor(page.main.width / 3));
    const longest = page.rows.reduce((most, { item }) => {
      const line = page.diff.lines[page.body.lineOf(item)];
      return Math.max(most, line?.text.length ?? 0);
    }, 0);
    const left = Math.max(0, Math.min(ui.diff.left + by * step, Math.max(ui.diff.left, longest * 8)));
    return stay({ ...ui, diff: { ...ui.diff, left } });
  });

const usual = 3;
const mostContext = 100;
const whole = 1_000_000;

const context = (next: (now: number) => number): Handler =>
  inDiff((ui, page) =>
    sending(withPlace(ui, page, page.place), {
      kind: "diff_context",
      task: page.task,
      lines: next(page.context ?? usual),
    }),
  );

const edit = inDiff((ui, page) => {
  const place = commentPlace(page.diff, page.line);
  const file = place?.file ?? page.diff.files[page.diff.lines[page.line]?.file ?? -1]?.path;
  if (file === undefined) return stay({ ...ui, hint: "there is no file here to open" });
  return sending(ui, { kind: "edit_file", task: page.task, file, line: place?.line ?? 1 });
});

export const diffHandlers: Record<keyof typeof diffCommands, Handler> = {
  "review.comment": comment,
  "diff.next_match": toMatch(1),
  "diff.last_match": toMatch(-1),
  "review.next_hunk": jump(nextHunk, 1),
  "review.last_hunk": jump(nextHunk, -1),
  "review.next_file": jump(nextFile, 1),
  "review.last_file": jump(nextFile, -1),
  "diff.viewed": viewed,
  "diff.next_note": toNote(1),
  "diff.last_note": toNote(-1),
  "diff.find": (ui) =>
    stay(opened(ui, { kind: "filter", of: "diff", edit: editOf(ui.diff.find), before: ui.diff.find })),
  "diff.split": split,
  "diff.wrap": wrap,
  "diff.right": sideways(1),
  "diff.left": sideways(-1),
  "diff.more": context((now) => (now >= mostContext ? whole : now * 3)),
  "diff.less": context((now) => (now > mostContext ? mostContext : Math.max(usual, Math.floor(now / 3)))),
  "diff.all": context((now) => (now >= whole ? usual : whole)),
  "diff.edit": edit,
};
