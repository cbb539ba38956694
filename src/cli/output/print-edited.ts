import { brand } from "../../domain/brand.ts";
import type { CommandContext } from "../wiring/command-context.ts";

const mostNamed = 5;

/** Says which tasks' rows somebody else than this program has changed; false: none. */
export async function printEdited({ ledger, program }: CommandContext): Promise<boolean> {
  const names = [...new Set((await ledger.editedTasks()).map(({ task }) => task))];
  if (names.length === 0) return false;
  const named = names.slice(0, mostNamed).join(", ");
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
  program.err.line(
    `the ledger was edited from outside: the rows of ${named}${more} are not what happened; ${brand.bin} run makes them anew from its log`,
  );
  return true;
}
