import type { ModelName, RepositoryId, TaskId } from "../../domain/ids.ts";
import type { OutcomeRow } from "../../domain/outcome.ts";
import type { Role } from "../../domain/task.ts";

/** How often a model's work in a role held, did not, and said nothing, as corrected since. */
export interface OutcomeCount {
  readonly model: ModelName;
  readonly role: Role;
  readonly held: number;
  readonly failed: number;
  readonly silent: number;
}

export interface OutcomeFilter {
  readonly task?: TaskId;
  readonly role?: Role;
  readonly model?: ModelName;
  readonly area?: string;
  /** The newest only. */
  readonly limit?: number;
}

/** What became of the work of models. It stays when runs are cleaned away. */
export interface OutcomeReads {
  /** In the order in which they became known. */
  list(repository: RepositoryId | null, filter?: OutcomeFilter): Promise<readonly OutcomeRow[]>;
  /** By model and role, both in the order of their names. */
  counts(repository: RepositoryId | null): Promise<readonly OutcomeCount[]>;
}
