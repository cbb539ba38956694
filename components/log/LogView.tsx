import { inside } from "../../src/view/layout/layout.ts";
import { lastTask } from "../../src/view/log/log-lines.ts";
import { logPage } from "../../src/view/screen/pages.ts";
import type { World } from "../../src/view/screen/screen-model.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { useSlice } from "../parts/use-slice.ts";
import { lineWidth, span, type Line } from "../../src/view/text/line.ts";
import { EventsPanel } from "./EventsPanel.tsx";

interface LogViewProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: ScreenSource;
}

/** View 6: what happened, in full. */
export function LogView({ ui, world, source }: LogViewProps) {
  useSlice(source, "events");
  const { at, content } = logPage(ui, world);
  const { warnings, filter, anchor } = ui.log;
  const { width, height } = inside(at);
  const opens = lastTask(content, anchor, height);
  const line = (index: number): Line => {
    const drawn = content.line(index);
    const isOpened = index === opens?.index && lineWidth(drawn) + 3 <= width;
    return isOpened ? [...drawn, span("  ⏎", "accent")] : drawn;
  };
  const title = ["Log", ...(warnings ? ["warnings and errors"] : []), ...(filter === "" ? [] : [`filter: ${filter}`])];
  return (
    <EventsPanel
      at={at}
      content={{ ...content, line }}
      anchor={anchor}
      title={title.join("  ")}
      hint="following"
      empty={filter === "" ? "no events" : "no line"}
      focused
    />
  );
}
