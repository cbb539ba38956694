import { brand } from "../../domain/brand.ts";
import type { Settings } from "../../domain/settings.ts";
import type { RecordedEvent } from "../../domain/events.ts";
import { faultText } from "../../domain/fatal-fault.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import { startEngine, type Engine, type EngineEnd } from "../../engine/run/engine.ts";
import { logLevel } from "../inputs/log-level.ts";
import type { Inputs } from "../inputs/read-inputs.ts";
import type { Trusted } from "../inputs/trust.ts";
import { CommandError } from "../program/command-error.ts";
import { printEdited } from "../output/print-edited.ts";
import { packageVersion } from "../program/package-version.ts";
import { keepReaders } from "../../workspace/objects.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { createSerial } from "../../workspace/serial.ts";
import { openParts } from "../wiring/engine-parts.ts";
import { requireSandbox } from "../wiring/walls.ts";
import { followLog } from "./follow-log.ts";
import { applyRetention, dropMerged } from "./retention.ts";
import { openRunFiles } from "./run-files.ts";
import { sweepTemporary } from "./sweep-temporary.ts";
import { watchBacklog } from "./watch-backlog.ts";

/** What an engine is to do. */
export interface EngineRequest {
  readonly trusted: Trusted;
  readonly inputs: Inputs;
  /** Null: all tasks of the backlog. */
  readonly only: readonly TaskId[] | null;
  readonly yesTo: readonly ("plan" | "merge")[];
  readonly linger: boolean;
  readonly noWait: boolean;
}

export interface EngineListeners {
  readonly started: (engine: Engine) => void;
  /** Null: another engine has the repository. */
  readonly opened: (run: RunId | null) => void;
  readonly events: (events: readonly RecordedEvent[]) => void;
}

/** Runs an engine in this process to its end, with its logs written and its backlog watched. */
export async function hostEngine(
  context: RepositoryContext,
  request: EngineRequest,
  on: EngineListeners,
): Promise<EngineEnd> {
  const { ledger } = context;
  const { inputs } = request;
  // Where its user is told of a run is nothing of the run, and stands in no ledger.
  const { notify, ...settings } = inputs.settings;
  // Said before anything starts.
  logLevel(context.program.env);
  await requireSandbox(context.program, inputs.settings);
  const base = await baseOf(context, inputs.settings.git.base);
  let run: RunId | null = null;
  const { parts, scratch, context: search } = await openParts(context, { ...inputs, run: () => run });
  const letReadersGo = keepReaders();
  try {
    await putRight(context);
    const from = await ledger.log.head();
    const engine = startEngine(parts, { ...asked(context, request), ...base, settings });
    engine.end.catch(() => undefined);
    on.started(engine);
    run = await engine.opened;
    on.opened(run);
    if (run === null) return await engine.end;
    await ledger.log.append({
      repository: context.repository.id,
      run,
      events: [{ type: "note", data: { level: "info", text: `the engine is process ${process.pid}` } }],
    });
    await sweepTemporary(context.program.clock.now());
    const files = openRunFiles(context, run);
    // What stays here goes when the run is over.
    const removing = createSerial();
    const following = followLog(ledger.log, from, { run }, (events) => {
      on.events(events);
      files.take(events);
      void removing(() => dropMerged(context, inputs.settings, parts.workspace.snapshots, events)).catch(
        () => undefined,
      );
    });
    const unwatch = watchFile(context, inputs, engine, run);
    const notices = await noticesOf(context, notify, from);
    try {
      return await engine.end;
    } finally {
      unwatch();
      await tidy(context, "notices", async () => notices?.stop());
      await tidy(context, "the log of the run is not whole", () => following.stop());
      await files.finish();
      await removing(() => Promise.resolve());
      await tidy(context, "old runs and worktrees stay", () => applyRetention(context, inputs.settings));
      await tidy(context, "the ledger's log stays as it is", async () => ledger.checkpoint());
    }
  } finally {
    await tidy(context, "services may go on", () => parts.workspace.endServices());
    await search.close();
    letReadersGo();
    scratch.close();
  }
}

function asked({ repository }: RepositoryContext, { inputs, only, yesTo, linger, noWait }: EngineRequest) {
  const place = { repository: repository.id, repositoryPath: repository.top, version: packageVersion() };
  return { ...place, backlog: inputs.backlog, only, yesTo, linger, noWait };
}

/** Null: nobody wants to be told. */
async function noticesOf(context: RepositoryContext, notify: Settings["notify"], from: number) {
  if (notify === undefined || (!notify.desktop && notify.command === null && notify.webhook === null)) return null;
  return (await import("../wiring/notices.ts")).beginNotices(context, notify, from);
}

/** What somebody else wrote into rows of tasks is not what happened: all is folded again. */
async function putRight(context: RepositoryContext): Promise<void> {
  const { ledger, repository, program } = context;
  if (!(await printEdited(context))) return;
  // While another engine has the repository it goes by what it has read, and this one only follows.
  const holder = await ledger.leases.holder(repository.id, "");
  if (holder === null || holder.untilMs <= program.clock.now()) ledger.rebuild();
}

/** Work after the end: what cannot be done is told, and the end stays what it was. */
async function tidy({ program }: RepositoryContext, otherwise: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    program.err.line(`${otherwise}: ${faultText(error)}`);
  }
}

function watchFile(
  { program, ledger, repository }: RepositoryContext,
  { backlog, settings }: Inputs,
  engine: Engine,
  run: RunId,
): () => void {
  if (backlog.file === null) return () => undefined;
  return watchBacklog(program, backlog.file, settings, {
    changed: (read) => engine.changed(read),
    bad: (text) =>
      void ledger.log
        .append({ repository: repository.id, run, events: [{ type: "note", data: { level: "warn", text } }] })
        .catch(() => undefined),
  });
}

/** The branch that work starts from, with its tip. */
async function baseOf(
  context: RepositoryContext,
  wanted: string | null,
): Promise<{ readonly base: string; readonly baseCommit: string }> {
  const { repository } = context;
  const base = wanted ?? repository.branch;
  if (base === null)
    throw new CommandError(
      `no branch is checked out in ${repository.top}; check one out, or name one as git.base in ${brand.settingsFile}`,
    );
  if (base === repository.branch) return { base, baseCommit: repository.head };
  const { branchTip } = await import("../inputs/checkout-facts.ts");
  const baseCommit = await branchTip(context.program, repository, base);
  if (baseCommit === null) throw new CommandError(`there is no branch ${base} (git.base of ${brand.settingsFile})`);
  return { base, baseCommit };
}
