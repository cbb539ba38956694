import { expect } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { atHand, type Hand } from "./at-hand.ts";

/** Two models that play a script without pauses. `rules` are YAML items of the scenario. */
export function played(
  tasks: string,
  options: {
    readonly settings?: string;
    readonly rules?: string;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Hand {
  return atHand({
    "readme.md": "hello\n",
    ...options.files,
    "tasks.yaml": tasks,
    "play.yaml": `version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:${options.rules === undefined ? " []" : `\n${options.rules}`}\n`,
    [brand.settingsFile]: `models:\n  ann: {adapter: scripted, scenario: play.yaml}\n  bob: {adapter: scripted, scenario: play.yaml}\n${options.settings ?? ""}`,
  });
}

export const oneTask = "tasks: [{id: A-1, goal: Say hello, risk: low}]\n";

/** A value of parsed JSON by its path; undefined where the path leaves it. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const part of path)
    found =
      typeof found === "object" && found !== null
        ? Object.entries(found).find(([key]) => key === String(part))?.[1]
        : undefined;
  return found;
}

export const parsed = (text: string): unknown => JSON.parse(text);
export const parsedLines = (text: string): readonly unknown[] => text.trim().split("\n").map(parsed);

/** Equal to every value but null. */
export const some: unknown = expect.anything();
/** Equal to every text and list that holds this. */
export const having = (part: string): unknown => expect.stringContaining(part);
export const among = (part: unknown): unknown => expect.arrayContaining([part]);
