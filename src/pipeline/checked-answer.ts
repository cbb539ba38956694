import { failure, type Failure } from "../domain/failure.ts";
import type { AdapterOutcome } from "../engine/ports/adapter.ts";
import type { Decoded } from "./decode-answers.ts";

/** Says of an answer that does not fit what is wrong with it, behind `what`, for the model that gave it. */
export const checkBy =
  (what: string, decode: (answer: unknown) => Decoded<unknown>) =>
  ({ answer }: AdapterOutcome): Failure | null => {
    const read = decode(answer);
    return "ok" in read ? null : failure("parse", `${what}: ${read.error}`, { reason: "bad_schema" });
  };

/** What an answer says that was checked. */
export function checked<T>(read: Decoded<T>): T {
  if ("error" in read) throw new Error(`an answer that was checked does not decode: ${read.error}`);
  return read.ok;
}
