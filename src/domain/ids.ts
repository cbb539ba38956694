/** Ids are opaque text that sorts by the time it was made (48 bits of milliseconds, then 50 random bits, base 32). */
export type RunId = string;
export type CallId = string;
export type QuestionId = string;
export type HoldId = string;
export type CommandId = string;
export type RepositoryId = string;
/** The id a user wrote in tasks.yaml; unique in its repository without regard to case. */
export type TaskId = string;
/** S1, S2, ... as the steps of a plan are numbered here. */
export type StepId = string;
/** Where asks are kept, which belong to no repository; no repository has such an id. */
export const asksPlace: RepositoryId = "asks";
/** The name of a model in the settings. */
export type ModelName = string;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new id. `random` gives numbers in [0, 1). */
export function newId(nowMs: number, random: () => number): string {
  let time = "";
  for (let rest = nowMs, i = 0; i < 10; i += 1, rest = Math.floor(rest / 32)) time = alphabet.charAt(rest % 32) + time;
  let tail = "";
  for (let i = 0; i < 10; i += 1) tail += alphabet.charAt(Math.floor(random() * 32));
  return time + tail;
}
