import type { Scrollable } from "../layout/scrollable.ts";
import type { DiffSnapshot, LineComment } from "../screen/screen-source.ts";
import { clean } from "../text/clean.ts";
import { empty, fitLine, gap, span, boldSpan, revealedSpan, selectLine, spread, type Line } from "../text/line.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import type { Tone } from "../text/state-styles.ts";
import { pad, truncateStart } from "../text/width.ts";
import type { Diff, DiffFile, DiffLine } from "./diff-lines.ts";

/** A diff as rows: old number, new number, sign, text. What a change hides (bidi, escapes) is shown as codes. */
const tones: Record<DiffLine["kind"], Tone> = {
  file: "title",
  meta: "muted",
  hunk: "accent",
  context: "text",
  added: "added",
  removed: "removed",
};
const signs: Partial<Record<DiffLine["kind"], string>> = { added: "+", removed: "-" };

const number = (value: number | null): string => (value === null ? "" : String(value)).padStart(5);

function diffRow(line: DiffLine, diff: Diff, columns: number): Line {
  const tone = tones[line.kind];
  if (line.kind === "file") {
    const file = diff.files[line.file];
    const counts: Line = file === undefined ? [] : changes(file);
    return spread([boldSpan(`${file?.status ?? "M"} ${file?.path ?? line.text}`, tone)], [...counts, gap(1)], columns);
  }
  if (line.kind === "hunk") return [span(line.text, tone)];
  if (line.kind === "meta") return [gap(14), span(line.text, tone)];
  return [
    span(`${number(line.old)} ${number(line.new)} `, "muted"),
    span(`${signs[line.kind] ?? " "} `, tone),
    revealedSpan(line.text, tone),
  ];
}

const changes = (file: Pick<DiffFile, "added" | "removed">): Line => [
  span(`+${file.added}`, "added"),
  span(` -${file.removed}`, "removed"),
];

/** Comments stand under their line as rows of their own, so the diff has a few more rows than lines. */
export interface DiffRows extends Scrollable {
  /** The diff line of a row; a comment's is the line it belongs to. */
  readonly lineAt: (row: number) => number;
  /** The row of a diff line. */
  readonly rowOf: (line: number) => number;
}

export const diffRows = memoizeLast((diff: Diff, comments: readonly LineComment[], columns: number): DiffRows => {
  const placed = comments
    .map((comment) => ({ comment, line: diff.lines.findIndex((line) => isAt(diff, line, comment)) }))
    .filter(({ line }) => line >= 0)
    .toSorted((a, b) => a.line - b.line);
  const rowOf = (line: number): number => line + placed.filter((each) => each.line < line).length;
  const lineAt = (row: number): number => row - placed.filter((each, index) => each.line + index + 1 <= row).length;
  const line = (row: number): Line => {
    const at = lineAt(row);
    const rank = row - rowOf(at);
    const shown = diff.lines[at];
    if (rank > 0)
      return [
        gap(14),
        span("┊ you: ", "ask"),
        span(placed.filter((each) => each.line === at)[rank - 1]?.comment.text ?? "", "ask"),
      ];
    return shown === undefined ? empty : diffRow(shown, diff, columns);
  };
  return { count: diff.lines.length + placed.length, line, lineAt, rowOf };
});

const isAt = (diff: Diff, line: DiffLine, comment: LineComment): boolean =>
  (comment.side === "new" ? line.new === comment.line : line.old === comment.line && line.new === null) &&
  diff.files[line.file]?.path === comment.file;

/** One row of the list of files. */
export function fileRow(file: DiffFile, columns: number, selected: boolean): Line {
  const counts = changes(file);
  const room = columns - 4 - `+${file.added} -${file.removed}`.length - 1;
  const left: Line = [
    span(selected ? "> " : "  "),
    span(`${file.status} `, "muted"),
    span(pad(truncateStart(clean(file.path, { reveal: true }), room), room)),
    gap(1),
  ];
  const line = fitLine([...left, ...counts], columns);
  return selected ? selectLine(line) : line;
}

/** What stands in the diff's place while there is none. */
export function diffNote(snapshot: DiffSnapshot): string | null {
  if (snapshot.state === "loading") return "Reading the diff…";
  if (snapshot.state === "none") return "No changes yet.";
  if (snapshot.state === "failed") return `No diff: ${snapshot.note ?? "git did not say why"}`;
  return snapshot.text.trim() === "" ? "The branch changes nothing." : null;
}
