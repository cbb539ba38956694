import type { RepositoryId } from "../../domain/ids.ts";
import type { Answer, Hold, Question } from "../../domain/question.ts";
import type { AttemptRow, CallRow, WaivedCheck } from "../../domain/rows.ts";

export interface AccountReads {
  /** Open and answered-but-not-taken questions, oldest first. An answer not yet effective is beside its question. */
  questions(
    repository: RepositoryId | null,
  ): Promise<readonly { readonly question: Question; readonly answer: Answer | null }[]>;
  /** With a repository: without the task holds of other repositories, whose tasks may have the same ids. */
  holds(repository?: RepositoryId): Promise<readonly Hold[]>;
  /** Settled micros and tokens and live reservations of a scope: task:<repository>/<id>, run:<id>, day:<date>. */
  spend(scope: string): Promise<{
    readonly micros: number;
    readonly tokens: number;
    readonly reservedMicros: number;
    readonly unknownCalls: number;
    /** By how much people have raised it for all tasks; absent: not at all. */
    readonly raisedMicros?: number;
  }>;
  /** Checks that people go on without in a repository. */
  waived(repository: RepositoryId): Promise<readonly WaivedCheck[]>;
  /** Attempts running now, for live panels. */
  running(repository: RepositoryId | null): Promise<readonly (AttemptRow & { readonly callRow: CallRow })[]>;
}
