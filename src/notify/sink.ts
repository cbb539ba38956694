import type { NoticeResult } from "../actions/results/notice.ts";

/** One way to tell a person something. */
export interface Sink {
  readonly name: "desktop" | "command" | "webhook";
  /** Sends within a few seconds. Null: it was taken; else why not, in words. Never rejects. */
  send(notice: NoticeResult): Promise<string | null>;
}

/** How long one notice may take. */
export const sendMs = 5_000;

/** Runs a program without a shell and within that time; null: it ended with 0, else how it ended. */
export type RunProgram = (argv: readonly string[], input?: string) => Promise<string | null>;
