import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { array, assert, constantFrom, integer, oneof, property, record, string } from "fast-check";
import { describe, expect, test } from "vitest";

import { readTemplate, type Template } from "../../src/prompts/override.ts";
import { sectionNames } from "../../src/prompts/sections.ts";
import { root } from "../root.ts";
import { everyPrompt } from "./every-prompt.ts";
import { prompts, tame } from "./sample.ts";

/** What others write about a task. */
const words = record({
  goal: string(),
  details: string(),
  context: string(),
  plan: string(),
  finding: string(),
  file: string(),
  trouble: string(),
  diff: string(),
  words: string(),
});

/** A project's own words with our sections here and there. */
const template = array(
  oneof(
    constantFrom("Be brief.\n", " ", "\n\n"),
    constantFrom(...sectionNames).map((name) => `{${name}}`),
  ),
  {
    minLength: 1,
  },
);

/** While a plan is sought there is another in each round. */
const planning = /^plan/;

const read = (text: string): Template | null => {
  const made = readTemplate("t.md", text);
  return "ok" in made ? made.ok : null;
};

describe.each(Object.entries(everyPrompt))("the %s prompt", (name, make) => {
  test("begins with the same bytes for any two tasks, at least 90 % of either's first mark, and all of it", () => {
    assert(
      property(words, words, integer({ min: 1, max: 3 }), integer({ min: 1, max: 3 }), (a, b, n, m) => {
        const [one, other] = [make(n, a, null), make(m, b, null)];
        const [ofOne, ofOther] = [one, other].map(({ text, marks }) => Buffer.from(text.slice(0, marks.run)));
        expect(ofOne).toEqual(ofOther);
        expect(one.marks.run).toBeGreaterThan(900);
      }),
    );
  });

  test("goes on with the same bytes in any two rounds of a task, up to its second mark", () => {
    assert(
      property(words, words, (a, b) => {
        const { goal, details, context, plan, file } = a;
        const later = { ...b, goal, details, context, ...(planning.test(name) ? {} : { plan, file }) };
        const [one, other] = [make(1, a, null), make(2, later, null)];
        expect(other.text.slice(0, other.marks.task)).toBe(one.text.slice(0, one.marks.task));
      }),
    );
  });

  test("keeps to that in a project's own words, wherever they place our sections", () => {
    assert(
      property(words, words, template, (a, b, parts) => {
        const own = read(parts.join(""));
        const [one, other] = [make(1, a, own), make(2, b, own)];
        const end = Math.min(one.marks.run, other.marks.run);
        expect(other.text.slice(0, end)).toBe(one.text.slice(0, end));
        expect(one.marks.task).toBeGreaterThanOrEqual(one.marks.run);
      }),
    );
  });
});

test("no prompt is left out here", () => {
  const folder = join(root, "src", "prompts");
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  const made = texts.flatMap((text) =>
    [...text.matchAll(/^export function (\w+Prompt)\(/gm)].map(([, name = ""]) => name),
  );
  const named = ["every-prompt.ts", "sample.ts"].map((name) =>
    readFileSync(join(root, "test", "prompts", name), "utf8"),
  );
  expect(made.length).toBeGreaterThan(7);
  expect(made.filter((name) => !named.some((text) => text.includes(`${name}(`)))).toEqual([]);
});

test("a project's own words are kept too, up to the first place for something of the task", () => {
  const own = read("You look for races only.\n\n{rules}\n\n{answer}\n\n{task}\n\n{diff}");
  const made = prompts["code reviewer"]?.(1, tame, own);
  const ofRun = made?.text.slice(0, made.marks.run) ?? "";
  expect(ofRun).toMatch(/^You look for races only\.\n\n# Rules[^]*# Your answer/);
  expect(ofRun).not.toContain("# The task");
});
