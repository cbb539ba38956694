import { assert } from "../../domain/assert.ts";
import { endsEngine } from "../../domain/fatal-fault.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { Question } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { isTerminal, type TaskSpec } from "../../domain/task.ts";
import type { CallingTask } from "../attempt/call-request.ts";
import { HistoryMismatch, LookAgain, Stopped } from "../waiting/interrupts.ts";
import { openQuestions } from "../writing/questions.ts";
import { TaskWriter } from "../writing/task-writer.ts";
import { goesOn, interruptionOf, type EndedPass } from "./after-pass.ts";
import { askAboutBase, awaitBaseAnswer, type BaseTrouble, isBaseQuestion } from "./base-question.ts";
import { DurableTask, type RestartReason } from "./durable-task.ts";
import { fencedWorkspace } from "./fenced-workspace.ts";
import { roadmapRequests } from "./roadmap-requests.ts";
import type { ActiveTask, RunnerParts } from "./runner-parts.ts";
import { notesOf, timeLeft } from "./family.ts";
import { partsOfTask } from "./parts-of-task.ts";
import { decideStale, checkAbort, awaitOpenQuestion } from "./runner-questions.ts";

/** Takes one task from where the ledger has it to its end, a stop, or another engine's lease. Throws only Bugs and ledger faults. */
export async function runTask(parts: RunnerParts, active: ActiveTask): Promise<void> {
  try {
    while (await pass(parts, active));
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  }
}

/** Runs the task's pipeline once; true: another pass follows. */
async function pass(parts: RunnerParts, active: ActiveTask): Promise<boolean> {
  const trouble = await beforeBegin(parts, active);
  // One that is stopped for a command still has to do what it says.
  if (trouble === "stopped" && active.interrupt === null) return false;
  const pass = await openPass(parts, active);
  if (pass === null) return false;
  try {
    if (trouble !== "stopped" && active.interrupt === null && (await settleBase(parts, pass, trouble))) return true;
    await runPipeline(parts, active, pass);
    await pass.writer.flush();
    return false;
  } catch (thrown) {
    return await goesOn(parts, active, pass, await flushed(pass.writer, thrown));
  } finally {
    active.turn.yield();
    parts.base.release(active.id, false);
  }
}

/** What was still to be written is written before what has been thrown is followed. */
async function flushed(writer: TaskWriter, thrown: unknown): Promise<unknown> {
  try {
    await writer.flush();
    return thrown;
  } catch (fault) {
    return endsEngine(thrown) ? thrown : fault;
  }
}

/**
 * Whether its checks are green where a task that has not begun would begin; else what is to be asked about that, by it. While
 * another task asks, it waits. Whatever goes on from an earlier engine only waits until nothing is being measured.
 */
async function beforeBegin(parts: RunnerParts, active: ActiveTask): Promise<AskedTrouble | "stopped" | null> {
  const { base, ledger, repository } = parts;
  const { turn, id } = active;
  const row = await ledger.tasks.get(repository, id);
  if (row === null || active.interrupt !== null || isTerminal(row.state) || row.state === "AWAITING_HUMAN") return null;
  try {
    for (;;) {
      await turn.ready();
      const isNew = row.state === "NEW";
      const trouble = isNew ? await base.troubleOf(row.spec, turn.signal) : await base.followed(id, turn.signal);
      if (trouble === null && !isNew) await base.settled(turn.signal);
      if (trouble?.kind === "mending") {
        const { task } = trouble;
        const reason = `${task} is done again first, as checks are red by it`;
        await turn.idle({ kind: "question", untilMs: null, reason }, (idle) =>
          idle.until(null, () => base.isMended(task)),
        );
        continue;
      }
      if (trouble === null || (await base.claim(id))) return trouble;
      const reason = `another task asks about ${trouble.kind === "unfollowed" ? "the base" : "the checks on the base"}`;
      await turn.idle({ kind: "question", untilMs: null, reason }, (idle) => idle.until(null, () => base.isFree()));
    }
  } catch (error) {
    if (error instanceof Stopped) return "stopped";
    throw error;
  }
}

type AskedTrouble = Exclude<BaseTrouble, { kind: "mending" }>;

/** Asks what there is to ask about the base, or waits for the answer; true: another pass looks at it again. */
async function settleBase(
  parts: RunnerParts,
  { task, writer, questions }: Pass,
  trouble: AskedTrouble | null,
): Promise<boolean> {
  const { base } = parts;
  const open = questions.find(isBaseQuestion);
  if (open === undefined && trouble === null) return false;
  const anew =
    open !== undefined
      ? await awaitBaseAnswer(task, writer, open, base, await wasAnsweredBefore(parts, open))
      : trouble !== null && (await askAboutBase(task, writer, trouble, base));
  base.release(task.id, anew);
  return true;
}

/** Whether the answer was there when this engine began: what was to stop another run stops no other. */
async function wasAnsweredBefore({ ledger, repository, sinceMs }: RunnerParts, { id }: Question): Promise<boolean> {
  const asked = (await ledger.account.questions(repository)).find(({ question }) => question.id === id);
  return asked?.answer != null && asked.answer.effectiveAt < sinceMs;
}

interface Pass extends EndedPass {
  /** Questions whose answers were not taken up yet. */
  readonly questions: readonly Question[];
}

async function openPass(parts: RunnerParts, active: ActiveTask): Promise<Pass | null> {
  const { ledger, repository } = parts;
  let row = await ledger.tasks.get(repository, active.id);
  assert(row !== null, `the task ${active.id} is not in the ledger`);
  if (active.interrupt?.kind !== "start_over" && isTerminal(row.state)) return null;
  if (await begins(parts, row)) {
    await ledger.log.append({
      repository,
      run: parts.run.id,
      fence: active.fence,
      events: [
        {
          type: "task.begun",
          task: active.id,
          data: {
            generation: Math.max(1, row.generation),
            settingsDigest: parts.settingsDigest,
            pipelineVersion: versionOf(parts, row.spec),
          },
        },
      ],
    });
    row = await ledger.tasks.get(repository, active.id);
    assert(row !== null, `the task ${active.id} is not in the ledger`);
  }
  const detail = await ledger.tasks.detail(repository, active.id);
  const own = row.settingsDigest === parts.settingsDigest ? null : await ledger.runs.settings(row.settingsDigest);
  const settings = own ?? parts.settings;
  const results = await ledger.tasks.results(repository, active.id, row.generation);
  const questions = await openQuestions(ledger, repository, active.id);
  const writer = new TaskWriter(parts, {
    fence: active.fence,
    run: parts.run.id,
    row,
    steps: detail?.steps ?? [],
    results,
    before: questions[0]?.returnState ?? row.state,
  });
  const task = new DurableTask({
    generation: row.generation,
    spec: row.spec,
    settings,
    restartReason: await restartReasonOf(parts, row),
    writer,
    turn: active.turn,
    beforeEffect: () => parts.behindBack.askFirst(active.id),
  });
  const parent = row.spec.parent === undefined ? null : await ledger.tasks.get(repository, row.spec.parent);
  const calling: CallingTask = {
    spec: row.spec,
    parent: parent?.spec,
    repository,
    run: parts.run.id,
    generation: row.generation,
    writer,
    turn: active.turn,
    person: { writer, turn: active.turn },
    timeLeftMs: () => timeLeft(parts, row),
    slot: () => parts.slotOf(active.id),
  };
  active.turn.beforeWaiting = () => writer.flush();
  const workspace = fencedWorkspace(parts.workspace, active.id, parts.behindBack, {
    writer,
    entersBySetup: parts.settings.setup !== null,
    beforeTip: (branch) => followFirst(parts, active, branch),
  });
  return { row, questions, writer, task, calling, workspace };
}

/** Before a task's base is settled: what stands against bringing the integration branch up to the base is asked about first. */
async function followFirst({ base, run }: RunnerParts, { id, turn }: ActiveTask, branch: string): Promise<void> {
  if (branch !== run.integration) return;
  if ((await base.followed(id, turn.signal)) !== null) throw new LookAgain();
}

async function runPipeline(parts: RunnerParts, active: ActiveTask, pass: Pass): Promise<void> {
  if (active.interrupt !== null) throw interruptionOf(active);
  const pipeline = parts.pipelines[pass.row.spec.mode];
  if (pipeline === null || pipeline.version !== pass.row.pipelineVersion) {
    throw new HistoryMismatch(
      "pipeline",
      `it began under version ${pass.row.pipelineVersion} of ${pass.row.spec.mode}, which this program does not have`,
    );
  }
  const { staleDigest } = pass.row;
  for (const question of pass.questions) await awaitOpenQuestion(parts, pass, question, staleDigest);
  if (staleDigest !== null) await checkAbort(parts, pass.task);
  if (staleDigest !== null) await decideStale(parts, pass.task, pass.writer, staleDigest);
  await pipeline.run({
    task: pass.task,
    workspace: pass.workspace,
    run: parts.run,
    context: parts.context,
    promptOverride: parts.promptOverride,
    call: (request) => parts.gateway.call(pass.calling, request),
    record: (events) => pass.writer.append(events),
    needTips: () => needTips(parts, pass.row),
    refused: () => refused(parts, pass.row),
    notes: () => notesOf(parts, pass.row),
    parts: partsOfTask(parts, pass.row),
    past: () => parts.ledger.tasks.past(parts.repository),
    requests: () => roadmapRequests(parts, pass.row),
    waived: () => parts.ledger.account.waived(parts.repository),
  });
}

/** What has only asked about its base has done nothing yet: it begins with the settings of now. */
async function begins({ ledger, repository, settingsDigest }: RunnerParts, row: TaskRow): Promise<boolean> {
  if (row.generation === 0) return true;
  if (row.state !== "NEW" || row.settingsDigest === settingsDigest) return false;
  const results = await ledger.tasks.results(repository, row.id, row.generation);
  return results.length > 0 && results.every(isBaseQuestion);
}

async function restartReasonOf(parts: RunnerParts, row: TaskRow): Promise<RestartReason | null> {
  if (row.generation <= 1) return null;
  const events = await parts.ledger.log.since(0, {
    repository: parts.repository,
    task: row.id,
    types: ["task.restarted"],
  });
  let reopened: RestartReason["reopened"] = null;
  for (const event of events) {
    if (event.type !== "task.restarted") continue;
    const { generation, model, text, commit, keep, reopens } = event.data;
    if (reopens !== undefined) reopened = { ...reopens, generation };
    if (generation === row.generation) return { model, text, commit, keep, reopened };
  }
  return null;
}

async function needTips(parts: RunnerParts, row: TaskRow): Promise<readonly string[]> {
  const tips: string[] = [];
  for (const need of row.spec.needs) {
    const parent = await parts.ledger.tasks.get(parts.repository, need);
    if (parent?.commit !== null && parent !== null) tips.push(parent.commit);
  }
  return tips;
}

async function refused({ ledger, repository }: RunnerParts, { id }: TaskRow): Promise<readonly string[]> {
  const events = await ledger.log.since(0, { repository, task: id, types: ["decision.refused"] });
  return [...new Set(events.flatMap((event) => (event.type === "decision.refused" ? [event.data.what] : [])))];
}

function versionOf(parts: RunnerParts, spec: TaskSpec): number {
  const pipeline = parts.pipelines[spec.mode];
  assert(pipeline !== null, `the mode ${spec.mode} is not built`);
  return pipeline.version;
}
