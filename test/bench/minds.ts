import { playRandomTask } from "../policy/roadmap-story.ts";
import { flakyBlames, search, twoCulpritsBlame } from "../policy/suspect-story.ts";
import type { Figure } from "./figures.ts";
import { mindCalls } from "./mind-calls.ts";

const randomTasks = 10_000;
const cases = 1_000;

/** What roadmaps, blame, supervision and prompts promise. Counted, never timed: a goal that is missed is an error. */
export async function minds(): Promise<readonly Figure[]> {
  const figures = [...roadmaps(), ...blame(), ...(await mindCalls())];
  if (figures.some(({ met }) => met === false)) process.exitCode = 1;
  return figures;
}

function roadmaps(): readonly Figure[] {
  const played = Array.from({ length: randomTasks }, (_, seed) => playRandomTask(seed));
  const wrong = played.flatMap((one) => one.wrong);
  const endless = wrong.filter((text) => text.includes("end")).length;
  const sum = (key: "revisions" | "refused" | "asked"): number => played.reduce((all, one) => all + one[key], 0);
  const told = `${sum("revisions")} taken, ${sum("refused")} refused, ${sum("asked")} to a person`;
  return [
    zero(`tasks of ${randomTasks} whose supervisor answers at random that do not end`, endless, told),
    zero("  steps lost or done twice, ids given again, what began changed", wrong.length - endless),
  ];
}

function blame(): readonly Figure[] {
  const { end, searched, confirmed } = search(9, (tip) => tip >= 2);
  const right = end.kind === "culprit" && end.culprit === 2;
  const seeds = Array.from({ length: cases }, (_, seed) => seed);
  const row = (what: string, blames: (seed: number) => "right" | "wrong" | "unproven"): Figure => {
    const ends = seeds.map((seed) => blames(seed));
    const count = (name: string): number => ends.filter((one) => one === name).length;
    const figure = `${count("wrong")} wrong, ${count("unproven")} unproven, ${count("right")} right of ${cases}`;
    return { what, figure, goal: `<= ${cases / 100} wrong`, met: count("wrong") <= cases / 100 };
  };
  return [
    {
      what: "a regression by stage 2 of 8: runs of its check until it is located",
      figure: `${searched}, and ${confirmed} that confirm it; ${right ? "the right stage" : JSON.stringify(end)}`,
      goal: "<= 3",
      met: right && searched <= 3,
    },
    row("  blamed wrongly: a check that is wrong 3 times of 10", (seed) => flakyBlames(seed, false)),
    row("  blamed wrongly: a check that is red by chance 3 times of 10", (seed) => flakyBlames(seed, true)),
    row("  blamed wrongly: two stages did it", twoCulpritsBlame),
  ];
}

const zero = (what: string, count: number, told = ""): Figure => ({
  what,
  figure: told === "" ? `${count}` : `${count}; ${told}`,
  goal: "0",
  met: count === 0,
});
