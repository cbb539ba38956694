import type { PriceRow } from "../domain/price.ts";
import { worstCase } from "./cost.ts";

/** How many output tokens a request is given where no budget gives it fewer. */
export const usualOutputTokens = 32_000;

/** What goes with a prompt beside its letters: roles, marks, the names of fields. */
const framingTokens = 1_000;

/** The most tokens a text can be, for no token is less than a byte. */
export const mostTokens = (text: string): number => new TextEncoder().encode(text).length + framingTokens;

/**
 * The most an answer without tools may cost: one request, and with a schema a second one that shows the model what it said and
 * asks again. Null: nobody knows.
 */
export function worstAnswer(
  prompt: { readonly text: string; readonly schema: string | null },
  prices: readonly PriceRow[],
  atMs: number,
): number | null {
  const inputTokens = mostTokens(`${prompt.text}${prompt.schema ?? ""}`);
  const first = worstCase({ inputTokens, outputTokens: usualOutputTokens }, prices, atMs);
  if (first === null || prompt.schema === null) return first;
  const again = { inputTokens: inputTokens + usualOutputTokens + framingTokens, outputTokens: usualOutputTokens };
  const second = worstCase(again, prices, atMs);
  return second === null ? null : first + second;
}
