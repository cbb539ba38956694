import { inside, type Placed } from "../../src/view/layout/layout.ts";
import { boldSpan, type Line } from "../../src/view/text/line.ts";
import { Lines } from "../parts/Lines.tsx";
import { Panel } from "../parts/Panel.tsx";

interface EndCardProps {
  readonly at: Placed;
  readonly lines: readonly Line[];
}

/** What came of the run, in the place of the models that have nothing to do any more. */
export function EndCard({ at, lines }: EndCardProps) {
  return (
    <Panel at={at} title={[boldSpan("The run has ended", "title")]} tone="accent">
      <Lines at={inside(at)} lines={lines} />
    </Panel>
  );
}
