import type { CallId, ModelName, QuestionId, RunId, TaskId } from "../../domain/ids.ts";
import type { StageId } from "../../domain/roadmap.ts";
import type { Action } from "../../domain/question.ts";
import type { TasksFocus } from "../layout/layout.ts";
import { initialAskUi, type AskUi } from "../ask/handle-ask-key.ts";
import { firstCursor, type Cursor } from "../layout/list-window.ts";
import type { Anchor } from "../layout/scrollable.ts";
import type { OutputLook } from "../output/output-rows.ts";
import type { TaskListChoice, TaskSort } from "../tasks/task-list.ts";
import type { TextEdit } from "../text/text-edit.ts";
import type { ScreenCommand } from "./screen-command.ts";
import type { Draft, LineComment } from "./screen-source.ts";

/** Where a person is: view, selections, scroll positions, what lies over the view, drafts. All else is in the snapshots. */
export type ViewName = "tasks" | "models" | "review" | "ask" | "stats" | "log";

export type DetailTab = "overview" | "output" | "log" | "plan" | "diff" | "findings" | "checks" | "calls";
export type ReviewSection = "plan" | "diff" | "findings" | "checks" | "facts";

export interface UiState {
  readonly view: ViewName;
  /** A task opened over the view. */
  readonly detail: DetailState | null;
  readonly tasks: TaskListChoice & {
    readonly cursor: Cursor;
    readonly focus: TasksFocus;
    readonly zoom: boolean;
    readonly previewTop: number;
    readonly events: Anchor;
    /** The run whose end was read and closed. */
    readonly endClosed: RunId | null;
  };
  readonly models: { readonly cursor: Cursor };
  readonly review: {
    /** Null: the oldest open one. */
    readonly question: QuestionId | null;
    /** Null: the one that suits the question. */
    readonly section: ReviewSection | null;
    readonly top: number;
  };
  /** Null as the call: the one that runs, else the last. */
  readonly output: OutputLook & { readonly call: CallId | null };
  readonly diff: DiffUi;
  readonly ask: AskPlace;
  readonly stats: { readonly top: number };
  readonly log: { readonly anchor: Anchor; readonly warnings: boolean; readonly filter: string };
  readonly drafts: Readonly<Record<QuestionId, Draft>>;
  /** Commands that were picked from the list of all, the last one first. */
  readonly recent: readonly string[];
  /** Wheel and clicks come to the screen; else the terminal has them. */
  readonly mouse: boolean;
  /** The last one has the keys. */
  readonly overlays: readonly Overlay[];
  /** One ctrl+c was pressed. */
  readonly armed: boolean;
  readonly hint: string | null;
}

/** Where a person is in a diff, and how they look at it. */
export interface DiffUi {
  /** The task whose diff it is; another's is looked at from its beginning. */
  readonly task: TaskId | null;
  /** The text of the diff in which the line was counted; in another one it is found again by its place. */
  readonly text: string;
  readonly line: number;
  readonly sub: number;
  readonly row: number;
  readonly place: Omit<LineComment, "text"> | null;
  readonly wrap: boolean;
  readonly split: boolean;
  /** First column of the code, where lines are not wrapped. */
  readonly left: number;
  readonly find: string;
}

export interface DetailState {
  readonly task: TaskId;
  readonly tab: DetailTab | null;
  readonly top: number;
  /** In the tab of the log. */
  readonly anchor: Anchor;
}

export interface Choice {
  readonly label: string;
  readonly note: string;
  readonly send: readonly ScreenCommand[];
  /** The order that it gives the list of tasks. */
  readonly sort?: TaskSort;
  /** What it asks for first. */
  readonly asks?: Prompt;
}

export interface Button {
  readonly label: string;
  readonly send: readonly ScreenCommand[];
}

/** What a line narrows down, or seeks in. */
export type FilterOf = "tasks" | "log" | "diff";

/** Where a person is in the view of asks. */
export interface AskPlace {
  /** In the list of models, then of earlier asks. */
  readonly cursor: number;
  /** Models that are asked against the settings, or not asked against them. */
  readonly turned: readonly ModelName[];
  /** Among the answers of the one that is looked at. */
  readonly ui: AskUi;
}

/** What is asked for in one line. */
export type Prompt =
  | { readonly what: "ask" }
  /** What a stage is opened again for. */
  | { readonly what: "reopen"; readonly task: TaskId; readonly stage: StageId }
  | { readonly what: "hold"; readonly scope: "model" | "account" | "provider"; readonly target: string }
  | {
      readonly what: "budget";
      readonly question: QuestionId;
      readonly task: TaskId;
      readonly spent: string;
      /** What a plain yes raises it by; null: what the next call may cost. */
      readonly byMicros: number | null;
    };

export type Overlay =
  /** `typing`: the keys go into its search. */
  | { readonly kind: "help"; readonly top: number; readonly edit: TextEdit; readonly typing: boolean }
  /** A text to read, over the view: what was told, or what no pager took. */
  | { readonly kind: "text"; readonly title: string; readonly text: string; readonly top: number }
  /** -1: nothing is chosen until something is typed or the cursor moves. */
  | { readonly kind: "palette"; readonly edit: TextEdit; readonly index: number }
  | {
      readonly kind: "picker";
      readonly title: string;
      readonly choices: readonly Choice[];
      readonly edit: TextEdit;
      readonly index: number;
    }
  | { readonly kind: "filter"; readonly of: FilterOf; readonly edit: TextEdit; readonly before: string }
  | { readonly kind: "changes"; readonly question: QuestionId; readonly task: TaskId; readonly edit: TextEdit }
  | {
      readonly kind: "comment";
      readonly question: QuestionId;
      readonly place: Omit<LineComment, "text">;
      readonly edit: TextEdit;
    }
  | {
      readonly kind: "reason";
      readonly question: QuestionId;
      readonly task: TaskId;
      readonly action: Action;
      readonly edit: TextEdit;
    }
  | { readonly kind: "note"; readonly task: TaskId; readonly edit: TextEdit }
  | { readonly kind: "add"; readonly edit: TextEdit }
  /** One line that an action needs. */
  | { readonly kind: "prompt"; readonly of: Prompt; readonly edit: TextEdit }
  /** The button at `index` is pressed by enter; the first one is always the safe one. */
  | {
      readonly kind: "confirm";
      readonly title: string;
      readonly lines: readonly string[];
      readonly buttons: readonly Button[];
      readonly index: number;
      readonly yes: number;
      /** First of its lines that is shown, where there are more than fit; absent: the first. */
      readonly top?: number;
    };

export const emptyDraft: Draft = { text: "", comments: [] };

export const initialUi: UiState = {
  view: "tasks",
  detail: null,
  tasks: {
    cursor: firstCursor,
    filter: "",
    sort: "needs",
    reverse: false,
    focus: "list",
    zoom: false,
    previewTop: 0,
    events: null,
    endClosed: null,
  },
  models: { cursor: firstCursor },
  output: { call: null, times: true, all: false, turned: [] },
  review: { question: null, section: null, top: 0 },
  diff: { task: null, text: "", line: 0, sub: 0, row: 0, place: null, wrap: true, split: false, left: 0, find: "" },
  ask: { cursor: 0, turned: [], ui: initialAskUi },
  stats: { top: 0 },
  log: { anchor: null, warnings: false, filter: "" },
  drafts: {},
  recent: [],
  mouse: true,
  overlays: [],
  armed: false,
  hint: null,
};

/** What a key did: the new state, and what is asked of the program. */
export interface Step {
  readonly ui: UiState;
  readonly send: readonly ScreenCommand[];
}

export const stay = (ui: UiState): Step => ({ ui, send: [] });
export const sending = (ui: UiState, ...send: readonly ScreenCommand[]): Step => ({ ui, send });

export const opened = (ui: UiState, overlay: Overlay): UiState => ({ ...ui, overlays: [...ui.overlays, overlay] });
/** With another state of what lies on top. */
export const put = (ui: UiState, overlay: Overlay): UiState => ({
  ...ui,
  overlays: [...ui.overlays.slice(0, -1), overlay],
});
export const closed = (ui: UiState): UiState => ({ ...ui, overlays: ui.overlays.slice(0, -1) });
/** Closes what lies on top without taking it: a filter that was being written is as before. */
export function cancelled(ui: UiState): UiState {
  const overlay = topOverlay(ui);
  const below = closed(ui);
  return overlay?.kind === "filter" ? filtered(below, overlay.of, overlay.before) : below;
}

/** With another filter of a list; the log is followed from its end again. */
export const filtered = (ui: UiState, of: FilterOf, filter: string): UiState =>
  of === "tasks"
    ? { ...ui, tasks: { ...ui.tasks, filter } }
    : of === "diff"
      ? { ...ui, diff: { ...ui.diff, find: filter } }
      : { ...ui, log: { ...ui.log, filter, anchor: filter === ui.log.filter ? ui.log.anchor : null } };

export const topOverlay = (ui: UiState): Overlay | null => ui.overlays.at(-1) ?? null;

/** The change request as the engine gets it: the text, then each comment with its place. */
export function changeRequestText(draft: Draft): string {
  const comments = draft.comments.map(
    ({ file, line, side, text }) => `${file}:${line}${side === "old" ? " (removed line)" : ""}: ${text}`,
  );
  return [draft.text.trim(), comments.join("\n")].filter((part) => part !== "").join("\n\n");
}
