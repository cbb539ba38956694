import { assert } from "../../domain/assert.ts";
import type { NewEvent, TaskFailure } from "../../domain/events.ts";
import { assertRoom, endsEngine, FatalFault, faultText } from "../../domain/fatal-fault.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { isTerminal } from "../../domain/task.ts";
import { SetupFault } from "../../domain/workspace-error.ts";
import { countFault, mostInARow, type FaultCount } from "../../policy/repeated-fault.ts";
import type { CallingTask } from "../attempt/call-request.ts";
import type { Workspace } from "../ports/workspace.ts";
import { AskFirst, HistoryMismatch, LookAgain, StartOver, Stopped, TaskFailed } from "../waiting/interrupts.ts";
import { openQuestions, withdrawals } from "../writing/questions.ts";
import type { TaskWriter } from "../writing/task-writer.ts";
import { askAboutBase } from "./base-question.ts";
import type { DurableTask } from "./durable-task.ts";
import { askAboutError, askAboutHistory } from "./runner-questions.ts";
import type { ActiveTask, RunnerParts } from "./runner-parts.ts";
import { askAboutSeen } from "./seen-question.ts";
import { startOver } from "./start-over.ts";

/** What is left of a pass when it has thrown. */
export interface EndedPass {
  readonly row: TaskRow;
  readonly writer: TaskWriter;
  readonly task: DurableTask;
  readonly calling: CallingTask;
  readonly workspace: Workspace;
}

/**
 * What follows from what a pass threw; true: another pass begins. A fault on the way is followed in its turn; the same one three
 * times in a row ends the engine.
 */
export async function goesOn(
  parts: RunnerParts,
  active: ActiveTask,
  pass: EndedPass,
  thrown: unknown,
): Promise<boolean> {
  let faults: FaultCount | null = null;
  for (let error = thrown; ;) {
    if (error instanceof LeaseLost || active.leaseLost) return false;
    if (endsEngine(error) || !(error instanceof Error)) throw error;
    faults = countFault(faults, error.message);
    if (faults.times >= mostInARow)
      throw new FatalFault(`${active.id}: the same fault ${mostInARow} times in a row: ${error.message}`);
    const { interrupt } = active;
    try {
      const thing = interrupt === null ? error : interruptionOf(active);
      const goes = await follow(parts, active, pass, thing, takenBy(interrupt, "done"));
      active.interrupt = null;
      return goes;
    } catch (again) {
      active.interrupt = null;
      error = again;
      // What a command came to is a fault now, which is followed: once.
      if (!endsEngine(again) && !(again instanceof LeaseLost) && !active.leaseLost)
        for (const event of takenBy(interrupt, faultText(again))) await pass.writer.append([event]);
    }
  }
}

async function follow(
  parts: RunnerParts,
  active: ActiveTask,
  pass: EndedPass,
  error: Error,
  taken: readonly NewEvent[],
): Promise<boolean> {
  if (error instanceof TaskFailed) {
    await fail(parts, pass, error.failure, taken);
    return false;
  }
  if (error instanceof StartOver) {
    await parts.gateway.endOrphanedAttempts(pass.calling);
    const to = await startOver(parts, pass.row, pass.writer, error, taken);
    // From the very beginning it waits for its needs and its turn like any other.
    if (to === "NEW") return false;
  } else if (error instanceof AskFirst) await askAboutSeen(parts, active.turn, pass.task, pass.writer, error.seen);
  else if (error instanceof LookAgain) return !active.turn.signal.aborted;
  else if (error instanceof SetupFault && (await isOfAll(parts, error))) {
    await askAboutSetup(parts, active, pass, error);
  } else if (error instanceof HistoryMismatch) await askAboutHistory(pass.task, pass.writer, error);
  else if (error instanceof Stopped || active.turn.signal.aborted) {
    if (!(error instanceof Stopped)) await note(pass, `stopped at a fault: ${error.message}`);
    await tidy(pass, "its worktree was not kept as a snapshot", () => keepTree(parts, pass, "stopped"));
    return false;
  } else if (isTerminal(pass.writer.state)) {
    // A task that is over asks nothing: it stays as it was.
    await note(pass, `${active.id} was not taken up again: ${error.message}`);
    return false;
  } else {
    // Nobody can put right from here what the whole repository lacks.
    assertRoom(error);
    await parts.workspace.present();
    await askAboutError(parts, pass, error);
  }
  // A command aborted this turn: the scheduler starts the task again with a fresh one.
  return !active.turn.signal.aborted;
}

/** Whether set-up failed where no task has changed anything, so that it fails for all. */
async function isOfAll({ workspace, run }: RunnerParts, { commit }: SetupFault): Promise<boolean> {
  const { history } = workspace;
  return commit === ((await history.tip(run.integration)) ?? (await history.tip(run.base)));
}

/** One task asks for all; the others wait, and try again when it is over. */
async function askAboutSetup(
  { base }: RunnerParts,
  { id, turn }: ActiveTask,
  { task, writer }: EndedPass,
  { message, detail }: SetupFault,
): Promise<void> {
  if (await base.claim(id)) {
    base.release(id, await askAboutBase(task, writer, { kind: "setup", message, detail }, base));
    return;
  }
  const reason = "another task asks about setup";
  await turn.idle({ kind: "question", untilMs: null, reason }, (idle) => idle.until(null, () => base.isFree()));
}

/** That the command is taken of which a task was interrupted. */
const takenBy = (interrupt: ActiveTask["interrupt"], result: string): readonly NewEvent[] =>
  interrupt?.command === undefined ? [] : [{ type: "command.taken", data: { id: interrupt.command, result } }];

/** What a command made of the task, where there is one. */
export function interruptionOf({ interrupt }: ActiveTask): Error {
  assert(interrupt !== null, "an interrupt was expected");
  return interrupt.kind === "start_over" ? interrupt.by : new TaskFailed(interrupt.failure);
}

/** Tidies up on the way to an end: a fault is noted, and the end comes all the same. */
async function tidy(pass: EndedPass, otherwise: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof LeaseLost || endsEngine(error)) throw error;
    await note(pass, `${otherwise}: ${faultText(error)}`);
  }
}

const note = ({ writer }: EndedPass, text: string): Promise<void> =>
  writer.append([{ type: "note", data: { level: "warn", text } }]);

async function fail(
  parts: RunnerParts,
  pass: EndedPass,
  failure: TaskFailure,
  taken: readonly NewEvent[],
): Promise<void> {
  const { row, writer, calling } = pass;
  await parts.gateway.endOrphanedAttempts(calling, async (fault) => {
    if (endsEngine(fault)) throw fault;
    await note(pass, `what it left running was not ended: ${faultText(fault)}`);
  });
  const open = await openQuestions(parts.ledger, parts.repository, row.id);
  await writer.move("FAILED", failure.message, { failure, events: [...withdrawals(open, failure.message), ...taken] });
}

async function keepTree(
  parts: RunnerParts,
  { row: { id }, writer, workspace }: EndedPass,
  reason: string,
): Promise<void> {
  const now = await parts.ledger.tasks.get(parts.repository, id);
  if (now === null || now.worktree === null || now.branch === null) return;
  const taken = await workspace.snapshots.take({ task: id, path: now.worktree, branch: now.branch }, reason);
  if (taken === null) return;
  const { n, ref, commit } = taken;
  await writer.append([{ type: "snapshot.made", data: { n, ref, commit, reason } }]);
}
