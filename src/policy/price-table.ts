import { usdToMicros } from "../domain/money.ts";
import type { PriceRow } from "../domain/price.ts";

/** USD a million tokens: input, output, cache read, cache write for the usual time, cache write for an hour. */
type Usd = readonly [
  input: number,
  output: number,
  cacheRead: number | null,
  cacheWrite: number | null,
  cacheWriteLong: number | null,
];

interface Listed {
  readonly model: string;
  readonly usd: Usd;
  readonly from?: string;
  readonly above?: number;
  readonly source?: string;
  /** Other exact names. */
  readonly aliases?: readonly string[];
}

const micros = (usd: number | null): number | null => (usd === null ? null : usdToMicros(usd));

const rowsOf = (
  of: { readonly provider: string; readonly source: string; readonly checked: string | null },
  listed: readonly Listed[],
): readonly PriceRow[] =>
  listed.map(
    ({ model, usd: [input, output, cacheRead, cacheWrite, cacheWriteLong], from, above, source, aliases }) => ({
      provider: of.provider,
      model,
      aliases: aliases ?? [],
      from: from ?? null,
      above: above ?? 0,
      microsPerMillion: {
        input: usdToMicros(input),
        output: usdToMicros(output),
        cacheRead: micros(cacheRead),
        cacheWrite: micros(cacheWrite),
        cacheWriteLong: micros(cacheWriteLong),
      },
      source: source ?? of.source,
      checked: of.checked,
    }),
  );

const anthropic = rowsOf(
  { provider: "anthropic", source: "cost table of Claude Code 2.1.329", checked: "2026-11-21" },
  [
    { model: "claude-haiku-5-5", usd: [0.1, 0.5, 0.01, 0.125, 0.2] },
    {
      model: "claude-haiku-5-5",
      above: 100_000,
      usd: [0.5, 2.5, 0.05, 0.625, 1],
      source: "cost table of Claude Code 2.1.329; output: platform.claude.com/docs/en/models/haiku-5-5/overview",
    },
    { model: "claude-sonnet-5-5", usd: [2, 10, 0.2, 2.5, 4] },
    { model: "claude-sonnet-5-5", from: "2026-10-07", usd: [2, 10, 0.1, 2.5, 4] },
    { model: "claude-opus-5-5", usd: [4, 20, 0.2, 5, 8] },
    { model: "claude-fable-5-2", usd: [8, 40, 0.2, 10, 16] },
  ],
);

/** Long requests cost twice the input and one and a half times the output, for the whole request. */
const withLong = (model: string, [input, output, read, write]: Usd, source: string): readonly Listed[] => [
  { model, usd: [input, output, read, write, null], source },
  {
    model,
    above: 272_000,
    usd: [2 * input, 1.5 * output, read === null ? null : 2 * read, write === null ? null : 2 * write, null],
    source,
  },
];

const openai = rowsOf({ provider: "openai", source: "", checked: null }, [
  ...withLong("gpt-6-luna", [0.1, 0.5, 0.01, 0.125, null], "price lists of opencode 1.18.33 and genai-prices 0.1.8"),
  ...withLong("gpt-6.1-terra", [1, 5, 0.05, 1.25, null], "docs.litellm.ai/blog/gpt-6-1-terra"),
  ...withLong("gpt-6.1-sol", [2, 10, 0.1, 2.5, null], "github.com/premk134/codex-token-watch v0.3.3"),
  ...withLong("gpt-6-astra", [10, 50, 1, 12.5, null], "price lists of opencode 1.18.33 and genai-prices 0.1.8"),
]);

const argon = "github.com/BerriAI/litellm/discussions/46238";
const carbon = "apidog.com, gemini-4-carbon, 2026-11-11";
const google = rowsOf({ provider: "google", source: "genai-prices 0.1.8", checked: null }, [
  { model: "gemini-3.8-flash", usd: [0.75, 3.75, 0.075, null, null] },
  { model: "gemini-3.5-flash-lite", usd: [0.3, 2.5, 0.03, null, null] },
  {
    model: "gemini-4-hydrogen",
    usd: [1.5, 7.5, null, null, null],
    source: "github.com/BerriAI/litellm/discussions/51436",
  },
  { model: "gemini-4-argon", usd: [2, 10, 0.1, null, null], source: argon },
  { model: "gemini-4-argon", from: "2026-12-01", usd: [4, 20, 0.2, null, null], source: argon },
  { model: "gemini-4-carbon", usd: [2, 10, null, null, null], source: carbon },
  { model: "gemini-4-carbon", from: "2026-12-01", usd: [4, 20, null, null, null], source: carbon },
]);

/** The list prices this program knows. What is not here is unknown, never free, and never like a name that resembles it. */
export const priceTable: readonly PriceRow[] = [...anthropic, ...openai, ...google];

/** Hundredths of the list price by what providers call the kind of service; what is not here has no known price. */
export const servicePercent: ReadonlyMap<string, number> = new Map([
  ["standard", 100],
  ["standard_only", 100],
  ["default", 100],
  ["auto", 100],
  ["fast", 200],
  ["batch", 50],
]);
