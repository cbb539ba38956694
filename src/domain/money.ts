/** Tokens of one or more requests. `input` includes what came from and went into a cache; `output` includes reasoning. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
}

/** How an amount came to be known, from best to worst. cached: nothing was asked, an earlier answer was taken. */
export const costSources = [
  "cached",
  "reported",
  "estimated",
  "lower_bound",
  "assumed",
  "unsettled",
  "unknown",
] as const;
export type CostSource = (typeof costSources)[number];

/** Integer micro-dollars with their source. Null is unknown, which is never zero. */
export interface Cost {
  readonly micros: number | null;
  readonly source: CostSource;
}

export const noUsage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
export const unknownCost: Cost = { micros: null, source: "unknown" };
/** Of a model that nobody pays for. */
export const freeCost: Cost = { micros: 0, source: "assumed" };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    reasoning: a.reasoning + b.reasoning,
  };
}

export const totalTokens = (usage: Usage): number => usage.input + usage.output;

/** The sum, as trustworthy as its worst part. A known part beside an unknown one is a lower bound, beside a cut-off one unsettled. */
export function addCost(a: Cost, b: Cost): Cost {
  if (a.micros === null && b.micros === null) return a.source === "unknown" ? b : a;
  const [of, other] = [partOf(a), partOf(b)];
  return { micros: (a.micros ?? 0) + (b.micros ?? 0), source: worse(of, other) };
}

/** The same for people: what a free model costs is nothing, and hides no bound of the rest. */
export function addShownCost(a: Cost, b: Cost): Cost {
  if (isFree(a)) return b.micros === null ? addCost({ micros: 0, source: "reported" }, b) : b;
  return isFree(b) ? addShownCost(b, a) : addCost(a, b);
}

const isFree = ({ micros, source }: Cost): boolean => micros === 0 && source === "assumed";

const worse = (a: CostSource, b: CostSource): CostSource => (costSources.indexOf(a) >= costSources.indexOf(b) ? a : b);

/** What a part makes of a sum in which something is known: what is missing may come to any amount. */
const partOf = ({ micros, source }: Cost): CostSource =>
  micros === null && source !== "unsettled" ? "lower_bound" : source;

export const microsPerUsd = 1_000_000;
export const usdToMicros = (usd: number): number => Math.round(usd * microsPerUsd);
export const microsToUsd = (micros: number): number => micros / microsPerUsd;
