import { actionTable, type ActionName } from "../../actions/table.ts";
import type { Action } from "../../domain/question.ts";
import type { TaskState } from "../../domain/task.ts";

/** The scopes in which commands are offered; each place has its own chain of them. */
export type Scope =
  | "always"
  | "global"
  | "list"
  | "task"
  | "tasks"
  | "models"
  | "review"
  | "diff"
  | "ask"
  | "stats"
  | "log"
  | "output"
  | "detail"
  | "text"
  | "line"
  | "editor"
  | "choices"
  | "confirm"
  | "help";

export type Group = "Go" | "List" | "Task" | "Decide" | "Diff" | "Models" | "Ask" | "Log" | "Run" | "Text" | "Program";

/** Where the keys go: a view, or what lies over it. */
export type Place =
  | "tasks"
  | "models"
  | "review"
  | "ask"
  | "stats"
  | "log"
  | "detail"
  | "line"
  | "editor"
  | "choices"
  | "confirm"
  | "help";

/** Keys by the id of a command, in place of its usual ones. */
export type OwnKeys = Readonly<Record<string, readonly string[]>>;

/** All that decides whether a command is offered now. */
export interface KeyContext {
  readonly place: Place;
  /** The person's own; absent: the usual ones. */
  readonly keys?: OwnKeys | undefined;
  /** Keys are named by words, not by signs. */
  readonly ascii?: boolean | undefined;
  readonly engine: "alive" | "absent" | "died";
  /** A run that was stopped or waits, without an engine: it can go on. */
  readonly stopped: boolean;
  /** A run that has not ended. */
  readonly unfinished: boolean;
  readonly paused: boolean;
  /** State of the task at hand. */
  readonly task: TaskState | null;
  /** Legal answers to its question. */
  readonly actions: readonly Action[];
  readonly canUndo: boolean;
  readonly filtered: boolean;
  /** What came of the run stands above the tasks. */
  readonly ended?: boolean;
  readonly zoomed: boolean;
  /** Some tasks are marked. */
  readonly marked: boolean;
  /** A diff is shown. */
  readonly diff: boolean;
  /** In the view of asks: whether answers are shown, and whether models are still at work on them. */
  readonly ask?: { readonly answers: boolean; readonly running: boolean } | null;
  /** What a call said is shown. */
  readonly output?: boolean;
  /** In a dialog with buttons: what a plain yes presses. */
  readonly yes?: string | null;
  /** Something is sought in it. */
  readonly finding: boolean;
  /** A question is open about the task at hand. */
  readonly question: boolean;
  /** The task at hand has a worktree. */
  readonly worktree: boolean;
  /** The task at hand has stages. */
  readonly stages?: boolean;
  readonly model: { readonly resting: boolean; readonly holds: number } | null;
}

export interface CommandSpec {
  /** What it does of what every door offers; null: it only moves about the screen. */
  readonly action: ActionName | null;
  readonly title: string;
  readonly keys: readonly string[];
  readonly scope: Scope;
  readonly group: Group;
  /** Short word for the footer; without it the command is not in the footer. */
  readonly hint?: string;
  /** Shown in the footer in place of the first key. */
  readonly label?: string;
  /** confirm: asks first. undo: can be taken back for 5 s. */
  readonly danger?: "confirm" | "undo";
  readonly when?: (context: KeyContext) => boolean;
}

type Extras = Pick<CommandSpec, "hint" | "label" | "danger" | "when">;

/** One row of the registry that only concerns the screen. */
export const command = (
  scope: Scope,
  group: Group,
  title: string,
  keys: readonly string[],
  extras: Extras = {},
): CommandSpec => ({ action: null, scope, group, title, keys, ...extras });

/** One row that does an action of the table, with its words; `title` only where a key does a variant of it. */
export const actionCommand = (
  action: ActionName,
  scope: Scope,
  group: Group,
  keys: readonly string[],
  { title = actionTable[action].title, ...extras }: Extras & { readonly title?: string },
): CommandSpec => ({ action, scope, group, title, keys, ...extras });
