import type { RepositoryId } from "../../domain/ids.ts";
import { splitKey } from "../../domain/parts.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { Mode } from "../../domain/task.ts";
import { withoutGeneration } from "../../domain/unit-key.ts";
import { isKept, keptOf, keptText, sayMode, type Body, type Kept } from "../../policy/kept-keys.ts";
import type { Ledger } from "../ports/ledger.ts";
import { StartOver } from "../waiting/interrupts.ts";

/** What becomes of a task whose mode a person changes, as it stands now. */
export async function keptByMode(ledger: Ledger, repository: RepositoryId, row: TaskRow, to: Mode): Promise<Kept> {
  const { id, spec, state, generation } = row;
  const detail = await ledger.tasks.detail(repository, id);
  const keys = (await ledger.tasks.results(repository, id, generation)).map(({ key }) => withoutGeneration(key));
  return keptOf({
    id,
    from: spec.mode,
    to,
    state,
    isPart: spec.parent !== undefined,
    hasParts: detail?.parts !== undefined && keys.includes(splitKey),
    body: bodyOf(spec.mode, detail?.chosenMode?.mode ?? null, keys),
    isPlanAgreed: state === "PLAN_APPROVED" || keys.some((key) => key.startsWith("main/base/")),
    steps: detail?.steps ?? [],
  });
}

function bodyOf(mode: Mode, chosen: Body | null, keys: readonly string[]): Body | null {
  if (keys.includes("road/1")) return "adaptive";
  return mode === "context-aware" ? chosen : mode;
}

/** The generation that goes on in the other mode. */
export const overInMode = (row: TaskRow, to: Mode, kept: Exclude<Kept, { kind: "refused" }>, by: string): StartOver =>
  new StartOver(`${to} by ${by}: ${keptText(kept)}`, isKept(kept), null, null, null, null, sayMode(row.spec, to, by));
