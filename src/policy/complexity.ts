/** What the rules go by. Counts are of files that the search takes for concerned. */
export interface ComplexityFacts {
  /** Located files that score nearly as the best does. */
  readonly files: number;
  /** Parts of the project that these are in. */
  readonly areas: number;
  /** Points that the text asks for. */
  readonly criteria: number;
  /** A word of the text that makes work hard; null: none. */
  readonly hardWord: string | null;
  /** One of the files that is changed all the time; null: none. */
  readonly hotspot: string | null;
  /** What the area's past tasks have taught: -1 to 1. */
  readonly offset: number;
}

export interface RuledComplexity {
  /** 1 to 5. */
  readonly complexity: number;
  /** A reason for each term that counts. */
  readonly why: readonly string[];
}

/** Words of work that is harder than its size, by their stems. */
const hardWords: readonly (readonly [word: string, says: RegExp])[] = [
  ["migration", /\bmigrat/i],
  ["protocol", /\bprotocols?\b/i],
  ["concurrency", /\bconcurren|\brace conditions?\b|\bdeadlock/i],
  ["security", /\bsecur|\bvulnerab/i],
  ["schema", /\bschemas?\b/i],
];

/** The first of the hard words that a text says; null: none. */
export const hardWordIn = (text: string): string | null => hardWords.find(([, says]) => says.test(text))?.[0] ?? null;

/**
 * How hard a task is by rules alone:
 *
 *     raw = 1 + 0.6 min(3, log2(1 + files)) + 0.5 (areas - 1) + 0.4 min(2, criteria / 3) + 0.5 [hard word] + 0.3 [hotspot]
 *     c   = clamp(round(raw + offset), 1, 5)
 *
 * The weights are judgement: no published measure fits a task before it is done. So the offset of the area corrects them by what
 * its tasks turned out to be.
 */
export function complexityByRules(facts: ComplexityFacts): RuledComplexity {
  const files = atLeast(facts.files, 0);
  const areas = atLeast(facts.areas, 1);
  const criteria = atLeast(facts.criteria, 0);
  const offset = Number.isFinite(facts.offset) ? Math.min(1, Math.max(-1, facts.offset)) : 0;
  const raw =
    1 +
    0.6 * Math.min(3, Math.log2(1 + files)) +
    0.5 * (areas - 1) +
    0.4 * Math.min(2, criteria / 3) +
    (facts.hardWord === null ? 0 : 0.5) +
    (facts.hotspot === null ? 0 : 0.3);
  const why = [
    files === 0 ? "no file is known yet" : `${files} ${files === 1 ? "file" : "files"}`,
    ...(areas > 1 ? [`${areas} areas`] : []),
    ...(criteria > 0 ? [`${criteria} ${criteria === 1 ? "point" : "points"} asked for`] : []),
    ...(facts.hardWord === null ? [] : [`its text speaks of ${facts.hardWord}`]),
    ...(facts.hotspot === null ? [] : [`${facts.hotspot} is changed all the time`]),
    ...(Math.abs(offset) < 0.05
      ? []
      : [
          `past tasks of its area were ${offset > 0 ? "harder" : "easier"} than thought by ${Math.abs(offset).toFixed(1)}`,
        ]),
  ];
  return { complexity: inRange(raw + offset), why };
}

/** Both opinions count the same; half a point is rounded up. */
export const meanComplexity = (byRules: number, byModel: number | null): number =>
  inRange(byModel === null ? byRules : (byRules + inRange(byModel)) / 2);

/** Opinions this far apart are worth a person's look. */
export const isFarApart = (byRules: number, byModel: number | null): boolean =>
  byModel !== null && Math.abs(byRules - byModel) >= 2;

/** A finished task of an area: how hard it was thought to be, and what it took. */
export interface PastComplexity {
  readonly thought: number;
  /** Its place among the costs of all finished tasks, 0 to 1; 0.5 where that is not known. */
  readonly costQuantile: number;
  /** How often reviewers turned its work down. */
  readonly rejections: number;
  readonly gateFailures: number;
}

/** What a finished task turned out to be: `clamp(1 + 2 costQuantile + min(1, rejections / 2) + min(1, gateFailures / 2), 1, 5)`. */
export const actualComplexity = ({ costQuantile, rejections, gateFailures }: PastComplexity): number =>
  Math.min(5, Math.max(1, 1 + 2 * Math.min(1, atLeast(costQuantile, 0)) + half(rejections) + half(gateFailures)));

/**
 * What the past tasks of an area say of the rules: `clamp(sum(actual - thought) / (n + 8), -1, 1)`. The 8 keeps a few tasks from
 * moving much.
 */
export function areaOffset(past: readonly PastComplexity[]): number {
  const sum = past.reduce((total, one) => total + actualComplexity(one) - inRange(one.thought), 0);
  return Math.min(1, Math.max(-1, sum / (past.length + 8)));
}

/** Where a cost stands among others, equal ones half below and half above; 0.5 where it is not known. */
export function costQuantile(micros: number | null, all: readonly number[]): number {
  if (micros === null || all.length === 0) return 0.5;
  const less = all.filter((one) => one < micros).length;
  const equal = all.filter((one) => one === micros).length;
  return (less + equal / 2) / all.length;
}

const half = (times: number): number => Math.min(1, atLeast(times, 0) / 2);
const atLeast = (value: number, least: number): number => (Number.isNaN(value) ? least : Math.max(least, value));
const inRange = (value: number): number => (Number.isNaN(value) ? 1 : Math.min(5, Math.max(1, Math.round(value))));
