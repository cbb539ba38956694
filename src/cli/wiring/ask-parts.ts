import { rm } from "node:fs/promises";
import { join } from "node:path";

import { openScratch } from "../../../state/live/open-scratch.ts";
import { LedgerFault } from "../../../state/connection/ledger-fault.ts";
import type { AskAnswer, AskEnd, AskFailure } from "../../domain/ask.ts";
import { asksPlace, type RunId } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { AskParts } from "../../engine/ask/open-ask.ts";
import type { Scratch } from "../../engine/ports/scratch.ts";
import { askModels } from "../../pipeline/ask.ts";
import { signalGroup } from "../../processes/group.ts";
import { isAlive, isDeadByPid, readIdentity } from "../../processes/identity.ts";
import type { AskInputs } from "../inputs/ask-inputs.ts";
import { CommandError } from "../program/command-error.ts";
import { endChild } from "../running/end-children.ts";
import { adaptersOf } from "./adapters-here.ts";
import { createCallFiles } from "./call-files.ts";
import type { CommandContext } from "./command-context.ts";
import { keeperOf } from "./footprints.ts";
import { keptAnswersOf } from "./kept-answers.ts";
import { keepAsk } from "./kept-asks.ts";
import { localDay } from "./local-day.ts";
import { privateFolder } from "./private-files.ts";
import { createWalls } from "./walls.ts";

export interface AskListeners {
  readonly scratch: Scratch;
  readonly onEnd: (end: AskAnswer | AskFailure) => void;
}

/** Asks in this process. Each call has an empty folder of its own, which goes with the ask. */
export async function ask(
  context: CommandContext,
  id: RunId,
  inputs: AskInputs,
  on: AskListeners,
  signal: AbortSignal,
): Promise<AskEnd> {
  const { paths, program } = context;
  const folders = join(paths.run(id), "folders");
  const at = program.clock.now();
  const scratch = openScratch({ path: paths.scratch, clock: program.clock });
  try {
    const end = await askModels(
      { ...(await partsOf(context, inputs, on.scratch)), answers: keptAnswersOf(scratch.answers, program.clock) },
      { ...inputs, id, folder: (name) => privateFolder(join(folders, name)) },
      on.onEnd,
      signal,
    );
    const asked = { id, at, question: inputs.text, repository: inputs.repository };
    // Who asked has the answers; what cannot be kept is only not looked at again.
    await keepAsk(paths, asked, end).catch(() => undefined);
    return end;
  } catch (error) {
    if (error instanceof LeaseLost)
      throw new CommandError("this ask stood still for so long that another one ended it", 1);
    throw error;
  } finally {
    scratch.close();
    await rm(folders, { recursive: true, force: true, maxRetries: 2 });
    await dropOldAsks(context);
  }
}

/** The calls and files of older ones go; who answered and who was best stays in the ledger. */
const keptAsks = 200;

/** What cannot be removed now is removed another time. */
async function dropOldAsks({ program, ledger, paths }: CommandContext): Promise<void> {
  try {
    for (const id of ledger.cleanAsks(keptAsks)) await rm(paths.run(id), { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof LedgerFault) || error.kind !== "locked")
      program.err.line(`old asks stay: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function partsOf(
  { program, paths, ledger }: CommandContext,
  { settings }: AskInputs,
  scratch: Scratch,
): Promise<AskParts> {
  const owner = await readIdentity();
  return {
    ledger,
    scratch,
    clock: program.clock,
    random: Math.random,
    newId: program.newId,
    adapters: adaptersOf(program, {
      footprints: keeperOf(ledger, asksPlace, owner.pidNamespace),
      enclose: createWalls(program, settings, null),
    }),
    files: createCallFiles(paths),
    settings: () => settings,
    day: localDay,
    endProcess: (record) => endChild(ledger, asksPlace, record),
    owner,
    isDead: (other) => isDeadByPid(other, owner),
  };
}

/** Kills what the calls of this ask run, without a word: for a person who does not want to wait. */
export async function killAsked({ ledger }: CommandContext, id: RunId): Promise<void> {
  for (const { pid, startTime, callRow } of await ledger.account.running(asksPlace)) {
    if (callRow.run !== id || pid === null || startTime === null || !isAlive({ pid, startTime })) continue;
    signalGroup(pid, "SIGKILL");
  }
}
