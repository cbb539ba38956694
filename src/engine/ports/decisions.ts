import type { RepositoryId, RunId } from "../../domain/ids.ts";
import type { Actor, Answer, Action, Command, GivenCommand, Question } from "../../domain/question.ts";

export type AnswerOutcome =
  | { readonly ok: true; readonly question: Question }
  | {
      readonly ok: false;
      readonly why: "unknown" | "answered" | "illegal";
      readonly legal: readonly Action[];
    };

/** What people decide and ask; usable with no engine running. */
export interface Decisions {
  /** Whether the actor is a person has been seen to before. */
  answer(answer: Answer): Promise<AnswerOutcome>;
  /** Until its effectiveAt. False: too late or not answered. */
  takeBack(question: string, actor: Actor): Promise<boolean>;
  give(repository: RepositoryId, run: RunId | null, given: GivenCommand): Promise<void>;
  /** Commands nobody took yet, oldest first; the taker appends command.taken. */
  pending(repository: RepositoryId): Promise<readonly (GivenCommand & { readonly command: Command })[]>;
}
