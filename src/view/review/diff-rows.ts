import type { DiffSnapshot } from "../screen/screen-source.ts";
import { clean } from "../text/clean.ts";
import { fitLine, gap, span, selectLine, type Line } from "../text/line.ts";
import { pad, truncateStart } from "../text/width.ts";
import type { DiffFile } from "./diff-lines.ts";

const changes = (file: Pick<DiffFile, "added" | "removed">): Line => [
  span(`+${file.added}`, "added"),
  span(` -${file.removed}`, "removed"),
];

/** One row of the list of files. */
export function fileRow(file: DiffFile, columns: number, selected: boolean, viewed = false): Line {
  const counts = changes(file);
  const room = columns - 6 - `+${file.added} -${file.removed}`.length - 1;
  const left: Line = [
    span(selected ? "> " : "  "),
    span(viewed ? "✓ " : "  ", "good"),
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
