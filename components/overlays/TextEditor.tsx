import { inside, type Placed } from "../../src/view/layout/layout.ts";
import { editorLines } from "../../src/view/text/editor-lines.ts";
import { span, type Line } from "../../src/view/text/line.ts";
import type { TextEdit } from "../../src/view/text/text-edit.ts";
import { Sheet } from "../parts/Sheet.tsx";

interface TextEditorProps {
  readonly at: Placed;
  readonly title: string;
  readonly edit: TextEdit;
  readonly placeholder: string;
  /** What is sent along, at the end of the title's line. */
  readonly note: string;
}

/** A text of several lines with a cursor. It holds no state: the keys change the text, this draws it. */
export function TextEditor({ at, title, edit, placeholder, note }: TextEditorProps) {
  const content = inside(at);
  const lines: readonly Line[] = editorLines(edit, content.width, content.height, placeholder);
  return <Sheet at={at} title={title} note={note === "" ? [] : [span(note, "muted")]} tone="ask" lines={lines} />;
}
