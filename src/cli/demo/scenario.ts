import { countStory } from "./scenario-count.ts";
import { exportStory } from "./scenario-export.ts";
import { otherStories } from "./scenario-others.ts";
import { wordsStory } from "./scenario-words.ts";

/** How many times faster than unhurried the demo goes. */
export type Pace = number;

/** A duration at a pace, as files of settings and scenarios have it. */
export const paced = (realMs: number, pace: Pace): string => `${Math.max(1, Math.round(realMs / pace))}ms`;

/** The whole scenario of the demo, every duration at the given pace. */
export function scenarioText(pace: Pace): string {
  return [countStory, otherStories, wordsStory, exportStory]
    .join("")
    .replaceAll(/\b(\d+)ms\b/g, (_, ms: string) => paced(Number(ms), pace))
    .replace(/tokens_per_s: \d+/, pace > 1 ? "tokens_per_s: 0" : "tokens_per_s: 60");
}
