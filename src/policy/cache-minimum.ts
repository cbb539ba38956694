/** From how many tokens on a provider keeps the beginning of a prompt that is marked; below that it says nothing and keeps nothing. */
interface Minimum {
  readonly provider: string;
  /** What the provider's names of these models begin with; the longest that fits counts. */
  readonly family: string;
  readonly tokens: number;
}

/** Source: platform.claude.com, "Prompt caching", table of minimum lengths; newer members of a family count as it. */
const minimums: readonly Minimum[] = [
  { provider: "anthropic", family: "claude-opus-5", tokens: 512 },
  { provider: "anthropic", family: "claude-fable-5", tokens: 512 },
  { provider: "anthropic", family: "claude-sonnet-5", tokens: 1_024 },
  { provider: "anthropic", family: "claude-opus-4-8", tokens: 1_024 },
  { provider: "anthropic", family: "claude-opus-4-7", tokens: 2_048 },
  { provider: "anthropic", family: "claude-opus-4-6", tokens: 4_096 },
  { provider: "anthropic", family: "claude-opus-4-5", tokens: 4_096 },
  { provider: "anthropic", family: "claude-haiku-4-5", tokens: 4_096 },
];

/** The least there is: a mark that is ignored costs nothing, one that is missing costs every read. */
const least = 512;

/** The minimum of a model, by the provider's own name of it. */
export function cacheMinimum(provider: string | null, model: string | null): number {
  const fitting = minimums.filter((one) => one.provider === provider && model?.startsWith(one.family) === true);
  return fitting.toSorted((a, b) => b.family.length - a.family.length)[0]?.tokens ?? least;
}
