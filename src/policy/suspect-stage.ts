/** One run of a check at a tip, in the order in which they were run. Null: it could not be run there. */
export interface Probe {
  /** Of the tips in question: 0 is the latest known to be green, the last one the first known to be red after it. */
  readonly tip: number;
  readonly red: boolean | null;
}

export type NextProbe =
  /** `confirms`: what is thought to be the cause is looked at again. */
  | { readonly kind: "probe"; readonly tip: number; readonly confirms: boolean }
  /** What came between tip `culprit - 1`, which is green, and tip `culprit`, which is red, is the cause. */
  | { readonly kind: "culprit"; readonly culprit: number }
  | { readonly kind: "unproven"; readonly why: string };

/** How often both sides of the cause are run again. Twice would blame wrongly in 2 to 3 of 100 cases where 3 runs of 10 are wrong by chance. */
const again = 3;

/**
 * What is run next to find after which of several tips a check turned red, or what was found. The runs so far are all it knows:
 * a task commits each, so that it goes on after a crash; an engine that looks for a merge begins its search again, and takes the
 * runs that were measured at a commit from there.
 *
 * A binary search between the last green tip and the first red one: at most ceil(log2(tips - 1)) runs. Then the red side and
 * the green one before it are each run again; only if no run says otherwise is it the cause.
 */
export function nextProbe(tips: number, known: readonly Probe[]): NextProbe {
  const failed = known.find(({ red }) => red === null);
  if (failed !== undefined) return { kind: "unproven", why: "the check could not be run at every commit in question" };
  let green = 0;
  let red = tips - 1;
  let used = 0;
  while (red - green > 1) {
    const middle = Math.floor((green + red) / 2);
    const probe = known[used];
    if (probe === undefined) return { kind: "probe", tip: middle, confirms: false };
    used += 1;
    if (probe.red === true) red = middle;
    else green = middle;
  }
  const confirmed = known.slice(used);
  if (confirmed.some((probe) => probe.red !== (probe.tip === red))) {
    return { kind: "unproven", why: "the check is red at times and green at times on the same commit" };
  }
  if (confirmed.length < 2 * again)
    return { kind: "probe", tip: confirmed.length % 2 === 0 ? red : green, confirms: true };
  return { kind: "culprit", culprit: red };
}
