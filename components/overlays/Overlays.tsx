import { editorColumns, pickerChoices } from "../../src/view/keys/handlers-overlays.ts";
import { textLines } from "../../src/view/keys/handlers-scroll.ts";
import { paletteItems } from "../../src/view/keys/palette.ts";
import { frameOf, inside } from "../../src/view/layout/layout.ts";
import { helpRect, sheetRect } from "../../src/view/layout/view-layouts.ts";
import { draftOf } from "../../src/view/screen/kept.ts";
import { keyContext, viewPlace, type World } from "../../src/view/screen/screen-model.ts";
import type { Overlay, Prompt, UiState } from "../../src/view/screen/ui-state.ts";
import { counted, dollars } from "../../src/view/text/amounts.ts";
import { editorRows, inputLine } from "../../src/view/text/editor-lines.ts";
import { fitLine, gap, span, type Line } from "../../src/view/text/line.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { Lines } from "../parts/Lines.tsx";
import { ConfirmDialog } from "./ConfirmDialog.tsx";
import { Help } from "./Help.tsx";
import { Palette } from "./Palette.tsx";
import { TextEditor } from "./TextEditor.tsx";

interface OverlaysProps {
  readonly ui: UiState;
  readonly world: World;
}

/** What lies over the view, in order. */
export function Overlays({ ui, world }: OverlaysProps) {
  return ui.overlays.map((overlay, index) => <OverlayOf key={index} ui={ui} world={world} overlay={overlay} />);
}

function OverlayOf({ ui, world, overlay }: OverlaysProps & { readonly overlay: Overlay }) {
  const { size } = world;
  switch (overlay.kind) {
    case "help":
      return <Help size={size} context={keyContext(ui, world, viewPlace(ui))} overlay={overlay} />;
    case "text":
      return <OwnPager size={size} title={overlay.title} text={overlay.text} top={overlay.top} />;
    case "palette": {
      const items = paletteItems(keyContext(ui, world, viewPlace(ui)), overlay.edit.text, ui.recent);
      return <Palette size={size} title="Commands" edit={overlay.edit} items={items} index={overlay.index} />;
    }
    case "picker":
      return (
        <Palette
          size={size}
          title={overlay.title}
          edit={overlay.edit}
          items={pickerChoices(overlay)}
          index={overlay.index}
        />
      );
    case "confirm":
      return <ConfirmDialog size={size} dialog={overlay} />;
    case "changes": {
      const columns = editorColumns(size.columns);
      const { comments } = draftOf(ui, world, overlay.question);
      const at = sheetRect(size, editorRows(overlay.edit, columns, size.rows));
      const note = comments.length === 0 ? "" : `${counted(comments.length, "comment")} attached`;
      return (
        <TextEditor
          at={at}
          title={`Request changes of ${overlay.task}: word for word in the next prompt`}
          edit={overlay.edit}
          placeholder=" what should be different?"
          note={note}
        />
      );
    }
    case "filter":
    case "comment":
    case "reason":
    case "note":
    case "add":
    case "prompt":
      return <InputLine world={world} overlay={overlay} hint={ui.hint} />;
  }
}

interface OwnPagerProps {
  readonly size: World["size"];
  readonly title: string;
  readonly text: string;
  readonly top: number;
}

/** A text that no pager took. */
function OwnPager({ size, title, text, top }: OwnPagerProps) {
  const at = helpRect(size);
  const { width, height } = inside(at);
  const all = textLines(text, width);
  const lines = all.slice(top, top + height).map((line): Line => [span(line)]);
  const note: Line = [span(`${Math.min(all.length, top + height)}/${all.length}`, "muted")];
  return <Sheet at={at} title={title} note={note} lines={lines} />;
}

type LineOverlay = Extract<Overlay, { readonly kind: "filter" | "comment" | "reason" | "note" | "add" | "prompt" }>;

/** A single line in the place of the attention line. */
function InputLine({
  world,
  overlay,
  hint,
}: {
  readonly world: World;
  readonly overlay: LineOverlay;
  /** Why a key did nothing: the line for that is covered. */
  readonly hint: string | null;
}) {
  const { attention } = frameOf(world.size);
  const label = labelOf(overlay);
  const line = inputLine(label.text, overlay.edit, attention.width - 1, hint === null ? label.placeholder : ` ${hint}`);
  return <Lines at={attention} lines={[fitLine([gap(1), ...line], attention.width)]} />;
}

function labelOf(overlay: LineOverlay): { readonly text: string; readonly placeholder: string } {
  switch (overlay.kind) {
    case "filter":
      if (overlay.of === "diff") return { text: "find in the diff: ", placeholder: " words; n and N go on" };
      return {
        text: "filter: ",
        placeholder: ` words, ${overlay.of === "tasks" ? "status: model: area: risk:" : "task: model: level:"} !not ~fuzzy`,
      };
    case "comment":
      return { text: `comment on ${overlay.place.file}:${overlay.place.line}: `, placeholder: " empty removes it" };
    case "note":
      return { text: `note for ${overlay.task}: `, placeholder: " stands word for word in its next prompt" };
    case "prompt":
      return promptLabel(overlay.of);
    case "add":
      return { text: "add a task: ", placeholder: " what is to be done, in one sentence" };
    case "reason":
      return { text: `${overlay.action} ${overlay.task}, why? `, placeholder: " may stay empty; ⏎ decides" };
  }
}

function promptLabel(of: Prompt): { readonly text: string; readonly placeholder: string } {
  if (of.what === "hold")
    return { text: `hold ${of.scope} ${of.target} until: `, placeholder: " 30m, 20:00; empty: until you release it" };
  if (of.what === "reopen")
    return { text: `open ${of.stage} of ${of.task} again, for what? `, placeholder: " stands in its prompts" };
  if (of.what === "ask") return { text: "ask: ", placeholder: " one question, to all that are marked" };
  const by = of.byMicros === null ? "what the next call may cost" : dollars(of.byMicros);
  return { text: `${of.task}: ${of.spent}; raise it by $`, placeholder: ` empty: ${by}` };
}
