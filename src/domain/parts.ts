import type { TaskId } from "./ids.ts";

/** A task's part as it was split off; the row of its own has the rest. */
export interface Part {
  readonly id: TaskId;
  readonly goal: string;
  /** Criteria of the parent that it covers. */
  readonly covers: readonly string[];
  /** Words of the parent's text that it was made from. */
  readonly quote: string;
  readonly files: readonly string[];
  readonly needs: readonly TaskId[];
  /** 1 to 5. */
  readonly complexity: number;
}

/** A sentence about what the parts brought, and whose reports it stands on. */
export interface Claim {
  readonly text: string;
  readonly sources: readonly TaskId[];
}

export interface PartEvents {
  /** `parts` empty: it is done as a whole, for the reason given. */
  "task.split": { readonly generation: number; readonly parts: readonly Part[]; readonly why: string };
  /** What the reports of a task's parts come to, held against its goal. `unmet`: criteria that nothing of it meets. */
  "parts.joined": {
    readonly generation: number;
    readonly summary: string;
    readonly claims: readonly Claim[];
    readonly unmet: readonly string[];
    /** Null: no model was asked. */
    readonly model: string | null;
  };
}
