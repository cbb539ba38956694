import type { Placed } from "../../src/view/layout/layout.ts";
import { languagesOf } from "../../src/view/review/syntax.ts";
import type { DiffPage } from "../../src/view/screen/diff-page.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { boldSpan, cutLine, fitLine, gap, selectLine, Span, span, type Line } from "../../src/view/text/line.ts";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";
import { useSlice } from "../parts/use-slice.ts";

interface DiffPanelProps {
  readonly source: ScreenSource;
  readonly page: DiffPage;
  readonly look: UiState["diff"];
  readonly at: Placed;
}

/** The window onto a diff. The marker takes the gutter, so that the code at the cursor keeps its colours. */
export function DiffPanel({ source, page, look, at }: DiffPanelProps) {
  const { body, diff, main, rows, selected } = page;
  useSlice(source, "syntax", languagesOf(diff));
  const lines = rows.map(({ item, sub }, slot): Line => {
    const { gutter, text } = body.row(item, sub);
    const room = main.width - 2;
    if (slot !== selected) return fitLine([gap(2), ...cutLine([...gutter, ...text], room)], main.width);
    return gutter.length === 0
      ? selectLine([span("> "), ...fitLine(cutLine(text, room), room)])
      : [boldSpan("> ", "selected"), ...selectLine(gutter), ...cutLine(text, room)];
  });
  const line = diff.lines[page.line];
  const file = diff.files[line?.file ?? -1];
  // The lines above a file's first hunk count to the hunk before.
  const isInHunk = line !== undefined && line.hunk >= 0 && line.kind !== "file" && line.kind !== "meta";
  const parts = [
    ...(look.wrap || look.left === 0 ? [] : [`from column ${look.left + 1}`]),
    ...(page.viewed.size === 0 ? [] : [`viewed ${page.viewed.size}/${diff.files.length}`]),
    ...(isInHunk ? [`hunk ${line.hunk + 1}/${diff.hunks.length}`] : []),
    `${page.place.item + 1}/${body.items}`,
  ];
  const sought: Line = look.find === "" ? [] : [span("  find: ", "muted"), boldSpan(look.find, "accent")];
  return (
    <Panel
      at={at}
      title={[Span.of(file?.path ?? "Diff", "title", true, { reveal: true }), ...sought]}
      note={[span(parts.join("  "), "muted")]}
      tone="accent"
    >
      <Lines at={main} lines={lines} />
    </Panel>
  );
}
