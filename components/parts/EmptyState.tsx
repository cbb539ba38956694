import type { Rect } from "../../src/view/layout/layout.ts";
import { emptyState, type EmptyKind } from "../../src/view/screen/empty-states.ts";
import { cutLine, gap, lineWidth, type Line } from "../../src/view/text/line.ts";
import { useOwnKeys } from "./keys-context.ts";
import { Lines } from "./Lines.tsx";

interface EmptyStateProps {
  readonly at: Rect;
  readonly kind: EmptyKind;
}

/** Why there is nothing, and the one thing to do about it, in the middle of its place. */
export function EmptyState({ at, kind }: EmptyStateProps) {
  const lines = emptyState(kind, useOwnKeys()).map((line): Line => {
    const cut = cutLine(line, at.width);
    return [gap(Math.floor((at.width - lineWidth(cut)) / 2)), ...cut];
  });
  const above = Math.max(0, Math.floor((at.height - lines.length) / 2) - 1);
  return <Lines at={{ ...at, y: at.y + above, height: at.height - above }} lines={lines} />;
}
