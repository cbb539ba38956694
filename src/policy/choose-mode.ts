import type { ChosenMode } from "../domain/analysis.ts";
import type { Settings, Tier } from "../domain/settings.ts";
import type { Risk } from "../domain/task.ts";

/** What a mode is chosen by. */
export interface ModeFacts {
  /** Given, or raised. */
  readonly risk: Risk;
  /** 1 to 5. */
  readonly complexity: number;
  readonly files: number;
  readonly areas: number;
  /** That its text asks for: nobody has planned it yet. */
  readonly points: number;
  /** Files that a search has found, and whether the text names some itself. */
  readonly found: number;
  readonly namesFiles: boolean;
  /** What the settings say of reviews; null: nothing. */
  readonly reviewPer: Settings["review"]["per"];
}

type Chosen = ChosenMode["mode"];

interface Row {
  readonly mode: Chosen;
  /** The row in words, and what follows from it. */
  readonly where: string;
  readonly so: string;
  readonly fits: (facts: ModeFacts) => boolean;
}

const lastRow: Row = {
  mode: "three-loop",
  where: "neither small nor large",
  so: "it needs one plan",
  fits: () => true,
};

/** The first row that fits; the last fits always. High risk never gets to the first. */
export const modeTable: readonly Row[] = [
  {
    mode: "two-loop",
    where: "low risk, complexity at most 2, at most 3 files",
    so: "no plan is needed",
    fits: ({ risk, complexity, files }) => risk === "low" && complexity <= 2 && files <= 3,
  },
  {
    mode: "adaptive",
    where: "complexity 4 or more, in several areas or with more than 6 points",
    so: "it needs a roadmap of stages",
    fits: ({ complexity, areas, points }) => complexity >= 4 && (areas >= 2 || points > 6),
  },
  lastRow,
];

/** What a context-aware task is done with, and why. Total: whatever the facts are, a row fits. */
export function chooseMode(facts: ModeFacts): ChosenMode {
  const { mode, where, so } = modeTable.find(({ fits }) => fits(facts)) ?? lastRow;
  const { hints, context } = contextFor(facts);
  const { tier, why } = tierFor(facts);
  const { reviewPer, review } = reviewFor(facts);
  return {
    mode,
    hints,
    tier,
    reviewPer,
    why: { mode: `${factsText(facts)}: ${so} (${where})`, context, tier: why, review },
  };
}

function factsText({ risk, complexity, files, areas, points }: ModeFacts): string {
  const parts = [
    `${risk} risk`,
    `complexity ${complexity} of 5`,
    files === 1 ? "1 file" : `${files} files`,
    ...(areas > 1 ? [`${areas} areas`] : []),
    ...(points > 6 ? [`${points} points asked for`] : []),
  ];
  return parts.join(", ");
}

/** Hints cost words in each prompt: a simple task that names its files needs none. */
function contextFor({ complexity, found, namesFiles }: ModeFacts): {
  readonly hints: boolean;
  readonly context: string;
} {
  if (found === 0) return { hints: false, context: "no search found a file for it" };
  if (complexity <= 1 && namesFiles) return { hints: false, context: "it is simple and names its files itself" };
  return {
    hints: true,
    context: `${found === 1 ? "the file that a search found stands" : `the ${found} files that a search found stand`} in its prompts`,
  };
}

function tierFor({ risk, complexity }: ModeFacts): { readonly tier: Tier | null; readonly why: string } {
  if (complexity >= 4) return { tier: "large", why: `large models first, as its complexity is ${complexity} of 5` };
  if (complexity <= 2 && risk === "low")
    return { tier: "small", why: `small models first, as its complexity is ${complexity} of 5 at low risk` };
  return { tier: null, why: "models in the order they are named" };
}

function reviewFor({
  risk,
  complexity,
  reviewPer,
}: ModeFacts): Pick<ChosenMode, "reviewPer"> & { readonly review: string } {
  if (reviewPer !== null)
    return {
      reviewPer,
      review: `${reviewPer === "step" ? "each step by itself" : "all of it together"}, as review.per says`,
    };
  if (risk === "high") return { reviewPer: "step", review: "each step by itself, as its risk is high" };
  if (complexity >= 4)
    return { reviewPer: "step", review: `each step by itself, as its complexity is ${complexity} of 5` };
  return { reviewPer: "task", review: "all of it together at the end" };
}
