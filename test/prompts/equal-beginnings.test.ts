import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { array, assert, constantFrom, integer, oneof, property, record, string } from "fast-check";
import { describe, expect, test } from "vitest";

import { readTemplate, type Template } from "../../src/prompts/override.ts";
import type { Prompt } from "../../src/prompts/prompt.ts";
import { sectionNames } from "../../src/prompts/sections.ts";
import { analystPrompt } from "../../src/prompts/analyst.ts";
import { joinerPrompt } from "../../src/prompts/joiner.ts";
import { plannerPrompt } from "../../src/prompts/planner.ts";
import { splitterPrompt } from "../../src/prompts/splitter.ts";
import { supervisorPrompt, type SupervisorInput } from "../../src/prompts/supervisor.ts";
import { synthesizerPrompt } from "../../src/prompts/synthesizer.ts";
import { root } from "../root.ts";
import { plan, prompts, round, tame, task, type Outside } from "./sample.ts";

type Make = (round: number, out: Outside, template: Template | null) => Prompt;

const criteria = (out: Outside) => [{ id: "A1", text: out.details }];
const roadmap = (out: Outside): SupervisorInput["roadmap"] => ({
  facts: [out.finding],
  unknown: [],
  guesses: [out.plan],
  stages: [
    {
      id: "ST1",
      title: out.plan,
      goal: out.plan,
      files: [out.file],
      needs: [],
      checks: ["test"],
      doneWhen: [out.plan],
      steps: [{ id: "S1", title: out.plan }],
    },
  ],
});

/** Every prompt there is, of every role. */
const all: Readonly<Record<string, Make>> = {
  ...prompts,
  "planner of roadmaps": (n, out, own) =>
    plannerPrompt(
      { ...task(out), ...round(n, out), previous: n === 1 ? null : plan(out), asRoadmap: { mostStages: 12 } },
      own,
    ),
  analyst: (_n, out, own) =>
    analystPrompt({ ...task(out), said: [out.words], found: [{ path: out.file, symbols: [out.plan] }] }, own),
  supervisor: (n, out, own) =>
    supervisorPrompt(
      {
        ...task(out),
        ...round(n, out),
        roadmap: roadmap(out),
        stage: `ST${n}`,
        reasons: [out.trouble],
        decisions: n === 1 ? [] : [out.diff],
        mostStages: 12,
        refused: n === 1 ? null : out.finding,
      },
      own,
    ),
  "who splits a task": (_n, out) =>
    splitterPrompt("planner", { spec: task(out).spec, criteria: criteria(out), files: [out.file], most: 6 }),
  "who joins parts": (n, out) =>
    joinerPrompt({
      spec: task(out).spec,
      criteria: criteria(out),
      reports: [{ id: `T-1.${n}`, goal: out.plan, covers: ["A1"], isDone: n === 1, said: out.words }],
    }),
  synthesizer: (n, out, own) =>
    synthesizerPrompt({ question: out.goal, answers: [{ model: out.file, text: `${out.plan}${n}` }] }, own),
};

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

describe.each(Object.entries(all))("the %s prompt", (name, make) => {
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
  const named = ["equal-beginnings.test.ts", "sample.ts"].map((name) =>
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
