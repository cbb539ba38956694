import { nextProbe, type NextProbe, type Probe } from "../../src/policy/suspect-stage.ts";
import { Chance } from "../simulation/chance.ts";

export interface Found {
  readonly end: Exclude<NextProbe, { readonly kind: "probe" }>;
  /** How often the check was run to find it, and to confirm it. */
  readonly searched: number;
  readonly confirmed: number;
}

/** The search to its end, where `run` says whether the check is red at a tip. */
export function search(tips: number, run: (tip: number) => boolean | null): Found {
  const known: Probe[] = [];
  let searched = 0;
  for (;;) {
    const next = nextProbe(tips, known);
    if (next.kind !== "probe") return { end: next, searched, confirmed: known.length - searched };
    if (!next.confirms) searched += 1;
    known.push({ tip: next.tip, red: run(next.tip) });
  }
}

/** A check of eight stages that is wrong 3 times of 10, in either way or by being red alone: whether a stage is blamed that did nothing. */
export function flakyBlames(seed: number, onlyRed: boolean): "right" | "wrong" | "unproven" {
  const chance = new Chance(`flaky ${seed}`);
  const culprit = chance.between(1, 8);
  const { end } = search(9, (tip) => {
    const red = tip >= culprit;
    return chance.is(0.3) ? onlyRed || !red : red;
  });
  return end.kind === "unproven" ? "unproven" : end.culprit === culprit ? "right" : "wrong";
}

/** Two stages turn it red, and one between them mends it for a while, or none does. */
export function twoCulpritsBlame(seed: number): "right" | "wrong" | "unproven" {
  const chance = new Chance(`two ${seed}`);
  const first = chance.between(1, 6);
  const mended = chance.between(first + 1, 7);
  const second = chance.between(mended + 1, 8);
  const mends = chance.is(0.7);
  const { end } = search(9, (tip) => tip >= second || (tip >= first && (!mends || tip < mended)));
  if (end.kind === "unproven") return "unproven";
  return end.culprit === first || (mends && end.culprit === second) ? "right" : "wrong";
}
