import type { TaskFailure } from "../../domain/events.ts";
import type { RepositoryId, RunId, TaskId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import type { SlotUse } from "../../domain/slot.ts";
import type { TaskSpec } from "../../domain/task.ts";
import type { Gateway } from "../call/gateway.ts";
import type { ContextIndex } from "../ports/context-index.ts";
import type { Clock } from "../ports/clock.ts";
import type { Fence } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Workspace } from "../ports/workspace.ts";
import { StartOver } from "../waiting/interrupts.ts";
import type { BehindBack } from "../watching/behind-back.ts";
import type { Turn } from "../waiting/turn.ts";
import type { BaseChecks } from "./base-question.ts";
import type { Pipelines, TaskWork } from "./pipeline.ts";

/** What a person's command makes of a task that runs or could run. */
export type Interrupt = (
  | { readonly kind: "start_over"; readonly by: StartOver }
  | { readonly kind: "fail"; readonly failure: TaskFailure }
) & {
  /** The command it follows: taken in the transaction in which it comes true, so that no crash comes between. Absent: none. */
  readonly command?: string;
};

export interface RunnerParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly gateway: Gateway;
  readonly slotOf: (task: TaskId) => SlotUse | null;
  readonly pipelines: Pipelines;
  readonly workspace: Workspace;
  readonly context: ContextIndex;
  readonly behindBack: BehindBack;
  readonly base: BaseChecks;
  readonly repository: RepositoryId;
  readonly run: TaskWork["run"] & { readonly id: RunId };
  /** When this engine began. */
  readonly sinceMs: number;
  /** Settings of now, which a new generation begins with. */
  readonly settingsDigest: string;
  readonly settings: Settings;
  /** What the backlog says now of a task; null: it is not in it. */
  readonly currentSpec: (task: TaskId) => { readonly spec: TaskSpec; readonly digest: string } | null;
  readonly promptOverride: (role: string) => string | null;
}

/** One task that runs in this engine. */
export interface ActiveTask {
  readonly id: TaskId;
  readonly fence: Fence;
  readonly turn: Turn;
  /** Set by a command, before the task's signal is aborted. */
  interrupt: Interrupt | null;
  leaseLost: boolean;
}
