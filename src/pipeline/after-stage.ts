import { severityRank, type Finding } from "../domain/answers.ts";
import { toJson } from "../domain/json.ts";
import { changeWords, type RoadmapChange, type StageId } from "../domain/roadmap.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import { applyChanges, type Changed } from "../policy/roadmap.ts";
import { supervisorReasons } from "../policy/supervisor-triggers.ts";
import { recordText } from "../prompts/roadmap-text.ts";
import { findRegressions, troubleOfRegression } from "./regressions.ts";
import { nothing } from "./results.ts";
import { requestsSchema, type Regression } from "./roadmap-results.ts";
import { limitsOf, reviseOnce, type RoadmapStory } from "./roadmap-story.ts";
import type { EndedStage } from "./stage-end.ts";
import { supervise } from "./supervise.ts";
import type { TaskProgress } from "./task-progress.ts";

/** Goes on to the next stage; only where something is not as thought, with what rules, a supervisor or a person say of it. */
export async function afterStage(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  ended: EndedStage,
): Promise<void> {
  progress.decisions = story.records.map(recordText);
  const regressions = await findRegressions(work, progress, story, ended);
  const open = new Set(story.state.stages.map(({ id }) => id));
  const doubts = await reopenCauses(work, progress, story, ended, regressions);
  const { findings, stopped } = ended;
  const reasons = supervisorReasons({ findings, stopped, regressions, steps: stepsOf(story, ended) });
  const isAsked = reasons.length > 0 && maySupervise(work, story);
  const said = isAsked ? await supervise(work, progress, story, ended, reasons) : null;
  const left = leaveFindings(work, story, ended, open);
  const stuck = said === null ? null : whyLeft(said.changed);
  const why = [...doubts, ...(stuck === null ? [] : [stuck]), ...left];
  const proposed = said === null || stuck === null ? [] : allowedToPerson(work, story, said.changes);
  if (why.length > 0) await askAboutRoadmap(work, progress, story, ended, why, proposed);
  await takeUpRequests(work, progress, story, ended.name);
}

/** Nobody is asked for changes where none is left. */
function maySupervise(work: TaskWork, { state }: RoadmapStory): boolean {
  const { mode } = work.task.spec;
  return (mode === "adaptive" || mode === "context-aware") && state.revisions < limitsOf(work).changes;
}

function whyLeft(changed: Changed): string | null {
  if (changed.kind === "refused") return `what the supervisor wants cannot be: ${changed.why.replace(/\.$/, "")}`;
  return changed.kind === "person" ? changed.why : null;
}

/** All of what was proposed, where a person may let it be; else nothing. */
const allowedToPerson = (
  work: TaskWork,
  { state }: RoadmapStory,
  changes: readonly RoadmapChange[],
): readonly RoadmapChange[] =>
  applyChanges(state, changes, limitsOf(work), "person").kind === "changed" ? changes : [];

/** Opens the stages again that turned checks red. Returns what only a person can settle, a sentence each. */
async function reopenCauses(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  ended: EndedStage,
  regressions: readonly Regression[],
): Promise<readonly string[]> {
  const doubts = regressions
    .filter(({ stage }) => stage === null)
    .map(({ check, why }) => `${check} is red, and what made it so is not proven: ${why}`);
  const byStage = Map.groupBy(
    regressions.filter(({ stage }) => stage !== null),
    ({ stage }) => stage ?? "",
  );
  const changes = [...byStage].map(([stage, red]): RoadmapChange => {
    const names = red.map(({ check }) => check).join(", ");
    const step = {
      title: `make ${names} pass again`,
      details: "Mend what turned it red, without weakening it.",
      files: [],
    };
    return { op: "reopen", stage, finding: `${names} turned red with it`, steps: [step] };
  });
  if (changes.length === 0) return doubts;
  const why = `red at the end of ${ended.id}: ${regressions.map(({ check }) => check).join(", ")}`;
  const revision = { changes, why, by: "rules", who: "rules" } as const;
  const changed = await reviseOnce(work, progress, story, `road/reopen/${ended.name}`, revision);
  if (changed.kind !== "changed") {
    const refusal = "why" in changed ? `, and nothing is opened again for it by itself: ${changed.why}` : "";
    return [...doubts, `${why}${refusal}`.replace(/\.$/, "")];
  }
  for (const { id, todo } of story.state.stages) if (byStage.has(id)) for (const step of todo) story.mending.add(step);
  for (const [stage, red] of byStage) {
    story.troubles.set(stage, red.map(troubleOfRegression));
    story.rechecks.set(
      stage,
      red.map(({ check }) => check),
    );
  }
  return doubts;
}

/** What a stage was thought to take and has taken, without the steps that rules added to mend a check. */
function stepsOf(
  { steps, mending }: RoadmapStory,
  ended: EndedStage,
): Parameters<typeof supervisorReasons>[0]["steps"] {
  if (ended.steps.some(({ id }) => mending.has(id))) return null;
  const own = steps.filter(({ id, stage }) => stage === ended.id && !mending.has(id));
  return { estimated: own.filter(({ opening }) => opening === 1).length, used: own.length };
}

/** Open findings go to the stage that was opened or added for them. Where there is none, they are for a person. */
function leaveFindings(
  work: TaskWork,
  story: RoadmapStory,
  ended: EndedStage,
  before: ReadonlySet<StageId>,
): readonly string[] {
  const { blockOn } = work.task.settings.review;
  const open = ended.findings.filter(({ state }) => state === "open");
  if (!open.some(({ severity }) => severityRank[severity] >= severityRank[blockOn])) return [];
  const { stages } = story.state;
  const heir = (stages.find(({ state }) => state === "ACTIVE") ?? stages.find(({ id }) => !before.has(id)))?.id;
  if (heir === undefined)
    return [`${open.map(({ id }) => id).join(", ")} ${open.length === 1 ? "is" : "are"} still open`];
  giveTo(story, heir, open);
  return [];
}

/** What a stage is opened for: the findings stand in its prompts, and are settled when it is done. */
function giveTo(story: RoadmapStory, stage: StageId, open: readonly Finding[]): void {
  const told = open.map(({ id, severity, text }) => `${id} [${severity}] ${text}`);
  story.troubles.set(stage, [...(story.troubles.get(stage) ?? []), ...told]);
  story.owed.set(stage, [...(story.owed.get(stage) ?? []), ...open.map(({ id }) => id)]);
}

async function askAboutRoadmap(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  ended: EndedStage,
  why: readonly string[],
  proposed: readonly RoadmapChange[],
): Promise<void> {
  const { task } = work;
  const key = `road/after/${ended.name}/person`;
  const may = proposed.length > 0;
  const open = ended.findings.filter(({ state }) => state === "open");
  const given = await task.ask(key, {
    kind: "other",
    reason: "roadmap",
    text: `${task.id}: after stage ${ended.id} the roadmap needs you: ${why.join("; ")}. ${
      may
        ? `The supervisor proposes: ${proposed.map(changeWords).join("; ")}. Approve to change it so, keep it as it is`
        : "Approve to go on as it is"
    }, request changes (your words become a step of ${ended.id}), or abort.`,
    actions: may ? ["approve", "keep", "request_changes", "abort"] : ["approve", "request_changes", "abort"],
    returnState: "QUALITY_GATE",
    evidence: {
      stage: ended.id,
      opening: ended.opening,
      from: ended.from,
      to: progress.tip,
      base: progress.base,
      why: [...why],
      proposed: proposed.map(changeWords),
      findings: toJson(open),
    },
    to: ({ action }) => (action === "abort" ? null : "QUALITY_GATE"),
  });
  const { action, by, text } = given;
  if (action === "abort")
    throw new TaskFailed({ type: "aborted", reason: "roadmap", message: text ?? `aborted by ${by}` });
  if (action === "request_changes") {
    const steps = [{ title: "make the requested change", details: text ?? "", files: [] }];
    const finding = text ?? "a person asked for changes";
    progress.words = text;
    await reopenFor(work, progress, story, ended.id, { key: `${key}/changes`, finding, steps, by });
    return giveTo(story, ended.id, open);
  }
  const mended = new Set([...story.rechecks.values()].flat());
  for (const { name, failures } of ended.failed)
    if (!mended.has(name)) for (const id of failures) story.accepted.add(`${name}: ${id}`);
  const before = new Set(story.state.stages.map(({ id }) => id));
  if (action === "approve" && may) {
    const revision = { changes: proposed, why: why.join("; "), by, who: "person" } as const;
    await reviseOnce(work, progress, story, `${key}/changes`, revision);
    if (leaveFindings(work, story, ended, before).length === 0) return;
  }
  await waiveOpen(work, progress, open, `${key}/waived`, by);
}

/** Opens a stage again by a person's words. One that is open already is told them beside what it was opened for. */
async function reopenFor(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  stage: StageId,
  asked: { readonly key: string; readonly finding: string; readonly steps: Reopening["steps"]; readonly by: string },
): Promise<void> {
  const { key, finding, steps, by } = asked;
  if (story.state.stages.some(({ id, state }) => id === stage && state === "ACTIVE")) {
    story.troubles.set(stage, [...(story.troubles.get(stage) ?? []), finding]);
    return;
  }
  const changes = [{ op: "reopen", stage, finding, steps }] as const;
  const changed = await reviseOnce(work, progress, story, key, { changes, why: finding, by, who: "person" });
  if (changed.kind !== "changed") await noteRefused(work, `${key}/refused`, `reopen ${stage}`, changed);
}

type Reopening = Extract<RoadmapChange, { op: "reopen" }>;

/** A person's yes closes what is still open, by their name. */
async function waiveOpen(
  work: TaskWork,
  progress: TaskProgress,
  open: readonly Finding[],
  key: string,
  by: string,
): Promise<void> {
  if (open.length === 0) return;
  const ids = new Set(open.map(({ id }) => id));
  await work.task.once(
    key,
    { inputs: { findings: [...ids] }, result: nothing, reason: `waived by ${by}` },
    (effect) => {
      for (const id of ids) effect.record({ type: "finding.closed", data: { id, state: "waived", by } });
      return Promise.resolve(null);
    },
  );
  progress.findings = progress.findings.map((finding): Finding =>
    ids.has(finding.id) ? { ...finding, state: "waived" } : finding,
  );
}

/** What people asked of the roadmap while the stage was worked on. One that cannot be is noted. */
export async function takeUpRequests(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  name: string,
): Promise<void> {
  const { task } = work;
  const { requests } = await task.once(
    `road/asked/${name}`,
    { inputs: { taken: [...story.taken] }, result: requestsSchema, reason: "requests", withNext: true },
    async () => ({
      requests: (await work.requests()).filter(({ id }) => !story.taken.has(id)),
    }),
  );
  for (const [index, { id, op, stage, because, by }] of requests.entries()) {
    story.taken.add(id);
    // Said twice it is the same.
    if (op === "skip" && requests.slice(0, index).some((one) => one.op === "skip" && one.stage === stage)) continue;
    const key = `road/asked/${name}/${index + 1}`;
    const why = because ?? `skipped by ${by}`;
    if (op === "reopen") {
      await reopenFor(work, progress, story, stage, { key, finding: why, steps: [], by });
      continue;
    }
    const revision = { changes: [{ op, stage, metBy: null }], why, by, who: "person" } as const;
    const changed = await reviseOnce(work, progress, story, key, revision);
    if (changed.kind !== "changed") await noteRefused(work, `${key}/refused`, `skip ${stage}`, changed);
  }
}

async function noteRefused(work: TaskWork, key: string, what: string, changed: Changed): Promise<void> {
  const why = "why" in changed ? changed.why : "it changes nothing";
  const text = `${what} was asked for and is not done: ${why}`;
  await work.task.once(key, { inputs: { why }, result: nothing, reason: text, withNext: true }, (effect) => {
    effect.record({ type: "note", data: { level: "warn", text } });
    return Promise.resolve(null);
  });
}
