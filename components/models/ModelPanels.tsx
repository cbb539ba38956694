import { inside, type Placed, type TasksLayout } from "../../src/view/layout/layout.ts";
import { fitLine, span, type Line } from "../../src/view/text/line.ts";
import {
  healthLine,
  modelCounts,
  modelHealth,
  moreModels,
  panelLines,
  quietNote,
  stripHeading,
  stripRow,
} from "../../src/view/models/model-panels.ts";
import type { ModelFacts, ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { RowMoment } from "../../src/view/tasks/task-row.ts";
import { Lines } from "../parts/Lines.tsx";
import { LineText } from "../parts/LineText.tsx";
import { Panel } from "../parts/Panel.tsx";
import { useSlice } from "../parts/use-slice.ts";
import { Box } from "ink";

interface ModelPanelsProps {
  readonly layout: TasksLayout;
  readonly models: readonly ModelFacts[];
  readonly moment: RowMoment;
  readonly source: ScreenSource;
}

/** What each model does: panels where there is room, else a table, else a line of counts. */
export function ModelPanels({ layout, models, moment, source }: ModelPanelsProps) {
  if (layout.strip !== null) return <ModelStrip strip={layout.strip} models={models} moment={moment} source={source} />;
  const { panels } = layout;
  const hasRest = models.length > panels.length && panels.length > 0;
  const shown = hasRest ? panels.length - 1 : panels.length;
  const last = panels.at(-1);
  return (
    <>
      {models.slice(0, shown).map((model, slot) => {
        const at = panels[slot];
        return at === undefined ? null : (
          <ModelPanel key={slot} at={at} model={model} moment={moment} source={source} />
        );
      })}
      {hasRest && last !== undefined && <RestPanel at={last} models={models.slice(shown)} moment={moment} />}
    </>
  );
}

interface ModelPanelProps {
  readonly at: Placed;
  readonly model: ModelFacts;
  readonly moment: RowMoment;
  readonly source: ScreenSource;
}

function ModelPanel({ at, model, moment, source }: ModelPanelProps) {
  const live = useSlice(source, "live", model.name);
  const content = inside(at);
  const isQuiet = at.height === 1;
  const note = isQuiet ? quietNote(model, moment) : healthLine(modelHealth(model, moment));
  return (
    <Panel at={at} title={[span(model.name, model.running.length > 0 ? "title" : "muted")]} note={note}>
      <Lines at={content} lines={panelLines(model, live, moment, content.width, content.height)} />
    </Panel>
  );
}

/** The models that have no panel of their own, one a line. */
function RestPanel({
  at,
  models,
  moment,
}: Omit<ModelPanelProps, "model" | "source"> & { readonly models: readonly ModelFacts[] }) {
  const content = inside(at);
  const lines = models.map((model): Line =>
    fitLine([span(`${model.name}  `), ...healthLine(modelHealth(model, moment))], content.width),
  );
  return (
    <Panel at={at} title={[span(`${models.length} more`, "muted")]}>
      <Lines at={content} lines={lines} />
    </Panel>
  );
}

interface StripProps extends Omit<ModelPanelsProps, "layout"> {
  readonly strip: NonNullable<TasksLayout["strip"]>;
}

function ModelStrip({ strip, models, moment, source }: StripProps) {
  const content = inside(strip.at);
  if (strip.kind === "counts") return <Lines at={content} lines={[modelCounts(models, moment, content.width)]} />;
  const room = content.height - 1;
  const shown = models.length > room ? room - 1 : room;
  return (
    <Panel at={strip.at} title={[span("Models", "muted")]}>
      <Lines at={{ ...content, height: 1 }} lines={[stripHeading(content.width)]} />
      {models.slice(0, shown).map((model, slot) => (
        <StripLine
          key={slot}
          x={content.x}
          y={content.y + 1 + slot}
          width={content.width}
          model={model}
          moment={moment}
          source={source}
        />
      ))}
      {models.length > shown && (
        <Lines
          at={{ ...content, y: content.y + room, height: 1 }}
          lines={[moreModels(models.slice(shown), moment, content.width)]}
        />
      )}
    </Panel>
  );
}

interface StripLineProps extends Omit<ModelPanelProps, "at"> {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function StripLine({ x, y, width, model, moment, source }: StripLineProps) {
  const live = useSlice(source, "live", model.name);
  return (
    <Box position="absolute" left={x} top={y} width={width} height={1}>
      <LineText line={stripRow(model, live, moment, width)} />
    </Box>
  );
}
