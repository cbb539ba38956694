import { inside, type Placed } from "../../src/view/layout/layout.ts";
import { slice, type Scrollable } from "../../src/view/layout/scrollable.ts";
import { span, boldSpan } from "../../src/view/text/line.ts";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";

interface PreviewProps {
  readonly at: Placed;
  readonly id: string | null;
  readonly content: Scrollable;
  readonly top: number;
  readonly focused: boolean;
}

/** The selected task in short: what it asks, where it stands, its steps and evidence. */
export function Preview({ at, id, content, top, focused }: PreviewProps) {
  const place = inside(at);
  const more = content.count > place.height;
  return (
    <Panel
      at={at}
      title={id === null ? [] : [boldSpan(id, "accent")]}
      note={[span(more ? `⏎ open, tab scroll` : "⏎ open", "muted")]}
      tone={focused ? "accent" : "border"}
    >
      <Lines at={place} lines={slice(content, top, place.height)} />
    </Panel>
  );
}
