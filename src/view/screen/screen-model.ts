import type { QuestionId, TaskId } from "../../domain/ids.ts";
import { causeKey } from "../../domain/question-cause.ts";
import type { KeyContext, OwnKeys, Place } from "../keys/command-spec.ts";
import type { Size } from "../layout/layout.ts";
import { windowAt } from "../layout/list-window.ts";
import { parseDiff, type Diff } from "../review/diff-lines.ts";
import { reviewSections } from "../review/review-queue.ts";
import type { TaskEntry } from "../tasks/task-entry.ts";
import { conditionsNow, type ConditionsNow } from "../tasks/conditions-now.ts";
import { allEntries, answersOf, noAnswers, taskList, type TaskList, type WaitingAnswers } from "../tasks/task-list.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { marksOf } from "./kept.ts";
import type {
  DiffSnapshot,
  ModelFacts,
  ModelsSnapshot,
  OpenQuestion,
  ReviewSnapshot,
  RunSnapshot,
  ScreenSource,
} from "./screen-source.ts";
import { topOverlay, type ReviewSection, type UiState } from "./ui-state.ts";
import { hasOutput } from "../tasks/task-detail.ts";

/** What is there when a key is pressed. */
export interface World {
  readonly size: Size;
  readonly source: Pick<ScreenSource, "getSnapshot">;
  /** False: nothing turns. */
  readonly motion: boolean;
  /** Keys of the person's own; absent: the usual ones. */
  readonly keys?: OwnKeys | undefined;
  /** The terminal has only the signs of ASCII. */
  readonly ascii?: boolean | undefined;
}

/** Questions nobody has answered yet, oldest first. */
export const openQuestions = memoizeLast((snapshot: ReviewSnapshot): readonly OpenQuestion[] =>
  snapshot.questions.filter(({ answer }) => answer === null),
);

/** The same, those that one cause made several tasks ask together: one answer is for all of them. */
export const causeGroups = memoizeLast((open: readonly OpenQuestion[]): readonly (readonly OpenQuestion[])[] => {
  const groups = new Map<string, OpenQuestion[]>();
  for (const one of open) {
    const key = causeKey(one.question) ?? one.question.id;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
});

/** All that ask for the same cause as this one, itself among them. */
export const askedAlike = (open: readonly OpenQuestion[], question: QuestionId): readonly OpenQuestion[] =>
  causeGroups(open).find((group) => group.some((one) => one.question.id === question)) ?? [];

/** The last decision that may still be taken back. */
export const undoable = (snapshot: ReviewSnapshot, now: number): OpenQuestion | null =>
  snapshot.questions
    .filter(({ answer }) => answer !== null && answer.effectiveAt > now)
    .reduce<OpenQuestion | null>(
      (last, next) => ((next.answer?.effectiveAt ?? 0) >= (last?.answer?.effectiveAt ?? 0) ? next : last),
      null,
    );

/** All that went out together with a decision: they take effect at the same instant. */
export const undoableWith = (snapshot: ReviewSnapshot, { answer }: OpenQuestion): readonly OpenQuestion[] =>
  snapshot.questions.filter((each) => each.answer !== null && each.answer.effectiveAt === answer?.effectiveAt);

/** In the order of the settings, so that each keeps its place. */
export const sortedModels = ({ models }: ModelsSnapshot): readonly ModelFacts[] => models;

export const diffOf = memoizeLast((snapshot: DiffSnapshot): Diff => parseDiff(snapshot.text));

export const listOf = (ui: UiState, { source }: World): TaskList =>
  taskList(source.getSnapshot("tasks", ""), source.getSnapshot("run", "").run, ui.tasks, waitingAnswers(source));

/** What was decided while no engine is there to take it. */
export const waitingAnswers = (source: World["source"]): WaitingAnswers =>
  source.getSnapshot("run", "").engine === "alive" ? noAnswers : answersIn(source.getSnapshot("review", ""));

const answersIn = memoizeLast(({ questions }: ReviewSnapshot): WaitingAnswers => answersOf(questions));

const asked = memoizeLast((open: readonly OpenQuestion[]) => open.map(({ question }) => question));

/** What stands in the way of the run now. */
export function conditionsIn({ source }: Pick<World, "source">): ConditionsNow {
  const { run, engine } = source.getSnapshot("run", "");
  const tasks = source.getSnapshot("tasks", "");
  const questions = asked(openQuestions(source.getSnapshot("review", "")));
  const entries = allEntries(tasks, run, waitingAnswers(source));
  return conditionsNow(entries, { run, engine, questions, limits: tasks.limits }, source.getSnapshot("clock", "").now);
}

/** The question the Review view is on. */
export function reviewQuestion(ui: UiState, { source }: World): OpenQuestion | null {
  const open = openQuestions(source.getSnapshot("review", ""));
  return open.find(({ question }) => question.id === ui.review.question) ?? open[0] ?? null;
}

const placeOfOverlay = {
  help: "help",
  text: "help",
  palette: "choices",
  picker: "choices",
  filter: "line",
  comment: "line",
  reason: "line",
  note: "line",
  add: "line",
  prompt: "line",
  changes: "editor",
  confirm: "confirm",
} as const satisfies Record<NonNullable<ReturnType<typeof topOverlay>>["kind"], Place>;

/** The view with what is opened over it, without overlays. */
export const viewPlace = (ui: UiState): Place => (ui.detail === null ? ui.view : "detail");

export function placeOf(ui: UiState): Place {
  const overlay = topOverlay(ui);
  if (overlay?.kind === "help" && overlay.typing) return "line";
  return overlay === null ? viewPlace(ui) : placeOfOverlay[overlay.kind];
}

/** The task that keys are about. */
export function focusedTask(ui: UiState, world: World): TaskId | null {
  if (ui.detail !== null) return ui.detail.task;
  if (ui.view === "review") return reviewQuestion(ui, world)?.question.task ?? null;
  return ui.view === "tasks" ? (selectedEntry(ui, listOf(ui, world))?.row.id ?? null) : null;
}

export function selectedEntry(ui: UiState, list: TaskList): TaskEntry | null {
  const { selected } = windowAt(ui.tasks.cursor, list.entries.length, 1, (id) => list.indexOf.get(id));
  return list.entries[selected] ?? null;
}

/** The open question of the task at hand. */
export function focusedQuestion(ui: UiState, world: World): OpenQuestion | null {
  if (ui.detail === null && ui.view === "review") return reviewQuestion(ui, world);
  const task = focusedTask(ui, world);
  return openQuestions(world.source.getSnapshot("review", "")).find(({ question }) => question.task === task) ?? null;
}

export function selectedModel(ui: UiState, { source }: World): ModelFacts | null {
  const models = sortedModels(source.getSnapshot("models", ""));
  const { selected } = windowAt(ui.models.cursor, models.length, 1, (name) => indexOfModel(models, name));
  return models[selected] ?? null;
}

export function indexOfModel(models: readonly ModelFacts[], name: string): number | undefined {
  const index = models.findIndex((model) => model.name === name);
  return index < 0 ? undefined : index;
}

/** The section the Review view shows. */
export function reviewSection(ui: UiState, world: World): ReviewSection {
  const open = reviewQuestion(ui, world);
  if (open === null) return "facts";
  const { task } = open.question;
  const sections = reviewSections(
    open.question,
    world.source.getSnapshot("task", task),
    world.source.getSnapshot("diff", task),
  );
  return sections.shown.find((section) => section === ui.review.section) ?? sections.first;
}

/** A diff is what is shown there. */
function isDiff(ui: UiState, world: World, place: Place): boolean {
  if (place !== "detail" || ui.detail === null) return place === "review" && reviewSection(ui, world) === "diff";
  return ui.detail.tab === "diff" && world.source.getSnapshot("diff", ui.detail.task).state !== "none";
}

/** A run that can go on, and nothing works on it. */
export const isStopped = ({ run, engine }: RunSnapshot): boolean =>
  engine === "absent" && (run?.state === "stopped" || run?.state === "waiting");

/** Whether what came of the run stands above the tasks: until that was closed. */
export function isEndShown(ui: UiState, { source }: Pick<World, "source">): boolean {
  const { run } = source.getSnapshot("run", "");
  if (run?.state !== "ended" || ui.tasks.endClosed === run.id) return false;
  return source.getSnapshot("tasks", "").rows.length > 0;
}

/** What decides which commands are offered in a view; `place` may be that of an overlay. */
export function keyContext(ui: UiState, world: World, place: Place): KeyContext {
  const { source } = world;
  const run = source.getSnapshot("run", "");
  const task = focusedTask(ui, world);
  const row = task === null ? undefined : source.getSnapshot("tasks", "").rows.find(({ id }) => id === task);
  const model = ui.view === "models" && ui.detail === null ? selectedModel(ui, world) : null;
  return {
    place,
    keys: world.keys,
    ascii: world.ascii,
    engine: run.engine,
    stopped: isStopped(run),
    unfinished: run.run !== null && run.run.state !== "ended",
    paused: run.run?.paused === true,
    task: row?.state ?? null,
    actions: focusedQuestion(ui, world)?.question.actions ?? [],
    canUndo: undoable(source.getSnapshot("review", ""), source.getSnapshot("clock", "").now) !== null,
    filtered: (place === "log" ? ui.log.filter : ui.tasks.filter) !== "",
    zoomed: ui.tasks.zoom,
    ended: isEndShown(ui, world),
    ask: place === "ask" ? askContext(source) : null,
    output: place === "detail" && ui.detail?.tab === "output" && hasOutput(source.getSnapshot("task", ui.detail.task)),
    marked: marksOf(ui, world).length > 0,
    diff: isDiff(ui, world, place),
    yes: place === "confirm" ? yesOf(ui) : null,
    finding: ui.diff.find !== "",
    question: focusedQuestion(ui, world) !== null,
    worktree: row?.worktree != null,
    stages: row?.stage !== undefined,
    model:
      model === null
        ? null
        : { resting: model.breaker !== null && model.breaker.state !== "closed", holds: model.holds.length },
  };
}

/** The button that a plain yes presses; null: it does nothing. */
function yesOf({ overlays }: UiState): string | null {
  const dialog = overlays.at(-1);
  const button = dialog?.kind === "confirm" ? dialog.buttons[dialog.yes] : undefined;
  return button === undefined || button.send.length === 0 ? null : button.label;
}

function askContext(source: World["source"]): NonNullable<KeyContext["ask"]> {
  const board = source.getSnapshot("asks", "").shown?.board ?? null;
  return { answers: board !== null, running: board !== null && board.endedAt === null };
}
