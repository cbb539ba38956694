import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { RepositoryId } from "../../domain/ids.ts";
import type { ProcessRecord } from "../../engine/ports/adapter.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { markerOf } from "../../models/programs/call-environment.ts";
import { callPaths } from "../../models/programs/call-input.ts";
import { gateFiles } from "../../processes/gate.ts";
import { endGroup, signalGroup } from "../../processes/group.ts";
import { isAlive } from "../../processes/identity.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

/**
 * Ends a child that a dead engine left, with all it started: by its attempt's variable it is found also where it left its
 * group. Its temporary files go with it.
 */
export async function endChild(ledger: Ledger, repository: RepositoryId, record: ProcessRecord): Promise<void> {
  const attempts = await ledger.calls.unended(repository);
  const attempt = attempts.find(({ pid, startTime }) => pid === record.pid && startTime === record.startTime);
  if (attempt === undefined) return void (await endGroup(record));
  const paths = callPaths({ folder: attempt.folder, schema: null });
  const wasAlive = isAlive(record);
  await endGroup(record, { marker: markerOf(paths) });
  // That it was ended is our doing: nobody shall read it as its own end.
  if (wasAlive) await rm(join(attempt.folder, gateFiles.exit), { force: true });
  await rm(paths.temporary, { recursive: true, force: true, maxRetries: 2 });
}

/** Kills what the calls of this repository run, without a word: for a person who does not want to wait. What they wrote stays. */
export async function killChildren({ ledger, repository }: RepositoryContext): Promise<void> {
  for (const { pid, startTime } of await ledger.account.running(repository.id)) {
    if (pid !== null && startTime !== null && isAlive({ pid, startTime })) signalGroup(pid, "SIGKILL");
  }
}
