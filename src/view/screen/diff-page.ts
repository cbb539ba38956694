import type { TaskId } from "../../domain/ids.ts";
import type { Rect } from "../layout/layout.ts";
import { diffBody, type DiffBody, type DiffLook } from "../review/diff-body.ts";
import { commentPlace, type Diff } from "../review/diff-lines.ts";
import { noteRows, notesOf, type DiffNote } from "../review/diff-notes.ts";
import { diffWindow, settledPlace, type DiffPlace, type RowAt } from "../review/diff-place.ts";
import { diffNote } from "../review/diff-rows.ts";
import { earlierComments } from "../review/line-history.ts";
import { DiffSyntax, languagesOf, type SyntaxPainter } from "../review/syntax.ts";
import { viewedFiles } from "../review/viewed.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { draftOf, viewedKey } from "./kept.ts";
import { diffOf, openQuestions, type World } from "./screen-model.ts";
import type { LineComment, OpenQuestion, TaskFacts } from "./screen-source.ts";
import type { DiffUi, UiState } from "./ui-state.ts";

/** From so many columns on two sides stand beside each other. */
export const leastSplitColumns = 120;

/** A diff in a window with a cursor. */
export interface DiffPage {
  readonly task: TaskId;
  /** Who waits for an answer about it. */
  readonly question: OpenQuestion | null;
  readonly diff: Diff;
  readonly body: DiffBody;
  readonly place: DiffPlace;
  readonly rows: readonly RowAt[];
  readonly selected: number;
  /** The line of the diff at the cursor. */
  readonly line: number;
  readonly main: Rect;
  readonly comments: readonly LineComment[];
  readonly notes: ReadonlyMap<number, readonly DiffNote[]>;
  readonly viewed: ReadonlySet<number>;
  readonly text: string;
  readonly context: number | undefined;
}

const syntaxOf = memoizeLast((diff: Diff, painter: SyntaxPainter | null) =>
  painter === null ? null : new DiffSyntax(diff, painter),
);
const earlierOf = memoizeLast(earlierComments);
const bodyOf = memoizeLast(
  (
    diff: Diff,
    notes: ReadonlyMap<number, readonly DiffNote[]>,
    syntax: DiffSyntax | null,
    viewed: ReadonlySet<number>,
    ...[columns, wrap, left, split, find]: readonly [number, boolean, number, boolean, string]
  ): DiffBody => {
    const look: DiffLook = { columns, wrap, left, split, find };
    return diffBody({ diff, look, notes, noteRows, syntax, viewed });
  },
);

const nothing: readonly never[] = [];
const unknown: Readonly<Record<string, string>> = {};

/** The diff of a task in a rectangle; null: there is none to show, `diffNote` says why. */
export function diffPage(ui: UiState, world: World, task: TaskId, main: Rect): DiffPage | null {
  const { source, size } = world;
  const snapshot = source.getSnapshot("diff", task);
  if (diffNote(snapshot) !== null) return null;
  const diff = diffOf(snapshot);
  const facts: TaskFacts | null = source.getSnapshot("task", task);
  const question = openQuestions(source.getSnapshot("review", "")).find((open) => open.question.task === task) ?? null;
  const comments = question === null ? nothing : draftOf(ui, world, question.question.id).comments;
  const earlier = earlierOf(facts?.requests ?? nothing, snapshot.since ?? unknown);
  const notes = notesOf(diff, comments, facts?.findings ?? nothing, facts?.checks ?? nothing, earlier);
  const viewed = viewedFiles(diff, draftOf(ui, world, viewedKey(task)).viewed);
  const syntax = syntaxOf(diff, source.getSnapshot("syntax", languagesOf(diff)));
  const { wrap, left, find } = ui.diff;
  const split = ui.diff.split && size.columns >= leastSplitColumns;
  const body = bodyOf(diff, notes, syntax, viewed, main.width - 2, wrap, wrap ? 0 : left, split, find);
  const place = settledPlace(body, placeIn(ui.diff, task, snapshot.text, body), main.height);
  const { rows, selected } = diffWindow(body, place, main.height);
  const line = body.lineOf(place.item);
  const { text, context } = snapshot;
  return { task, question, diff, body, place, rows, selected, line, main, comments, notes, viewed, text, context };
}

/** Where the cursor is; in a diff that was loaded anew, at the same line of the file. */
function placeIn(at: DiffUi, task: TaskId, text: string, body: DiffBody): DiffPlace {
  if (at.task !== task) return { item: 0, sub: 0, row: 0 };
  if (at.text === text) return { item: body.itemOf(at.line), sub: at.sub, row: at.row };
  const place = at.place;
  if (place === null) return { item: 0, sub: 0, row: 0 };
  const { diff } = body;
  const line = diff.lines.findIndex((each, index) => {
    const there = each.kind === "hunk" ? null : commentPlace(diff, index);
    return there !== null && there.file === place.file && there.line === place.line && there.side === place.side;
  });
  const file = diff.files.find(({ path }) => path === place.file)?.at ?? 0;
  return { item: body.itemOf(line >= 0 ? line : file), sub: 0, row: at.row };
}

/** Which files stand in the panel beside a diff: as many as its comments leave room for, the one at the cursor among them. */
export function shownFiles(
  { diff, line, comments }: DiffPage,
  height: number,
): { readonly here: number; readonly top: number; readonly rows: number } {
  const here = diff.lines[line]?.file ?? -1;
  const rows = Math.max(1, height - (comments.length === 0 ? 0 : comments.length + 2));
  return { here, rows, top: Math.max(0, Math.min(here - Math.floor(rows / 2), diff.files.length - rows)) };
}

/** With the cursor at another place of the diff. */
export function withPlace(ui: UiState, page: DiffPage, to: DiffPlace): UiState {
  const line = page.body.lineOf(to.item);
  const place = commentPlace(page.diff, line);
  const diff: DiffUi = { ...ui.diff, task: page.task, text: page.text, line, sub: to.sub, row: to.row, place };
  return { ...ui, diff };
}
