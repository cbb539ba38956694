import { keyOf } from "../../src/view/keys/keys.ts";
import { inside, type Placed } from "../../src/view/layout/layout.ts";
import { anchored, slice, type Anchor, type Growing } from "../../src/view/layout/scrollable.ts";
import { span } from "../../src/view/text/line.ts";
import { EmptyState } from "../parts/EmptyState.tsx";
import { useOwnKeys } from "../parts/keys-context.ts";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";

interface EventsPanelProps {
  readonly at: Placed;
  readonly content: Growing;
  readonly anchor: Anchor;
  readonly title: string;
  /** The key that leads to the end again. */
  readonly hint: string;
  /** What is said where there is nothing. */
  readonly empty?: "no events" | "no line" | "no output";
  readonly focused: boolean;
}

/** The end of the events, followed until somebody scrolls up; then how many came since. */
export function EventsPanel({ at, content, anchor, title, hint, empty = "no events", focused }: EventsPanelProps) {
  const keys = useOwnKeys();
  const place = inside(at);
  const { top, below, fresh } = anchored(content, anchor, place.height);
  const note =
    anchor === null
      ? [span(hint, "muted")]
      : [
          span(
            `▼ ${fresh > 0 ? `${fresh} new` : `${below} more`}, ${keyOf("list.bottom", keys)} for the end`,
            fresh > 0 ? "warn" : "muted",
          ),
        ];
  return (
    <Panel at={at} title={[span(title, "title")]} note={note} tone={focused ? "accent" : "border"}>
      {content.count === 0 ? (
        <EmptyState at={place} kind={empty} />
      ) : (
        <Lines at={place} lines={slice(content, top, place.height)} />
      )}
    </Panel>
  );
}
