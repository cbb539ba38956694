import { inside, type Placed } from "../layout/layout.ts";
import { scrollable, type Scrollable } from "../layout/scrollable.ts";
import { logLayout } from "../layout/view-layouts.ts";
import type { World } from "../screen/screen-model.ts";
import { statsLines } from "./stats-lines.ts";

/** View 5: where it stands, and what of it is in the window. */
export function statsPage({ source, size }: World): { readonly at: Placed; readonly content: Scrollable } {
  const at = logLayout(size);
  const lines = statsLines(source.getSnapshot("run", ""), source.getSnapshot("tasks", ""), inside(at).width);
  return { at, content: scrollable(lines) };
}
