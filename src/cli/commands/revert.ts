import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { RunRow, TaskRow } from "../../domain/rows.ts";
import type { CommitMessage, Workspace } from "../../engine/ports/workspace.ts";
import { wholeOf } from "../../engine/task/family.ts";
import { landingEvents } from "../../policy/landed.ts";
import { terminalActor } from "../inputs/actor.ts";
import { findTask } from "../inputs/find-task.ts";
import { requireKnownBranch } from "../inputs/known-branch.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { requireTrustHere } from "../inputs/trust.ts";
import { saysYes } from "../inputs/yes.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { lastRun, withRepository, type RepositoryContext } from "../wiring/command-context.ts";
import { landedHere, openLanding, pickOnto } from "../wiring/landing.ts";
import { landingAlone } from "../wiring/landing-lock.ts";

/** A task's work, and where it is. */
interface Merged {
  readonly task: TaskRow;
  /** Its merge. */
  readonly of: string;
  readonly integration: string;
  /** What undid it on the integration branch; null: nothing did yet. */
  readonly undoneBy: string | null;
  readonly run: RunRow;
}

/** Undoes a task's merge by a commit on the integration branch, and where it has landed on a yes. */
export const command = (program: Program, input: InputOf<"revert">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    await requireTrustHere(program, context.repository, input.trust);
    return await landingAlone(context, displays, () => revert(context, input, displays));
  });

async function revert(context: RepositoryContext, input: InputOf<"revert">, displays: Displays): Promise<number> {
  const { program, ledger, repository } = context;
  const task = await findTask(ledger, repository.id, input.task);
  const events = await ledger.log.since(0, { repository: repository.id, types: landingEvents });
  const all = await mergedOf(context, task, events);
  const [first] = all;
  const { run, integration } = first;
  const into = input.into ?? run.base;
  const settings = await requireSettings(context, task);
  const landing = await openLanding(context, { run, into }, settings, displays);
  const { there } = into === integration ? { there: new Set<TaskId>() } : await landedHere(landing, integration);
  const landed = all.filter((merged) => there.has(merged.task.id));
  if (all.every(({ undoneBy }) => undoneBy !== null) && landed.length === 0)
    throw new CommandError(`${task.id} is not merged`);
  if (input.into !== undefined && input.into !== integration && landed.length === 0)
    throw new CommandError(`${task.id} has not landed on ${input.into}: nothing was undone`, 1);
  const undone: Undone[] = [];
  for (const merged of all) undone.push(await undoneNow(context, landing.workspace, merged, task, undone));
  const whole = await wholeOf(context.ledger, task);
  await tellWhole(context, whole, undone);
  const done = doneWords(task, undone);
  const more = [...(await dependants(context, whole)), `do it again: ${brand.bin} run --again ${whole.id}`];
  if (landed.length === 0) return printDone(program, displays, done, more);
  const also = `${brand.bin} revert ${task.id} --into ${into}`;
  const has = `${into} still has it, for it has landed there`;
  if (input.into === undefined && (displays.json || !program.mayAsk))
    return printDone(program, displays, `${done}; ${has}`, [
      `${also} undoes it there too, through the checks`,
      ...more,
    ]);
  if (input.into === undefined) {
    program.out.line(`${done}; ${has}`);
    if (!(await saysYes(program, `undo it on ${into} too, through the checks?`)))
      return printDone(program, displays, `${into} keeps it; ${also} undoes it there later`, more);
  }
  const picked = undone.filter(({ merged }) => landed.includes(merged));
  const commits = picked.map(({ by, merged }) => ({ commit: by, message: messageOf(merged) }));
  const moved = await pickOnto(landing, commits, `revert ${task.id}`).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    const tries = `${also} tries it there again`;
    throw new CommandError(`${done}, and stays on ${into}: ${error.message}`, error.exitCode, [...error.more, tries]);
  });
  await landing.record(moved, { tasks: [], undone: picked.map(({ merged }) => merged.task.id) });
  const by = moved.kind === "there" ? moved.tip : moved.commit;
  return printDone(program, displays, `${done}, and on ${into} by ${by.slice(0, 12)}`, more);
}

/** A merge, and the commit that undid it. */
interface Undone {
  readonly merged: Merged;
  readonly by: string;
}

function doneWords(task: TaskRow, undone: readonly Undone[]): string {
  const last = undone.at(-1);
  const by = last === undefined ? "" : ` by ${last.by.slice(0, 12)}`;
  const parts = undone.filter(({ merged }) => merged.task.id !== task.id).map(({ merged }) => merged.task.id);
  const on = undone[0]?.merged.integration ?? "";
  return `${task.id} is undone on ${on}${parts.length === 0 ? by : `, with ${parts.join(", ")}`}`;
}

type MergeEvents = Awaited<ReturnType<RepositoryContext["ledger"]["log"]["since"]>>;

/** The merges of a task and of its parts, the last first. CommandError: there is none. */
async function mergedOf(
  context: RepositoryContext,
  task: TaskRow,
  events: MergeEvents,
): Promise<readonly [Merged, ...Merged[]]> {
  const { ledger, repository } = context;
  const parts = await ledger.tasks.list(repository.id, { parent: task.id });
  const placeOf = ({ id }: TaskRow): number =>
    events.findLastIndex((event) => event.task === id && event.type === "merge.done");
  // Of a run that is cleaned away only what its tasks came to is known.
  const rows = [task, ...parts]
    .filter((row) => placeOf(row) >= 0 || row.mergeCommit !== null)
    .toSorted((a, b) => placeOf(b) - placeOf(a) || (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const [first, ...rest] = await Promise.all(
    (rows.length === 0 ? [task] : rows).map((row) => mergedAs(context, row, events)),
  );
  if (first === undefined) throw new CommandError(`${task.id} is not merged`);
  return [first, ...rest];
}

/** Undoes it unless it is undone; a fault on the way says what is undone already, and is taken up from there by another try. */
async function undoneNow(
  context: RepositoryContext,
  workspace: Workspace,
  merged: Merged,
  task: TaskRow,
  before: readonly Undone[],
): Promise<Undone> {
  try {
    return { merged, by: merged.undoneBy ?? (await undo(context, workspace, merged, messageOf(merged))) };
  } catch (error) {
    if (!(error instanceof CommandError) || before.length === 0) throw error;
    const so = `undone so far: ${before.map((one) => one.merged.task.id).join(", ")}; ${brand.bin} revert ${task.id} goes on`;
    throw new CommandError(error.message, error.exitCode, [...error.more, so]);
  }
}

/** A task of which parts are undone is undone, though nothing was merged for itself: whoever needs it waits. */
async function tellWhole(
  { ledger, repository }: RepositoryContext,
  { id, run }: TaskRow,
  undone: readonly Undone[],
): Promise<void> {
  const last = undone.at(-1);
  if (last === undefined || undone.some(({ merged }) => merged.task.id === id)) return;
  const data = { commit: last.by, of: last.merged.of };
  await ledger.log.append({ repository: repository.id, run, events: [{ type: "merge.reverted", task: id, data }] });
}

async function mergedAs(context: RepositoryContext, task: TaskRow, events: MergeEvents): Promise<Merged> {
  const { ledger, repository } = context;
  const run = (await ledger.runs.run(task.run)) ?? (await lastRun(ledger, repository.id));
  const last = events.findLast((event) => event.task === task.id && event.type === "merge.done");
  const undone = events.findLast((event) => event.task === task.id && event.type === "merge.reverted");
  const of = task.mergeCommit ?? (undone?.type === "merge.reverted" ? undone.data.of : null);
  if (run === null || of === null) throw new CommandError(`${task.id} is not merged`);
  const integration = last?.type === "merge.done" ? last.data.into : run.integration;
  const undoneBy = task.mergeCommit === null && undone?.type === "merge.reverted" ? undone.data.commit : null;
  return { task, of, integration, undoneBy, run };
}

const messageOf = ({ task, of }: Merged): CommitMessage => ({
  task: task.id,
  run: task.run,
  subject: `${task.id}: revert ${task.spec.goal}`,
  body: `Undoes ${of}, as ${terminalActor("revert").name} asked.`,
  key: `revert/${of}`,
  steps: [],
  models: [],
});

/** The commit that undoes it on the integration branch. */
async function undo(
  context: RepositoryContext,
  workspace: Workspace,
  { task, of, run, integration: into }: Merged,
  message: CommitMessage,
): Promise<string> {
  const { ledger, repository } = context;
  await requireKnownBranch(context, workspace, into, run.base);
  const undone = await workspace.integration.revert(into, of, message);
  if (undone.kind === "conflict")
    throw new CommandError(
      `${task.id} cannot be undone by itself: ${undone.with} changed the same lines of ${undone.files.slice(0, 5).join(", ")}`,
      1,
    );
  if (undone.kind !== "merged")
    throw new CommandError(undone.kind === "blocked" ? undone.why : `${task.id} was not undone`, 1);
  await ledger.log.append({
    repository: repository.id,
    run: task.run,
    events: [{ type: "merge.reverted", task: task.id, data: { commit: undone.commit, of } }],
  });
  return undone.commit;
}

/** What it means for those who need it. */
async function dependants({ ledger, repository }: RepositoryContext, { id }: TaskRow): Promise<readonly string[]> {
  const needing = (await ledger.tasks.list(repository.id)).filter(({ spec }) => spec.needs.includes(id));
  if (needing.length === 0) return [];
  const names = needing.map((task) => task.id).join(", ");
  return [`it is needed by ${names}, which waits for it from now on, or may no longer work without it`];
}
