import type { Made } from "../tasks/reasons.ts";
import type { AccountUse } from "../../domain/account-use.ts";
import type { Activity } from "../../domain/activity.ts";
import type { Finding, Plan } from "../../domain/answers.ts";
import type { RecordedEvent } from "../../domain/events.ts";
import type { ModelName, RunId, TaskId } from "../../domain/ids.ts";
import type { Cost } from "../../domain/money.ts";
import type { PastAsk } from "../../domain/past-ask.ts";
import type { Joined, Part } from "../../domain/parts.ts";
import type { Answer, ChangeRequest, Hold, Question } from "../../domain/question.ts";
import type { TaskRoadmap } from "../../domain/roadmap.ts";
import type {
  AttemptRow,
  BreakerRow,
  CallRow,
  CheckRow,
  ModelTotals,
  RunRow,
  SnapshotRow,
  StepRow,
  TaskRow,
} from "../../domain/rows.ts";
import type { Billing, Permissions } from "../../domain/settings.ts";
import type { TaskState } from "../../domain/task.ts";
import type { AskBoard } from "../ask/ask-state.ts";
import type { OutputEntry } from "../output/output-entries.ts";
import type { StartLimits } from "../../domain/start-obstacle.ts";
import type { SyntaxPainter } from "../review/syntax.ts";
import type { DoneAt } from "../text/forecast.ts";
import type { TaskWait } from "../tasks/task-wait.ts";

/**
 * Where windows get what they show. A slice is asked again only while somebody subscribes to it, so a subscription also says
 * what is looked at. A snapshot keeps its identity until it changes; `id` tells slices of one kind apart ("" where there is one).
 * A slice that has never been loaded gives its empty value.
 */
export interface ScreenSource {
  getSnapshot<S extends SliceName>(slice: S, id: string): Slices[S];
  /** Returns the way to stop. */
  subscribe(slice: SliceName, id: string, listener: () => void): () => void;
}

export interface Slices {
  /** id "". Ticks while something with an age, a countdown or a turning sign is visible, and is fresh at every key. */
  readonly clock: ClockSnapshot;
  /** id "". */
  readonly run: RunSnapshot;
  /** id "". */
  readonly tasks: TasksSnapshot;
  /** id "". */
  readonly models: ModelsSnapshot;
  /** id "". */
  readonly review: ReviewSnapshot;
  /** id: a task. Null: not loaded yet, or no such task. */
  readonly task: TaskFacts | null;
  /** id: a task. */
  readonly diff: DiffSnapshot;
  /** id: a task, or "" for the run and the account. */
  readonly events: EventsSnapshot;
  /** id: a model's name. What its running call says now. */
  readonly live: LiveSnapshot;
  /** id "". At most as old as a second; null: not loaded yet. */
  readonly activity: ActivitySnapshot | null;
  /** id "". */
  readonly asks: AsksSnapshot;
  /** id: `outputId`. What was said in a call of a task. */
  readonly output: OutputSnapshot;
  /** id: a question, or what `kept.ts` names. What was written before, also before a crash. */
  readonly draft: Draft | null;
  /** id: languages with commas between. What colours code in them; null: not loaded yet. */
  readonly syntax: SyntaxPainter | null;
}

export type SliceName = keyof Slices;

export interface ClockSnapshot {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Counts up at the speed of the animation. */
  readonly frame: number;
}

export interface RunSnapshot {
  /** Short name of the repository, as people say it. */
  readonly repository: string;
  readonly run: RunRow | null;
  /** absent: nothing runs and nothing should. died: a run is unfinished and nobody holds its lease. */
  readonly engine: "alive" | "absent" | "died";
  /** Why it died, in its own last words; absent: nobody knows. */
  readonly engineSaid?: string | null;
  readonly permissions: Permissions | null;
  /** Settled cost of the run. */
  readonly cost: Cost;
  /** What a budget lets the run cost; the cost is then that of models which are paid by the token. */
  readonly capMicros: number | null;
  /** What a cap counts beside that for calls whose cost nobody knows; absent: nothing. */
  readonly assumedMicros?: number;
  /** When it is expected to be done; absent: nobody can say. */
  readonly doneAt?: DoneAt;
  /** All models are scripted ones. */
  readonly scripted: boolean;
  /** What happened to what was sent, newest last. */
  readonly notices: readonly Notice[];
}

export interface Notice {
  readonly id: string;
  readonly at: number;
  readonly level: "info" | "error";
  readonly text: string;
}

export interface TasksSnapshot {
  /** All tasks of the repository. A row keeps its identity while it does not change. */
  readonly rows: readonly TaskRow[];
  readonly holds: readonly Hold[];
  /** Tasks with an attempt running now. */
  readonly active: ReadonlySet<TaskId>;
  /** Account and provider of each model, to tell whose hold concerns a task. */
  readonly accounts: Readonly<Record<ModelName, { readonly account: string; readonly provider: string }>>;
  /** Models whose breaker is not closed; absent: none. */
  readonly breakers?: ReadonlySet<ModelName>;
  /** What tasks wait for by themselves, or for another's answer. */
  readonly waits: ReadonlyMap<TaskId, TaskWait>;
  /** Done tasks whose merge was undone. */
  readonly reverted: ReadonlySet<TaskId>;
  /** Merged and not yet landed, as far as nothing else is to be done; absent: none. */
  readonly unlanded?: ReadonlySet<TaskId>;
  /** Whose the plans are of tasks that are no more than planned; absent: not known. */
  readonly planners?: ReadonlyMap<TaskId, ModelName>;
  /** What limits which tasks are started; absent: not known. */
  readonly limits?: StartLimits | undefined;
}

export interface RunningCall {
  readonly call: CallRow;
  readonly attempt: AttemptRow;
  /** It stands still until a person has answered. */
  readonly asks: boolean;
}

/** One model of the settings with what is known of its health. */
export interface ModelFacts {
  readonly name: ModelName;
  readonly adapter: string;
  /** The provider's own name of the model. */
  readonly model: string | null;
  readonly billing: Billing;
  readonly account: string;
  readonly breaker: BreakerRow | null;
  /** Until then an open breaker lets nothing through; absent: it is not open, or nobody knows. */
  readonly restsUntil?: number;
  /** Holds on the model, its account or its provider. */
  readonly holds: readonly Hold[];
  /** Of the run. Null: not called yet. */
  readonly totals: ModelTotals | null;
  readonly running: readonly RunningCall[];
  /** Whether a question goes to it unless somebody else is named. */
  readonly isAsked: boolean;
  /** Attempts running now and how many may, null where nothing limits them. */
  readonly parallel: number | null;
}

export interface ModelsSnapshot {
  readonly models: readonly ModelFacts[];
}

export interface OpenQuestion {
  readonly question: Question;
  /** Given, and still to be taken by the engine; before its effectiveAt it may be taken back. */
  readonly answer: Answer | null;
}

export interface ReviewSnapshot {
  /** Oldest first. */
  readonly questions: readonly OpenQuestion[];
}

/** All of one task. */
export interface TaskFacts extends Made {
  readonly task: TaskRow;
  readonly steps: readonly StepRow[];
  readonly findings: readonly Finding[];
  readonly checks: readonly CheckRow[];
  readonly calls: readonly (CallRow & { readonly tries: readonly AttemptRow[] })[];
  readonly snapshots: readonly SnapshotRow[];
  readonly question: Question | null;
  /** What a person asked to be different in the round before. */
  readonly request: ChangeRequest | null;
  /** All of them, oldest first; absent: none. */
  readonly requests?: readonly ChangeRequest[];
  /** What was split off it; absent: nothing. */
  readonly parts?: readonly (Part & { readonly state: TaskState })[];
  /** What these came to; absent: nothing yet. */
  readonly joined?: Joined;
  readonly plan: { readonly round: number; readonly plan: Plan; readonly model: ModelName } | null;
  /** Absent: it has no stages. */
  readonly roadmap?: TaskRoadmap;
}

export interface DiffSnapshot {
  /** none: there is nothing to compare yet. failed: `note` says why. */
  readonly state: "loading" | "ready" | "none" | "failed";
  /** Unified, with git's file headers. */
  readonly text: string;
  readonly note: string | null;
  /** Unchanged lines around a change; absent: git's usual three. */
  readonly context?: number;
  /** What changed since the commits at which a person asked for changes, by these; absent: nobody did. */
  readonly since?: Readonly<Record<string, string>>;
}

export interface EventsSnapshot {
  /** The newest ones in ascending order, a bounded number. */
  readonly events: readonly RecordedEvent[];
}

export interface LiveSnapshot {
  /** The end of what the model said. */
  readonly text: string;
  /** What its tool does now. */
  readonly tool: string | null;
  /** Bytes in each of the last seconds, oldest first. */
  readonly rates: readonly number[];
}

export interface ActivitySnapshot extends Activity {
  /** What programs told last of their accounts' windows. */
  readonly windows: AccountUse["windows"];
  /** When it was read. */
  readonly at: number;
}

/** The snapshot of asks that says but how many are at work: leaving the screen asks by it. */
export const asksAtWork = "at work";

export interface AsksSnapshot {
  /** The ask that is looked at; null: the list of them. */
  readonly shown: { readonly board: AskBoard; readonly now: number; readonly frame: number } | null;
  readonly id: RunId | null;
  /** Asks with models at work. */
  readonly running: number;
  /** Of this repository, the last one first; null: not read yet. */
  readonly past: readonly PastAsk[] | null;
}

export interface OutputSnapshot {
  /** The newest ones, a bounded number. */
  readonly entries: readonly OutputEntry[];
  /** More was said before them. */
  readonly cut: boolean;
}

/** A change request under way. Comments stand beside the text and are sent with it. */
export interface Draft {
  readonly text: string;
  readonly comments: readonly LineComment[];
  /** Files of a diff that were looked at, by path, with what they were then. */
  readonly viewed?: Readonly<Record<string, string>>;
  /** Tasks that are marked. */
  readonly marks?: readonly TaskId[];
}

export interface LineComment {
  readonly file: string;
  /** Line number in the new file; in the old one where the line was removed. */
  readonly line: number;
  readonly side: "new" | "old";
  readonly text: string;
}
