/** Integer micro-dollars for a million tokens of a kind: $2.50 a million is 2,500,000. Null: nobody says. */
export interface TokenRates {
  /** Neither read from a cache nor written to one. */
  readonly input: number;
  /** With thoughts. */
  readonly output: number;
  readonly cacheRead: number | null;
  /** Kept for the provider's usual time (5 or 30 minutes). */
  readonly cacheWrite: number | null;
  /** Kept for an hour or longer. */
  readonly cacheWriteLong: number | null;
}

/** What tokens of one model cost. Of several rows the one that is in force longest ago is over when a later one begins. */
export interface PriceRow {
  /** Null: a row of the user's settings, which goes before those of the table. */
  readonly provider: string | null;
  /** The provider's own name of the model, exactly; in a row of the settings also the name of a model there. */
  readonly model: string;
  /** Other names the provider has for it, such as one with a date. */
  readonly aliases: readonly string[];
  /** The UTC day, as 2026-12-01, at whose begin it comes into force; null: there was none before. */
  readonly from: string | null;
  /** It is for requests with more input tokens than that, those of caches included, and then for all of their tokens; 0: for all. */
  readonly above: number;
  readonly microsPerMillion: TokenRates;
  /** Where the numbers stand. */
  readonly source: string;
  /** The day on which they were compared with what the provider itself says; null: only others say so. */
  readonly checked: string | null;
}

/** How a provider bills the tokens of a usage event, beside their counts. */
export interface UsageTerms {
  /** How many of `cacheWrite` are kept for an hour or longer; null: not told. */
  readonly cacheWriteLong: number | null;
  /** As the provider calls it; null: not told, the usual one. */
  readonly serviceTier: string | null;
}

/** Names a row for ever: it is kept with each amount that was worked out from it. */
export const priceId = ({ provider, model, from, above }: PriceRow): string =>
  `${provider ?? "settings"}/${model}${from === null ? "" : `@${from}`}${above === 0 ? "" : `>${above}`}`;
