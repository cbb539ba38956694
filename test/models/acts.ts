import type { ErrorReason, ErrorType } from "../../src/domain/failure.ts";
import type { Json } from "../../src/domain/json.ts";

/** One thing a model does in a test. Each adapter's test makes its own kind of model do it. */
export type Act =
  /** A line of the answer. */
  | { readonly act: "text"; readonly text: string }
  /** The structured answer. */
  | { readonly act: "answer"; readonly value: Json }
  | { readonly act: "tool"; readonly name: string; readonly state: "start" | "end" }
  | { readonly act: "usage"; readonly input: number; readonly output: number }
  | { readonly act: "cost"; readonly usd: number }
  | { readonly act: "session"; readonly session: string }
  | {
      readonly act: "error";
      readonly type: ErrorType;
      readonly message: string;
      readonly reason?: ErrorReason;
      readonly retryAfterMs?: number;
      readonly resetAtMs?: number;
    }
  /** Appends to a file of the working directory, and says so as a tool. */
  | { readonly act: "edit"; readonly path: string; readonly text: string }
  /** Asks whether it may run a command; then says `allowed`, or `denied: ` and why. */
  | { readonly act: "ask"; readonly command: string }
  | { readonly act: "bytes"; readonly base64: string; readonly times?: number; readonly stream?: 1 | 2 }
  /** Writes down its arguments, folder, environment and standard input. */
  | { readonly act: "report"; readonly file: string }
  /** Waits for a file. */
  | { readonly act: "until"; readonly file: string }
  /** Makes a commit of its own in the working directory. */
  | { readonly act: "commit" }
  /** Leaves a child in a session of its own and writes down its pid. */
  | { readonly act: "leave"; readonly file: string }
  /** Takes no notice of SIGTERM any more. */
  | { readonly act: "defy" }
  /** Uses the processor, silently, until there is a file. */
  | { readonly act: "burn"; readonly file: string }
  | { readonly act: "hang" }
  /** Says that it is done. */
  | { readonly act: "end" }
  | { readonly act: "exit"; readonly code: number }
  | { readonly act: "die"; readonly signal: "SIGKILL" | "SIGTERM" | "SIGSEGV" };

export const text = (line: string): Act => ({ act: "text", text: line });
export const bytes = (data: string | Buffer, more: { readonly times?: number; readonly stream?: 1 | 2 } = {}): Act => ({
  act: "bytes",
  base64: Buffer.from(data).toString("base64"),
  ...more,
});
