import { openScratch, type OpenScratch } from "../../../state/live/open-scratch.ts";
import type { NewEvent } from "../../domain/events.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Footprints } from "../../engine/ports/footprints.ts";
import type { OwnerIdentity } from "../../engine/ports/leases.ts";
import type { Workspace, WorkspaceOptions } from "../../engine/ports/workspace.ts";
import type { EngineParts } from "../../engine/run/engine-options.ts";
import { SlotNumbers } from "../../engine/waiting/slot-numbers.ts";
import { pipelines } from "../../pipeline/pipelines.ts";
import type { Enclose } from "../../processes/enclose.ts";
import { isDeadByPid, readIdentity } from "../../processes/identity.ts";
import { besideOthers, createCheckTurns } from "../../workspace/check-turns.ts";
import type { Note, WorkspaceDeps } from "../../workspace/workspace-context.ts";
import { openWorkspace } from "../../workspace/workspace.ts";
import { commandTrees } from "../../workspace/worktree-folder.ts";
import type { PromptOverrides } from "../inputs/prompt-overrides.ts";
import { endChild } from "../running/end-children.ts";
import { adaptersOf } from "./adapters-here.ts";
import { createCallFiles } from "./call-files.ts";
import { createCheckLock } from "./lease-lock.ts";
import type { RepositoryContext } from "./command-context.ts";
import { keeperOf } from "./footprints.ts";
import { keptAnswersOf } from "./kept-answers.ts";
import { localDay } from "./local-day.ts";
import { rankTasks } from "./rank-tasks.ts";
import { SearchWorker, type OpenContextIndex } from "./search-worker.ts";
import { createWalls } from "./walls.ts";

/** What an engine needs of the world, and what is to be closed after it. */
export interface OpenParts {
  readonly parts: EngineParts;
  readonly scratch: OpenScratch;
  readonly context: OpenContextIndex;
}

export async function openParts(
  context: RepositoryContext,
  from: { readonly settings: Settings; readonly prompts: PromptOverrides; readonly run: () => RunId | null },
): Promise<OpenParts> {
  const { program, paths, ledger, repository } = context;
  const owner = await readIdentity();
  const scratch = openScratch({ path: paths.scratch, clock: program.clock });
  const isDead = (other: OwnerIdentity): boolean => isDeadByPid(other, owner);
  const note: Note = (level, text, task) => tell(context, from.run(), { type: "note", data: { level, text } }, task);
  const record = (event: NewEvent, task: TaskId | null): void => tell(context, from.run(), event, task);
  const { options, deps, numbers } = siteParts(context, from.settings, { note, record, scratch, owner, isDead });
  const search = contextIndexOf(context);
  const turns = createCheckTurns();
  const parts: EngineParts = {
    ledger,
    scratch,
    answers: keptAnswersOf(scratch.answers, program.clock),
    clock: program.clock,
    random: Math.random,
    newId: program.newId,
    owner,
    isDead,
    adapters: adaptersOf(program, {
      inTurn: besideOthers(turns, deps.exclusive),
      footprints: deps.footprints,
      enclose: deps.enclose,
    }),
    pipelines,
    workspace: openWorkspace(options, { ...deps, turns }),
    context: search,
    numbers,
    files: createCallFiles(paths),
    day: localDay,
    rank: rankTasks,
    endProcess: (record) => endChild(ledger, repository.id, record),
    promptOverride: (role) => from.prompts.get(role) ?? null,
  };
  return { parts, scratch, context: search };
}

/** The files of this repository, to be searched. */
export const contextIndexOf = (
  { program, paths, repository }: RepositoryContext,
  options: { readonly limitMs?: number } = {},
): OpenContextIndex =>
  new SearchWorker(
    {
      scratch: paths.scratch,
      repository: repository.id,
      cwd: repository.top,
      gitDir: repository.commonDir,
      watchFolder: paths.watch(repository.id),
      environment: { ...program.env },
    },
    options,
  );

/** A workspace for commands that are no engine: what it notes goes to standard error, and checks run in worktrees of their own. */
export async function commandWorkspace(context: RepositoryContext, settings: Settings): Promise<Workspace> {
  const { options, deps } = await commandSite(context, settings);
  return openWorkspace(options, { ...deps, trees: commandTrees });
}

export async function commandSite(context: RepositoryContext, settings: Settings): Promise<SiteParts> {
  const owner = await readIdentity();
  const scratch = openScratch({ path: ":memory:", clock: context.program.clock });
  const note: Note = (level, text) => {
    if (level !== "info") context.program.err.line(text);
  };
  const record = (): void => undefined;
  const isDead = (other: OwnerIdentity): boolean => isDeadByPid(other, owner);
  return siteParts(context, settings, { note, record, scratch, owner, isDead });
}

/** What a workspace is opened with. */
interface SiteParts {
  readonly options: WorkspaceOptions;
  readonly deps: WorkspaceDeps & { readonly footprints: Footprints; readonly enclose: Enclose };
  readonly numbers: SlotNumbers;
}

function siteParts(
  { program, paths, ledger, repository }: RepositoryContext,
  settings: Settings,
  given: {
    readonly note: Note;
    readonly record: NonNullable<WorkspaceDeps["record"]>;
    readonly scratch: OpenScratch;
    readonly owner: OwnerIdentity;
    readonly isDead: (owner: OwnerIdentity) => boolean;
  },
): SiteParts {
  const { owner, isDead } = given;
  const numbers = SlotNumbers.of(ledger, { repository: repository.id, settings });
  return {
    numbers,
    options: {
      repository: repository.top,
      commonDir: repository.commonDir,
      repositoryId: repository.id,
      worktrees: paths.worktrees(repository.id, settings.git.worktrees),
      checksFolder: (run, task) => paths.checks(run, task),
      watchFolder: paths.watch(repository.id),
      settings,
    },
    deps: {
      note: given.note,
      record: given.record,
      cache: given.scratch.checkCache,
      clock: program.clock,
      environment: program.env,
      footprints: keeperOf(ledger, repository.id, owner.pidNamespace),
      enclose: createWalls(program, settings, repository),
      slotOf: (name) => numbers.take(name),
      exclusive: createCheckLock({ leases: ledger.leases, clock: program.clock, owner, isDead }),
    },
  };
}

/** What cannot be written is lost, the work is not. */
function tell(
  { ledger, repository }: RepositoryContext,
  run: RunId | null,
  event: NewEvent,
  task: TaskId | null,
): void {
  const events = [{ ...event, ...(task === null ? {} : { task }) }];
  void ledger.log.append({ repository: repository.id, run, events }).catch(() => undefined);
}
