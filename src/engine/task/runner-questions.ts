import { assert } from "../../domain/assert.ts";
import type { Question } from "../../domain/question.ts";
import type { TaskState } from "../../domain/task.ts";
import { WorktreeGone } from "../../domain/workspace-error.ts";
import { withoutGeneration } from "../../domain/unit-key.ts";
import type { Snapshot, Tree, Workspace } from "../ports/workspace.ts";
import { StartOver, TaskFailed, type HistoryMismatch } from "../waiting/interrupts.ts";
import { withSaidMode } from "../../policy/kept-keys.ts";
import type { Asked, Given } from "../writing/questions.ts";
import { withdrawals } from "../writing/questions.ts";
import type { TaskWriter } from "../writing/task-writer.ts";
import { isBaseQuestion } from "./base-question.ts";
import type { DurableTask } from "./durable-task.ts";
import type { RunnerParts } from "./runner-parts.ts";

/** Questions that no pipeline asks: they concern the pass as a whole. After an answer the next pass goes on. */

/** By what a pass asks, and follows an answer. */
interface Asking {
  readonly task: DurableTask;
  readonly writer: TaskWriter;
  readonly workspace: Workspace;
}

/**
 * Waits for the answer of a question that an earlier engine asked here: what led to it may not come again, but a person was
 * asked. One about a backlog that has changed once more is withdrawn.
 */
export async function awaitOpenQuestion(
  parts: RunnerParts,
  asking: Asking,
  question: Question,
  staleDigest: string | null,
): Promise<void> {
  const { task, writer } = asking;
  const key = withoutGeneration(question.key);
  const asked: Asked = { ...question, to: () => back(writer) };
  if (key.startsWith("error/")) await followError(parts, asking, question, await task.ask(key, asked));
  else if (key.startsWith("history/")) followHistory(await task.ask(key, asked), question.text);
  else if (key.startsWith("backlog/") && key !== backlogKey(parts, task, staleDigest)) {
    const reason = "the backlog has changed again";
    await writer.move(back(writer), reason, { events: withdrawals([question], reason) });
  }
}

function backlogKey(parts: RunnerParts, task: DurableTask, staleDigest: string | null): string | null {
  if (staleDigest === null) return null;
  return `backlog/${parts.currentSpec(task.id) === null ? "removed" : staleDigest}`;
}

/** Whoever has given a task up is not asked about it again, whatever its question was. */
export async function checkAbort({ ledger, clock, repository }: RunnerParts, { id }: DurableTask): Promise<void> {
  for (const { question, answer } of await ledger.account.questions(repository)) {
    if (
      question.task !== id ||
      isBaseQuestion(question) ||
      answer?.action !== "abort" ||
      answer.effectiveAt > clock.now()
    )
      continue;
    throw aborted({ ...answer, by: answer.actor.name });
  }
}

/** The file says something else about an unfinished task than what it was started with. Decided once per text. */
export async function decideStale(
  parts: RunnerParts,
  task: DurableTask,
  writer: TaskWriter,
  staleDigest: string,
): Promise<void> {
  const current = parts.currentSpec(task.id);
  const gone = current === null;
  const key = backlogKey(parts, task, staleDigest);
  assert(key !== null, "a stale task has a digest");
  const given = await task.ask(key, {
    kind: "backlog",
    reason: gone ? "removed" : "changed",
    text: gone
      ? `${task.id} is no longer in the backlog. Keep working on it as it was, or abort it?`
      : `The backlog now says something else about ${task.id}. Keep its old text, restart it with the new one, or abort it?`,
    actions: gone ? ["keep", "abort"] : ["keep", "restart", "abort"],
    returnState: back(writer),
    evidence: gone ? {} : { goal: current.spec.goal, details: current.spec.details },
    to: () => back(writer),
  });
  if (given.action === "abort") throw aborted(given);
  if (given.action !== "restart" || current === null) return;
  const spec = withSaidMode(task.spec, current.spec);
  await writer.append([{ type: "task.changed", data: { ...current, spec } }]);
  throw new StartOver("restarted with its changed text", () => false, given.model, given.text);
}

/** What was committed and what this program would do no longer fit together. */
export async function askAboutHistory(task: DurableTask, writer: TaskWriter, error: HistoryMismatch): Promise<void> {
  const given = await task.ask(`history/${writer.countOf("history/")}`, {
    kind: "other",
    reason: "history",
    text: `${task.id} cannot go on where it was: ${error.message}. Start it over (its branch and snapshots stay), or abort it?`,
    actions: ["restart", "abort"],
    returnState: back(writer),
    evidence: { key: error.key, why: error.why },
    to: () => back(writer),
  });
  followHistory(given, error.message);
}

function followHistory(given: Given, why: string): never {
  if (given.action === "abort") throw aborted(given);
  throw new StartOver(`started over: ${why}`, () => false, given.model, given.text);
}

/** Something of the world failed that no phase expected: git, the file system, a hook of the user's. */
export async function askAboutError(parts: RunnerParts, asking: Asking, error: Error): Promise<void> {
  const { task, writer } = asking;
  const isGone = error instanceof WorktreeGone;
  const asked: Asked = {
    kind: "other",
    reason: "error",
    text: `${task.id} cannot go on: ${error.message}${isGone ? `. ${whatRetryMakes}` : ""}`,
    actions: ["retry", "abort"],
    returnState: back(writer),
    evidence: { error: error.name, ...(isGone ? { worktree: "gone" } : {}) },
    to: () => back(writer),
  };
  await followError(parts, asking, asked, await task.ask(`error/${writer.countOf("error/")}`, asked));
}

const whatRetryMakes =
  "Retry puts aside what stands there, makes the worktree again from the last commit, and does once more what was under way; or abort the task";

/** Where a worktree was removed, trying again makes it anew, and does once more what was lost with it. */
async function followError(
  parts: RunnerParts,
  asking: Asking,
  { evidence }: Pick<Asked, "evidence">,
  given: Given,
): Promise<void> {
  if (given.action === "abort") throw aborted(given);
  const { id } = asking.task;
  const row = await parts.ledger.tasks.get(parts.repository, id);
  if (evidence["worktree"] !== "gone" || row?.branch == null || row.worktree === null) return;
  const { branch, worktree } = row;
  const { workspace, writer } = asking;
  const commit = (await workspace.history.tip(branch)) ?? row.commit ?? row.baseCommit;
  if (commit === null || !(await isLost(asking, { task: id, path: worktree, branch }))) return;
  const reason = "its worktree was gone, and is made again from its last commit";
  const { snapshot } = await workspace.trees.enter({ task: id, branch, commit, reason, keep: false });
  await note(writer, snapshot);
  throw new StartOver(reason, () => true, given.model, given.text);
}

/** Whoever has put it back goes on with what is in it. */
async function isLost({ writer, workspace }: Asking, tree: Tree): Promise<boolean> {
  try {
    await note(writer, await workspace.snapshots.take(tree, "as it was put back"));
    return false;
  } catch (error) {
    if (error instanceof WorktreeGone) return true;
    throw error;
  }
}

const note = async (writer: TaskWriter, snapshot: Snapshot | null): Promise<void> => {
  if (snapshot !== null) await writer.append([{ type: "snapshot.made", data: snapshot }]);
};

const aborted = (given: Given): TaskFailed =>
  new TaskFailed({ type: "aborted", reason: null, message: given.text ?? `aborted by ${given.by}` });

/** The state before the question; a question that a crash left open has it written down. */
const back = (writer: TaskWriter): TaskState => writer.stateBeforeQuestion;
