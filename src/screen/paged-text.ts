import { diffOf } from "../view/screen/screen-model.ts";
import type { PagedThing } from "../view/screen/screen-command.ts";
import type { ScreenSource } from "../view/screen/screen-source.ts";
import { logRows } from "../view/log/log-lines.ts";
import { lineText } from "../view/text/line.ts";
import { cellsOf, isSimple } from "../view/text/reveal.ts";

/** What a pager is to show: a text that is clean, or what a check wrote, by its path below the state folder. */
export type Paged = { readonly text: string } | { readonly output: string };

const columns = 200;
const signs = { added: "+", removed: "-", context: " ", file: "", hunk: "", meta: "" } as const;

/** A text as a pager gets it: nothing in it is a command to the terminal. */
export function pagedText(source: Pick<ScreenSource, "getSnapshot">, task: string, thing: PagedThing): Paged {
  if (thing.kind === "output")
    return thing.path === null ? { text: "This check wrote nothing.\n" } : { output: thing.path };
  if (thing.kind === "diff") {
    const { lines } = diffOf(source.getSnapshot("diff", task));
    return { text: lines.map(({ kind, text }) => `${signs[kind]}${revealed(text)}\n`).join("") };
  }
  const filter = { warnings: false, withTask: false, filter: "" };
  const rows = logRows(source.getSnapshot("events", task), filter, columns);
  return { text: Array.from({ length: rows.count }, (_, row) => `${lineText(rows.line(row))}\n`).join("") };
}

export const revealed = (text: string): string =>
  isSimple(text)
    ? text
    : cellsOf(text)
        .map((cell) => cell.text)
        .join("");
