import type { ErrorReason, ErrorType, Failure, OutcomeKind } from "../domain/failure.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Role } from "../domain/task.ts";

export type Judgement = Pick<Outcome, "y" | "why">;

/** How one try of a model ended; `isCached`: nobody was asked, an answer of before was taken. */
export interface TryEnd {
  readonly outcome: OutcomeKind | "crashed" | null;
  readonly failure: Pick<Failure, "type" | "reason"> | null;
  readonly isCached: boolean;
}

/** How the work that a unit belongs to ended. `again`: it was begun anew, by whom or for what. */
export type WorkEnd =
  | { readonly kind: "done"; readonly isMerged: boolean }
  | { readonly kind: "failed"; readonly type: string; readonly reason: string | null }
  | { readonly kind: "again"; readonly by: "verdict" | "model" | "other" };

/** What a reviewer said, and what became of it. */
export interface ReviewFacts {
  /** Findings that kept the work from going on, those that led to a change or a person's yes, and those that were waived. */
  readonly blocking: number;
  readonly held: number;
  readonly waived: number;
  readonly approved: boolean;
  /** What work that it approved failed at afterwards; null: at nothing. */
  readonly escaped: string | null;
}

export interface UnitFacts {
  readonly role: Role;
  /** Oldest first. */
  readonly ends: readonly TryEnd[];
  /** It was asked for a change and made none; `settled`: a person said that none was needed. */
  readonly noChange: "open" | "settled" | null;
  /** Another model went on in its place, since it was turned down or could not be asked. */
  readonly replaced: "turned_down" | "unavailable" | null;
  /** The last review of the unit ended the rounds without a yes. */
  readonly atLimit: boolean;
  readonly person: Outcome["person"];
  readonly review: ReviewFacts | null;
  readonly end: WorkEnd;
}

/**
 * What a unit of work says of the model that did it: y = 1 it held, 0 it did not, null it says nothing. The first that fits:
 *
 *     no try brought an answer       the last end that says anything (`ofEnd`): form, wall, permission 0; whatever is not its doing null
 *     no change                      0; a person said that none was needed: null
 *     another went on in its place   0; it could not be asked: null
 *     rounds used up                 0; a person took it as it is: as below
 *     task done                      1
 *     task failed                    0 if the work was at fault: checks that stayed red, a person's no; else null
 *     begun anew                     0 by a person's verdict, or with another model; else null
 *
 * Planners and others whose work is not the change itself are not judged by what became of the change. Reviewers are judged by
 * precision and escapes instead: what they approved and was turned down later is 0, as is blocking by more findings that were waived
 * than held; findings that held, or a yes that held, are 1.
 */
export function judgeUnit(facts: UnitFacts): Judgement {
  const { role, ends, review } = facts;
  if (ends.every(({ outcome }) => outcome !== "success")) return ofEnds(ends);
  if (ends.every(({ isCached }) => isCached)) return { y: null, why: "cached" };
  if (review !== null) return ofReview(facts, review);
  const judged = ofWork(facts);
  return judged ?? (isChange(role) ? ofChange(facts.end) : ofThought(facts));
}

const isChange = (role: Role): boolean => role === "implementer";

function ofEnds(ends: readonly TryEnd[]): Judgement {
  const judged = ends.map(ofEnd);
  return judged.findLast(({ y }) => y !== null) ?? judged.at(-1) ?? { y: null, why: "not asked" };
}

/** Time-outs by which we end what takes too long; all others wait for a sign of life that the provider owes. */
const ourLimit: ErrorReason = "wall";
const badForm: ReadonlySet<ErrorReason> = new Set<ErrorReason>(["bad_schema", "no_answer"]);

/** An end without an answer. Infrastructure never counts against skill. */
export function ofEnd({ outcome, failure }: TryEnd): Judgement {
  switch (outcome) {
    case "permission_denied":
      return { y: 0, why: "denied permission" };
    case "no_change":
      return { y: 0, why: "no change" };
    case "max_turns":
      return { y: 0, why: "too many turns" };
    case "refused":
      return { y: 0, why: "refused" };
    case "error": {
      const type: ErrorType = failure?.type ?? "api";
      const reason = failure?.reason ?? null;
      if (type === "timeout" && reason === ourLimit) return { y: 0, why: "took too long" };
      if (type === "parse" && reason !== null && badForm.has(reason)) return { y: 0, why: "not in the form asked for" };
      return { y: null, why: type.replaceAll("_", " ") };
    }
    case "crashed":
      return { y: null, why: "cut off" };
    default:
      return { y: null, why: outcome ?? "cut off" };
  }
}

/** What stands against the work itself, whatever its role; null: nothing does. */
function ofWork({ noChange, replaced, atLimit, person }: UnitFacts): Judgement | null {
  if (noChange !== null)
    return noChange === "settled" ? { y: null, why: "nothing was needed" } : { y: 0, why: "no change" };
  if (person === "took_over") return { y: 0, why: "a person took over" };
  if (replaced === "turned_down") return { y: 0, why: "another went on in its place" };
  if (replaced === "unavailable") return { y: null, why: "could not be asked again" };
  if (person === "rejected") return { y: 0, why: "a person's no" };
  return atLimit && person !== "approved" ? { y: 0, why: "turned down to the last round" } : null;
}

function ofChange(end: WorkEnd): Judgement {
  if (end.kind === "done") return { y: 1, why: end.isMerged ? "merged" : "taken as it is" };
  if (end.kind === "again") return ofAnew(end);
  if (end.type === "rejected") return { y: 0, why: "a person's no" };
  if (end.type === "gate") return { y: 0, why: "checks stayed red" };
  return { y: null, why: end.type.replaceAll("_", " ") };
}

/** A plan, an opinion, a synthesis: that the task is done says yes to it; that it is not says nothing. */
function ofThought({ end, role }: UnitFacts): Judgement {
  if (end.kind === "done") return { y: 1, why: end.isMerged ? "merged" : "taken as it is" };
  if (end.kind === "again") return role === "planner" ? ofAnew(end) : { y: null, why: "begun anew" };
  return { y: null, why: `its work ended: ${end.type.replaceAll("_", " ")}` };
}

function ofAnew({ by }: Extract<WorkEnd, { kind: "again" }>): Judgement {
  if (by === "verdict") return { y: 0, why: "a person had it done anew" };
  if (by === "model") return { y: 0, why: "a person chose another model" };
  return { y: null, why: "begun anew" };
}

function ofReview({ end }: UnitFacts, { blocking, held, waived, approved, escaped }: ReviewFacts): Judgement {
  if (escaped !== null) return { y: 0, why: `approved, then ${escaped}` };
  if (waived > held) return { y: 0, why: `${waived} of ${blocking} blocking findings waived` };
  if (held > 0) return { y: 1, why: `${held} of ${blocking} blocking findings held` };
  if (approved && end.kind === "done") return { y: 1, why: "approved, and it held" };
  return { y: null, why: "not known who was right" };
}

/** Why an outcome that held does no longer: its merge was undone, or a check is red by it. Null: that says nothing of this role. */
export function corrected(role: Role, cause: "reverted" | { readonly redCheck: string }): Judgement | null {
  if (role !== "implementer" && role !== "code_reviewer") return null;
  if (cause === "reverted") return { y: 0, why: role === "implementer" ? "reverted" : "approved, then reverted" };
  return { y: 0, why: `${role === "implementer" ? "" : "approved, then "}${cause.redCheck} turned red by it` };
}
