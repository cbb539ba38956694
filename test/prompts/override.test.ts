import { describe, expect, test } from "vitest";

import { fillTemplate, readTemplate, type Template } from "../../src/prompts/override.ts";
import { prompts, tame } from "./sample.ts";

function template(text: string): Template {
  const read = readTemplate("planner.md", text);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.ok;
}

describe("a project's template", () => {
  test("puts our sections where it says, and appends those the work cannot do without", () => {
    const filled = fillTemplate(template("Be brief.\n{task}\nThen: {work}"), {
      role: "R",
      rules: "U",
      answer: "A",
      context: "C",
      plan: "P",
      task: "T",
      work: "W",
      words: "X",
    });
    expect(filled).toBe("Be brief.\nT\nThen: W\n\nU\n\nA\n\nX\n");
  });

  test("may place a section twice, or one that has nothing to say", () => {
    expect(fillTemplate(template("{task}{diff}{task}"), { task: "T" })).toBe("TT\n");
  });

  test("may hold JSON, and a place's name in braces", () => {
    const text = 'Answer {"a": {"b": 1}} for {{task}}, not {} or { x }. {task}';
    expect(fillTemplate(template(text), { task: "T" })).toBe('Answer {"a": {"b": 1}} for {task}, not {} or { x }. T\n');
  });

  test("is filled once: what stands in a task is no place", () => {
    expect(fillTemplate(template("{task} {work}"), { task: "{work} $& {{rules}}", work: "W" })).toBe(
      "{work} $& {{rules}} W\n",
    );
  });

  test("takes the place of our words, and only of the role's and the context's for good", () => {
    const make = prompts["code reviewer"];
    const own = make?.(2, tame);
    const theirs = make?.(2, tame, template("You look for races only.\n\n{diff}"));
    expect(theirs?.text.startsWith("You look for races only.\n\n# The change")).toBe(true);
    for (const part of ["# Rules", "# Your answer", "# The task", "# Open findings", "# The person"])
      expect(theirs?.text).toContain(part);
    for (const part of ["You are the code reviewer", "# The repository"]) expect(theirs?.text).not.toContain(part);
    expect(theirs?.schema).toBe(own?.schema);
    expect(theirs?.hash).not.toBe(own?.hash);
  });
});

describe("a template is refused", () => {
  test("with each unknown placeholder at its place", () => {
    const read = readTemplate("p.md", "a {tsak}\r\n{task} {{free}} {Rules}\n  {words} {x}");
    expect(read).toEqual({
      problems: [
        expect.objectContaining({
          file: "p.md",
          line: 1,
          column: 3,
          code: "unknown_placeholder",
          message: "unknown placeholder {tsak}",
        }),
        expect.objectContaining({ line: 3, column: 11, message: "unknown placeholder {x}" }),
      ],
    });
    expect("problems" in read && read.problems[0]?.hint).toMatch(
      /^known: \{role\} .*\{notes\}; write \{\{tsak\}\} for the word itself$/,
    );
  });

  test("when it is empty", () => {
    expect(readTemplate("p.md", " \n")).toMatchObject({ problems: [{ code: "empty_template", line: 1, column: 1 }] });
  });
});
