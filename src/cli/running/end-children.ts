import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { RepositoryId } from "../../domain/ids.ts";
import type { ProcessRecord } from "../../engine/ports/adapter.ts";
import type { OwnerIdentity } from "../../engine/ports/leases.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { markerOf } from "../../models/programs/call-environment.ts";
import { callPaths } from "../../models/programs/call-input.ts";
import { gateFiles } from "../../processes/gate.ts";
import { endGroup } from "../../processes/group.ts";
import { isAlive, isReachable, readIdentity } from "../../processes/identity.ts";
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

/** So long the system may take to take away what was killed. */
const killed = [{ signal: "SIGKILL", waitMs: 500 }] as const;

/** Kills what calls, checks and setups of this repository run, without a word: for a person who does not want to wait. What they wrote stays. */
export async function killChildren({ ledger, repository }: RepositoryContext): Promise<void> {
  const { boot, pidNamespace } = await readIdentity();
  const running = (await ledger.footprints.all(boot)).filter(
    (one) =>
      one.repository === repository.id && one.endedAt === null && one.pidNamespace === pidNamespace && isAlive(one),
  );
  await Promise.all(running.map((one) => endGroup(one, { signalSteps: killed })));
}

/** Kills an engine and what it runs, whatever it is at. False: its process cannot be reached from here. */
export async function killEngine(context: RepositoryContext, engine: OwnerIdentity): Promise<boolean> {
  const self = await readIdentity();
  if (!isReachable(engine, self) || !isAlive(engine)) return false;
  process.kill(engine.pid, "SIGKILL");
  await killChildren(context);
  return true;
}
