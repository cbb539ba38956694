import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { brand } from "../../domain/brand.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { CommandError } from "../program/command-error.ts";

/** A task by its id in any case; CommandError with the nearest one. */
export async function findTask(ledger: Ledger, repository: RepositoryId, id: string): Promise<TaskRow> {
  const exact = await ledger.tasks.get(repository, id);
  if (exact !== null) return exact;
  const rows = await ledger.tasks.list(repository);
  const row = rows.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (row !== undefined) return row;
  const hint =
    didYouMean(
      suggester()(
        id,
        rows.map((one) => one.id),
      ),
    ) ?? (rows.length === 0 ? `nothing has run here yet; see ${brand.bin} run` : `see ${brand.bin} list`);
  throw new CommandError(`unknown task ${quoted(id)}; ${hint}`);
}
