import type { Json } from "../../src/domain/json.ts";
import type { CalledTool, ModelRequest, Reply, ToolCall } from "./model-request.ts";

/** A task of the story, as its backlog names it and as its models do it. */
interface StoryTask {
  readonly id: string;
  readonly goal: string;
  readonly needs: readonly string[];
  /** In order; paths from the top of the repository. */
  readonly work: readonly ToolCall[];
  /** What the code review wants once, and how that is settled. */
  readonly again: { readonly finding: string; readonly file: string; readonly work: readonly ToolCall[] } | null;
}

const write = (file_path: string, content: string): ToolCall => ({ name: "Write", input: { file_path, content } });
const read = (file_path: string): ToolCall => ({ name: "Read", input: { file_path } });
const edit = (file_path: string, old_string: string, new_string: string): ToolCall => ({
  name: "Edit",
  input: { file_path, old_string, new_string },
});

const testOf = (name: string, from: string, body: string): string =>
  `import assert from "node:assert";\nimport { test } from "node:test";\n\nimport { ${name} } from "../src/${from}.mjs";\n\ntest("${name}", () => ${body});\n`;

export const tasks: readonly StoryTask[] = [
  {
    id: "SLUG-1",
    goal: "Add slug(text), which makes a title usable in an address",
    needs: [],
    work: [
      write("src/slug.mjs", 'export const slug = (text) => text.toLowerCase().replaceAll(/[^a-z]+/g, "-");\n'),
      write("test/slug.test.mjs", testOf("slug", "slug", 'assert.equal(slug("Two words"), "two-words")')),
    ],
    again: null,
  },
  {
    id: "SLUG-2",
    goal: "Keep digits in slugs",
    needs: ["SLUG-1"],
    work: [
      read("src/slug.mjs"),
      edit("src/slug.mjs", "[^a-z]+", "[^a-z0-9]+"),
      write("test/digits.test.mjs", testOf("slug", "slug", 'assert.equal(slug("Version 2"), "version-2")')),
    ],
    again: null,
  },
  {
    id: "COUNT-1",
    goal: "Add count(text), which counts words",
    needs: [],
    work: [write("src/count.mjs", 'export const count = (text) => text.split(" ").length;\n')],
    again: {
      finding: "Two spaces in a row count as a word, and no test shows it.",
      file: "src/count.mjs",
      work: [
        read("src/count.mjs"),
        edit("src/count.mjs", 'text.split(" ").length', "text.split(/\\s+/).filter(Boolean).length"),
        write("test/count.test.mjs", testOf("count", "count", 'assert.equal(count("one  two"), 2)')),
      ],
    },
  },
];

export type StoryRole = "planner" | "plan reviewer" | "implementer" | "code reviewer";
const roles: readonly StoryRole[] = ["planner", "plan reviewer", "implementer", "code reviewer"];

/** Who is asked, for which task, how far it is. */
export interface Part {
  readonly role: StoryRole;
  readonly task: StoryTask;
  /** The last prompt. */
  readonly prompt: string;
  /** From 1. */
  readonly round: number;
}

/** Null: the request belongs to no call of the story. */
export function partOf({ said }: ModelRequest): Part | null {
  const prompt = said.findLast((text) => roleIn(text) !== null) ?? "";
  const role = roleIn(prompt);
  const id = /<<<TASK \S+\n(?:Area: [^\n]*\n)?([^:\n]+): /.exec(prompt)?.[1];
  const round = Number(/This is round (\d+)/.exec(prompt)?.[1] ?? "1");
  const task = tasks.find((one) => one.id === id);
  return role === null || task === undefined ? null : { role, task, prompt, round };
}

const roleIn = (text: string): StoryRole | null => roles.find((role) => text.includes(`You are the ${role}. `)) ?? null;

/** What a sensible model does next. */
export function storyReply(part: Part, { results, calls, tools }: ModelRequest): Reply {
  switch (part.role) {
    case "planner":
      return results > 0 || !tools.includes("StructuredOutput")
        ? { kind: "text", text: JSON.stringify(planOf(part.task)) }
        : { kind: "tool", call: { name: "StructuredOutput", input: planOf(part.task) } };
    case "plan reviewer":
      return { kind: "text", text: JSON.stringify(verdict("approve", "One small step, as it should be.")) };
    case "implementer":
      return implement(part, calls);
    case "code reviewer":
      // It looks before it judges.
      return results === 0
        ? {
            kind: "tool",
            call: { name: "exec", input: 'text(await tools.exec_command({"cmd":"git status --short; ls src"}))' },
          }
        : { kind: "text", text: JSON.stringify(judgement(part)) };
  }
}

/** What was done already stands in the session, whoever was killed meanwhile; what failed is tried once more. */
function implement({ task, prompt }: Part, done: readonly CalledTool[]): Reply {
  const corrects = prompt.includes("Correct the work so that the findings below are settled");
  const wanted = task.again !== null && corrects ? task.again.work : task.work;
  const call = wanted.find((one) => {
    const tries = done.filter((other) => isSame(one, other));
    return tries.length < 2 && !tries.some(({ isError }) => !isError);
  });
  return call === undefined
    ? { kind: "text", text: "The files are as they should be; I could not run the tests." }
    : { kind: "tool", call };
}

/** Agents write out defaults and whole paths. */
function isSame({ name, input }: ToolCall, called: CalledTool): boolean {
  if (typeof input === "string" || name !== called.name) return false;
  return Object.entries(input).every(([field, value]) => {
    const given = called.input[field];
    const isPath = field === "file_path" && typeof given === "string" && typeof value === "string";
    return given === value || (isPath && given.endsWith(`/${value}`));
  });
}

function planOf({ goal, work }: StoryTask) {
  const files = work.flatMap(({ input }) => {
    const path = typeof input === "object" ? input["file_path"] : null;
    return typeof path === "string" ? [path] : [];
  });
  return {
    summary: `${goal}, in one step with its test.`,
    steps: [{ id: "S1", title: goal, details: "A small pure function; node --test shows that it works.", files }],
    risks: [],
  };
}

function judgement({ task, prompt }: Part): Json {
  const open = [...prompt.matchAll(/^(\S+) \[(?:blocker|major|minor|nit)\]/gm)].map(([, id = ""]) => id);
  if (task.again === null || open.length > 0) return verdict("approve", "It does what was asked.", [], open);
  const { finding, file } = task.again;
  return verdict("changes", "One thing is wrong.", [{ id: null, severity: "major", file, line: 1, text: finding }]);
}

const verdict = (
  word: "approve" | "changes",
  summary: string,
  findings: readonly Json[] = [],
  closed: readonly string[] = [],
): Json => ({ verdict: word, summary, findings, closed });
