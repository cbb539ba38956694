import type { HoldId, ModelName, QuestionId, RunId, TaskId } from "../../domain/ids.ts";
import type { Action, Command } from "../../domain/question.ts";
import type { Draft } from "./screen-source.ts";

/** What a screen asks of the program it runs in. Nothing comes back but new snapshots and notices. */
export type ScreenCommand =
  /** Becomes an Answer that may be taken back for 5 s. */
  | {
      readonly kind: "answer";
      readonly question: QuestionId;
      readonly task: TaskId;
      readonly action: Action;
      readonly text: string | null;
      readonly model: ModelName | null;
      /** When it was given, for those that are given together; absent: now. */
      readonly at?: number;
    }
  | { readonly kind: "take_back"; readonly question: QuestionId; readonly task: TaskId }
  /** A row in the ledger for the engine. */
  | { readonly kind: "give"; readonly command: Command }
  /** Words of a person for the next prompt of the task. */
  | { readonly kind: "note_task"; readonly task: TaskId; readonly text: string }
  /** One step up or down. */
  | { readonly kind: "prioritize"; readonly task: TaskId; readonly by: 1 | -1 }
  | { readonly kind: "add_task"; readonly goal: string }
  /** Opens the person's own editor on the backlog, at the task. */
  | { readonly kind: "edit_task"; readonly task: TaskId }
  | { readonly kind: "release_hold"; readonly hold: HoldId }
  /** The hold stays until a person releases it. */
  | { readonly kind: "keep_hold"; readonly hold: HoldId }
  | { readonly kind: "hold_model"; readonly model: ModelName }
  /** Null: until a person releases it. */
  | {
      readonly kind: "hold";
      readonly scope: "model" | "account" | "provider";
      readonly target: string;
      readonly untilMs: number | null;
    }
  /** Tells what would land; its first line is the branch, "" where nothing would. */
  | { readonly kind: "look_landing" }
  | { readonly kind: "land"; readonly into: string }
  /** Tells what happened in the last day. */
  | { readonly kind: "report" }
  /** Tells what asking would cost; nothing is sent. */
  | { readonly kind: "look_ask"; readonly text: string; readonly models: readonly ModelName[] }
  | { readonly kind: "start_ask"; readonly text: string; readonly models: readonly ModelName[] }
  /** Null: the list of asks. What runs goes on. */
  | { readonly kind: "show_ask"; readonly ask: RunId | null }
  | { readonly kind: "vote_ask"; readonly model: ModelName }
  | { readonly kind: "stop_ask" }
  | { readonly kind: "reset_breaker"; readonly model: ModelName }
  /** Null: the draft was sent or emptied. Sent at every change; the screen writes it after a pause. */
  | { readonly kind: "save_draft"; readonly question: QuestionId; readonly draft: Draft | null }
  /** Starts an engine for the unfinished run. */
  | { readonly kind: "start_engine" }
  /** Leaves the screen. stop: the run stops after the calls under way. stop_now: at once, with snapshots. */
  | { readonly kind: "leave"; readonly run: "keep" | "stop" | "stop_now" }
  | { readonly kind: "suspend" }
  | { readonly kind: "repaint" }
  /** Puts a text where a person can paste it from. */
  | { readonly kind: "copy"; readonly what: string; readonly text: string }
  /** Whether wheel and clicks come to the screen. */
  | { readonly kind: "mouse"; readonly on: boolean }
  /** How many unchanged lines stand around each change of a task's diff. */
  | { readonly kind: "diff_context"; readonly task: TaskId; readonly lines: number }
  /** Opens the person's own editor on a file of the task's worktree, at a line. */
  | { readonly kind: "edit_file"; readonly task: TaskId; readonly file: string; readonly line: number }
  /** A shell in the task's worktree. */
  | { readonly kind: "shell"; readonly task: TaskId }
  /** Shows it in the person's pager. */
  | { readonly kind: "page"; readonly task: TaskId; readonly title: string; readonly thing: PagedThing }
  /** Opens the person's own editor on a text. */
  | { readonly kind: "edit_outside"; readonly text: string };

/** What of a task a pager may show. `path`: the output of a check, below the state folder; null: it wrote none. */
export type PagedThing =
  | { readonly kind: "diff" }
  | { readonly kind: "log" }
  | { readonly kind: "output"; readonly path: string | null };

/** `written` comes with edit_outside, page and what tells something: it is called with what was saved, what no pager took or what was told, or not at all. */
export type SendCommand = (command: ScreenCommand, written?: (text: string) => void) => void;
