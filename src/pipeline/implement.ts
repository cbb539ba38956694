import type { ModelName } from "../domain/ids.ts";
import type { AdapterOutcome } from "../engine/ports/adapter.ts";
import type { CommitMessage, Committed, Tree } from "../engine/ports/workspace.ts";
import type { EffectContext } from "../engine/task/durable-task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { askModel, enterTree, troubleOf } from "./ask-model.ts";
import { askAboutNoChange, type LeftToPerson } from "./no-change.ts";
import { implementerPrompt } from "./prompting.ts";
import { madeSchema, nothing, type Made } from "./results.ts";
import type { Trouble } from "./trouble.ts";
import { retryUntilResult, type Allowance } from "./retry-until-result.ts";
import { applyRestartReason, type TaskProgress, type Unit } from "./task-progress.ts";

/** One implementing round of a unit: a model's change, committed once with the key's trailer. Moves the task's tip. */
export async function implement(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  round: number,
): Promise<Made | LeftToPerson> {
  const key = `${unit.key}/implement/${round}`;
  applyRestartReason(progress, key);
  const made = await retryUntilResult<Made | LeftToPerson>(
    work,
    { key, step: unit.step, state: "IMPLEMENTING", forced: progress.forced },
    (tryKey, allowance) => tryToImplement(work, progress, unit, round, tryKey, allowance),
    askAboutNoChange(work, progress, unit),
  );
  if (made.kind === "made") {
    progress.tip = made.commit;
    progress.authors.add(made.model);
    progress.session = made.session === null ? null : { model: made.model, session: made.session };
  }
  progress.words = null;
  progress.forced = null;
  progress.snapshot = null;
  return made;
}

async function tryToImplement(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  round: number,
  key: string,
  allowance: Allowance,
): Promise<Made | Trouble> {
  const { task } = work;
  const { step } = unit;
  /** Asks for the change; `lack`: what the answer before did not bring, after which it is asked once more. */
  const ask = (lack: string | null, askKey: string): Promise<Made | Trouble> =>
    task.once(
      askKey,
      {
        inputs: { tip: progress.tip, round, words: progress.words, trouble: [...unit.trouble], lack },
        result: madeSchema,
        enters: (made) => (made.kind === "made" && unit.review ? "CODE_REVIEW" : null),
        reason: (made) => (made.kind === "made" ? `${unit.title}: round ${round} implemented` : made.message),
        steps: (made) => {
          const isAskedAgain = lack === null && made.kind === "trouble" && made.what === "no_change";
          return step === null || isAskedAgain ? [] : [stepMove(step, made, unit, round)];
        },
      },
      (effect) => implementOnce(work, progress, unit, round, effect, allowance, lack),
    );
  await task.once(
    `${key}/begin`,
    {
      inputs: { round },
      result: nothing,
      enters: "IMPLEMENTING",
      reason: `${unit.title}: round ${round}`,
      steps: () => (step === null ? [] : [{ step, to: "IMPLEMENTING", reason: `round ${round}`, round }]),
      withNext: true,
    },
    () => Promise.resolve(null),
  );
  const first = await ask(null, key);
  return first.kind === "trouble" && first.what === "no_change" ? await ask(first.message, `${key}/again`) : first;
}

function stepMove(step: string, made: Made | Trouble, unit: Unit, round: number) {
  if (made.kind === "trouble") return { step, to: "RETRY_WAIT", reason: made.message, round } as const;
  return {
    step,
    to: unit.review ? "CODE_REVIEW" : "APPROVED",
    reason: `round ${round} implemented`,
    round,
    model: made.model,
    commit: made.commit,
  } as const;
}

/** The effect: the model works in the tree at the tip. */
async function implementOnce(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  round: number,
  effect: EffectContext,
  allowance: Allowance,
  lack: string | null,
): Promise<Made | Trouble> {
  const result = await askModel(work, progress, effect, {
    role: "implementer",
    step: unit.step,
    round,
    prompt: await implementerPrompt(work, progress, unit, round, lack),
    allowance,
    exclude: [],
    check: anyText,
    arrange: arrangement(work, progress, unit),
  });
  if (result.kind !== "success") return troubleOf(result);
  const unsettled = await unsettledConflicts(work, progress, unit);
  const committed = unsettled.length > 0 ? null : await commitTree(work, progress, unit, effect, [result.model]);
  if (committed !== null) return madeOf(committed, result.model, result.session);
  return {
    kind: "trouble",
    what: "no_change",
    type: "no_change",
    reason: null,
    retryable: false,
    wantedMicros: 0,
    message: lack === null ? lackOf(unsettled) : `${unit.title}: asked twice, and ${leftOf(unsettled)}`,
    said: endOf(result.text),
    model: result.model,
    unsettled: [...unsettled],
  };
}

/** Files of a conflict that still hold its markers. */
async function unsettledConflicts(work: TaskWork, progress: TaskProgress, unit: Unit): Promise<readonly string[]> {
  if (unit.conflicts.length === 0) return [];
  const tree: Tree = { task: work.task.id, path: progress.worktree, branch: progress.branch };
  return await work.workspace.integration.conflictMarkers(tree, unit.conflicts);
}

const lackOf = (unsettled: readonly string[]): string =>
  unsettled.length > 0
    ? `The last answer left conflict markers in ${unsettled.join(", ")}. Resolve every one of them.`
    : "The last answer changed no file. Make the change in the working tree, or say in one sentence why none is needed.";

/** The end of what a model said, for a person. */
function endOf(text: string): string | null {
  const said = text.trim();
  return said === "" ? null : said.length <= mostSaid ? said : `… ${said.slice(-mostSaid)}`;
}

const mostSaid = 600;

/** What was lacking, for a person. */
const leftOf = (unsettled: readonly string[]): string =>
  unsettled.length > 0 ? `conflict markers are left in ${unsettled.join(", ")}` : "no file was changed";

/** What is put into the tree beside the tip: the other side of a conflict, or the snapshot a person went back to. */
function arrangement(work: TaskWork, progress: TaskProgress, unit: Unit): ((worktree: string) => Promise<void>) | null {
  const { snapshot } = progress;
  if (snapshot === null) return unit.arrange;
  return async () =>
    void (await enterTree(work, { branch: progress.branch, tip: snapshot }, "going back to a snapshot"));
}

/** Commits what is in the tree, or finds the commit that a killed engine made under the same key. */
export async function commitTree(
  work: TaskWork,
  progress: TaskProgress,
  unit: Unit,
  effect: EffectContext,
  models: readonly ModelName[],
): Promise<Committed | null> {
  const { task, workspace } = work;
  const tree: Tree = { task: task.id, path: progress.worktree, branch: progress.branch };
  const key = `${task.id}/${effect.key}`;
  const committed =
    (await workspace.trees.probe(progress.branch, progress.tip, key)) ??
    (await workspace.trees.commit(tree, progress.tip, messageOf(work, unit, key, models)));
  if (committed === null) return null;
  const { keptHead } = committed;
  if (keptHead !== null)
    effect.record({
      type: "snapshot.made",
      data: { n: keptHead.n, ref: keptHead.ref, commit: keptHead.commit, reason: "the agent committed by itself" },
    });
  effect.record({
    type: "commit.made",
    ...(unit.step === null ? {} : { step: unit.step }),
    data: {
      commit: committed.commit,
      base: committed.base,
      key: effect.key,
      files: committed.files.length,
      insertions: committed.insertions,
      deletions: committed.deletions,
    },
  });
  return committed;
}

function messageOf(work: TaskWork, unit: Unit, key: string, models: readonly ModelName[]): CommitMessage {
  return {
    task: work.task.id,
    run: work.run.id,
    subject: `${work.task.id}: ${unit.title}`,
    body: "",
    key,
    steps: unit.step === null ? [] : [unit.step],
    models,
  };
}

const madeOf = (committed: Committed, model: ModelName, session: string | null): Made => ({
  kind: "made",
  base: committed.base,
  commit: committed.commit,
  files: [...committed.files],
  model,
  session,
});

/** What an implementer says is free text; what counts is the diff. */
const anyText = (_outcome: AdapterOutcome): null => null;
