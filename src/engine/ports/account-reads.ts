import type { AccountUse } from "../../domain/account-use.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { Answer, Hold, Question } from "../../domain/question.ts";
import type { AttemptRow, CallRow, WaivedCheck } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";

export interface AccountReads {
  /** Open and answered-but-not-taken questions, oldest first. An answer not yet effective is beside its question. */
  questions(
    repository: RepositoryId | null,
  ): Promise<readonly { readonly question: Question; readonly answer: Answer | null }[]>;
  /**
   * With a repository: without the task holds of other repositories, whose tasks may have the same ids. With settings: also
   * those that they lead to at that instant.
   */
  holds(
    repository?: RepositoryId,
    by?: { readonly settings: Pick<Settings, "accounts">; readonly nowMs: number },
  ): Promise<readonly Hold[]>;
  /** What programs told of their accounts' windows, and the calls that were begun since. */
  use(sinceMs: number): Promise<AccountUse>;
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
