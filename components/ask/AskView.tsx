import { inside } from "../../src/view/layout/layout.ts";
import { logLayout } from "../../src/view/layout/view-layouts.ts";
import type { World } from "../../src/view/screen/screen-model.ts";
import { span } from "../../src/view/text/line.ts";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Panel } from "../parts/Panel.tsx";

interface AskViewProps {
  readonly world: World;
}

/** View 4: a question to several models at once. */
export function AskView({ world }: AskViewProps) {
  const at = logLayout(world.size);
  return (
    <Panel at={at} title={[span("Ask", "title")]} tone="accent">
      <EmptyState at={inside(at)} kind="no asks" />
    </Panel>
  );
}
