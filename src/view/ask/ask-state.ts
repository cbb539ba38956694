import type { AskUsage } from "../../domain/ask.ts";
import type { CallId, ModelName } from "../../domain/ids.ts";

/** How far one of the answers is. Texts are as they came: not cleaned. */
export interface AskPanel {
  readonly title: string;
  /** Null: the synthesis, for which nobody votes. */
  readonly model: ModelName | null;
  readonly state: "queued" | "working" | "waiting" | "answered" | "failed";
  readonly tries: number;
  readonly text: string;
  /** What its agent does just now, beside writing. */
  readonly tool: string | null;
  /** Why it waits or has no answer. */
  readonly note: string | null;
  /** What it took, as far as ended tries say; complete when it is over. */
  readonly spent: Pick<AskUsage, "usage" | "cost"> | null;
  /** From the ask's start; null: not over. */
  readonly durationMs: number | null;
}

/** All of an ask that its screen shows. */
export interface AskBoard {
  readonly question: string;
  readonly startedAt: number;
  /** When it was over; null: it is not. */
  readonly endedAt: number | null;
  readonly panels: readonly AskPanel[];
  readonly calls: ReadonlyMap<CallId, number>;
  readonly voted: ModelName | null;
  /** What a person should know now. */
  readonly notice: string | null;
}
