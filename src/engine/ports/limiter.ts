import type { ModelName } from "../../domain/ids.ts";

/** Requests and tokens per minute of a model, counted over all processes. */
export interface Limiter {
  /** Milliseconds to wait before one more request of `tokens` fits the minute; 0: it is taken. */
  take(
    model: ModelName,
    limits: { readonly rpm: number | null; readonly tpm: number | null },
    tokens: number,
  ): Promise<number>;
}
