import type { Size } from "../../src/view/layout/layout.ts";
import { confirmPage } from "../../src/view/screen/confirm-page.ts";
import type { Overlay } from "../../src/view/screen/ui-state.ts";
import { Sheet } from "../parts/Sheet.tsx";

interface ConfirmDialogProps {
  readonly size: Size;
  readonly dialog: Extract<Overlay, { readonly kind: "confirm" }>;
}

/** A question with buttons; the safe one is chosen at first. */
export function ConfirmDialog({ size, dialog }: ConfirmDialogProps) {
  const { at, lines, note } = confirmPage(size, dialog);
  return <Sheet at={at} title={dialog.title} note={note} tone="warn" lines={lines} />;
}
