import { cliWith } from "./project.ts";

/** How fast the demo goes: real milliseconds of the unhurried demo to a duration of the scenario. */
export interface Pace {
  readonly ms: (realMs: number) => string;
  readonly tokensPerS: number;
}

type Edit = { readonly path: string; readonly write: string } | { readonly path: string; readonly append: string };

interface Rule {
  readonly on: {
    readonly role: string;
    readonly task?: string;
    readonly step?: string;
    readonly round?: number;
    readonly model?: string;
  };
  readonly n?: number;
  readonly delay?: string;
  readonly text?: string;
  readonly answer?: unknown;
  readonly edits?: readonly Edit[];
  readonly error?: {
    readonly type: string;
    readonly reason?: string;
    readonly message: string;
    readonly retry_after?: string;
    readonly reset_in?: string;
  };
  readonly usage?: { readonly input: number; readonly output: number };
  readonly cost_usd?: number;
}

const step = (title: string, details: string) => ({ id: "S1", title, details });
const plan = (summary: string, ...steps: readonly object[]) => ({ summary, steps, risks: [] });
const approve = (summary: string, closed: readonly string[] = []) => ({
  verdict: "approve",
  summary,
  findings: [],
  closed,
});
const paid = { usage: { input: 5_200, output: 640 }, cost_usd: 0.0212 } as const;

/** What each scripted model says and does in the demo; anything not named here goes well by itself. JSON is YAML. */
export function scenarioText(pace: Pace): string {
  const rules = [...countRules(pace), ...formatRules(pace), ...cliRules(pace), ...otherRules(pace)];
  return JSON.stringify(
    { version: 1, seed: 7, defaults: { delay: pace.ms(1_200), tokens_per_s: pace.tokensPerS }, rules },
    null,
    1,
  );
}

/** A plan that is rejected once; a review with a finding, and its fix. */
function countRules(pace: Pace): readonly Rule[] {
  const count = (extra: string): string => `/** How many words a text has: runs of anything but white space. */
export function countWords(text) {
  return text.match(/\\S+/g)?.length ?? 0;
}
${extra}`;
  const lines = (body: string): string => `
/** How many lines a text has; a last one without a line end is a line. */
export const countLines = (text) => ${body};

/** How many characters a reader sees. */
export const countCharacters = (text) => [...new Intl.Segmenter().segment(text)].length;
`;
  return [
    {
      on: { role: "planner", task: "COUNT-1", round: 1 },
      ...paid,
      delay: pace.ms(2_000),
      text: "I would split the text at each single space and drop empty parts. Tabs can come later.",
      answer: plan(
        "Split at spaces, drop empty parts",
        step("Drop empty words", "Filter empty strings after the split."),
      ),
    },
    {
      on: { role: "plan_reviewer", task: "COUNT-1", round: 1 },
      delay: pace.ms(1_500),
      text: "The task says tabs and line ends separate words too. This plan leaves them out.",
      answer: {
        verdict: "changes",
        summary: "Tabs and line ends are left out",
        findings: [
          {
            severity: "major",
            file: "src/count.mjs",
            text: "Splitting at spaces does not separate words at tabs and line ends, which the task asks for.",
          },
        ],
      },
    },
    {
      on: { role: "planner", task: "COUNT-1", round: 2 },
      ...paid,
      delay: pace.ms(1_800),
      text: "Match runs of anything but white space; then tabs, line ends and the empty text follow by themselves.",
      answer: plan(
        "Match runs of non-space",
        step("Count runs of non-space", "Match \\S+ and count; an empty text gives none."),
        {
          id: "S2",
          title: "Test tabs, line ends and the empty text",
          details: "One assertion each in test/count.mjs.",
        },
      ),
    },
    {
      on: { role: "plan_reviewer", task: "COUNT-1", round: 2 },
      delay: pace.ms(1_000),
      text: "All kinds of white space are covered now.",
      answer: approve("Covers all white space", ["F1"]),
    },
    {
      on: { role: "implementer", task: "COUNT-1", step: "S1" },
      delay: pace.ms(1_800),
      text: "A regular expression that matches runs of non-space replaces the split.",
      edits: [{ path: "src/count.mjs", write: count("") }],
    },
    {
      on: { role: "implementer", task: "COUNT-1", step: "S2" },
      delay: pace.ms(1_200),
      text: "Three assertions: a tab, a line end, nothing at all.",
      edits: [
        {
          path: "test/count.mjs",
          append: `assert.equal(countWords("one  two\\tthree\\nfour"), 4);\nassert.equal(countWords(""), 0);\n`,
        },
      ],
    },
    {
      on: { role: "planner", task: "COUNT-2" },
      ...paid,
      text: "Two small functions beside countWords, and a test each.",
      answer: plan(
        "Two functions and their tests",
        step("Count lines and characters", "countLines and countCharacters in src/count.mjs; test/lines.mjs."),
      ),
    },
    {
      on: { role: "implementer", task: "COUNT-2", step: "S1" },
      n: 1,
      delay: pace.ms(2_000),
      text: "countLines splits at line ends; countCharacters uses the segmenter of the platform.",
      edits: [
        { path: "src/count.mjs", write: count(lines(`text.split("\\n").length`)) },
        {
          path: "test/lines.mjs",
          write: `import assert from "node:assert";\nimport { countCharacters, countLines } from "../src/count.mjs";\n\nassert.equal(countLines("a\\nb"), 2);\nassert.equal(countCharacters("na\\u0308h"), 3);\n`,
        },
      ],
    },
    {
      on: { role: "code_reviewer", task: "COUNT-2", round: 1 },
      ...paid,
      delay: pace.ms(1_800),
      text: 'A text that ends with a line end gets one line too many: "a\\n" has one line, this counts two.',
      answer: {
        verdict: "changes",
        summary: "A final line end counts as a line",
        findings: [
          {
            severity: "major",
            file: "src/count.mjs",
            line: 7,
            text: '"a\\n" has one line, but split gives two parts.',
          },
          { severity: "nit", file: "test/lines.mjs", line: 4, text: "A test for the empty text would be good." },
        ],
      },
    },
    {
      on: { role: "implementer", task: "COUNT-2" },
      delay: pace.ms(1_500),
      text: "Lines are what stands before each line end, plus a rest if there is one.",
      edits: [
        { path: "src/count.mjs", write: count(lines(`text.match(/[^\\n]*\\n|[^\\n]+$/g)?.length ?? 0`)) },
        { path: "test/lines.mjs", append: `assert.equal(countLines("a\\n"), 1);\nassert.equal(countLines(""), 0);\n` },
      ],
    },
    {
      on: { role: "code_reviewer", task: "COUNT-2", round: 2 },
      ...paid,
      delay: pace.ms(1_200),
      text: "Both points are settled.",
      answer: approve("The final line end is right now", ["F1", "F2"]),
    },
  ];
}

/** A call that is throttled for as long as the provider asks, and a usage limit that holds an account while others work. */
function formatRules(pace: Pace): readonly Rule[] {
  return [
    {
      on: { role: "implementer", task: "FORMAT-1" },
      n: 1,
      delay: pace.ms(600),
      error: {
        type: "rate_limit",
        reason: "throttled",
        message: "too many requests, slow down",
        retry_after: pace.ms(3_000),
      },
    },
    {
      on: { role: "implementer", task: "FORMAT-1" },
      delay: pace.ms(1_500),
      text: "Intl.NumberFormat groups digits; tests for 999 and 1000.",
      edits: [
        {
          path: "src/format.mjs",
          write: `const grouped = new Intl.NumberFormat("en");\n\n/** A number as a person reads it: 1,000. */\nexport const format = (number) => grouped.format(number);\n`,
        },
        { path: "test/format.mjs", append: `assert.equal(format(1000), "1,000");\n` },
      ],
    },
    {
      on: { role: "implementer", task: "FORMAT-2", model: "birch" },
      n: 1,
      delay: pace.ms(800),
      error: {
        type: "rate_limit",
        reason: "plan_limit",
        message: "usage limit of the plan reached",
        reset_in: pace.ms(9_000),
      },
    },
    {
      on: { role: "implementer", task: "FORMAT-2" },
      delay: pace.ms(1_600),
      text: "Labels on the left, numbers right-aligned.",
      edits: [
        {
          path: "src/table.mjs",
          write: `import { format } from "./format.mjs";\n\n/** Rows of a label and a number, the numbers aligned at their right. */\nexport function table(rows) {\n  const cells = rows.map(([label, number]) => [label, format(number)]);\n  const left = Math.max(...cells.map(([label]) => label.length));\n  const right = Math.max(...cells.map(([, number]) => number.length));\n  return cells.map(([label, number]) => label.padEnd(left) + "  " + number.padStart(right)).join("\\n");\n}\n`,
        },
        {
          path: "test/table.mjs",
          write: `import assert from "node:assert";\nimport { table } from "../src/table.mjs";\n\nassert.equal(table([["words", 1200], ["lines", 7]]), "words  1,200\\nlines      7");\n`,
        },
      ],
    },
  ];
}

const fromInput = "const text = args.length > 0 ? readText(args[0]) : readText(0);";
const withHelp = 'const text = args[0] === "--help" ? "usage: tally [FILE]" : readText(args[0]);';
const both = 'const text = args[0] === "--help" ? "usage: tally [FILE]" : readText(args.length > 0 ? args[0] : 0);';

/** An overloaded model whose breaker opens, the fall-back to another, and two tasks that change the same line. */
function cliRules(pace: Pace): readonly Rule[] {
  const edit = (task: string, line: string, text: string): readonly Rule[] => [
    {
      on: { role: "implementer", task },
      n: 1,
      delay: pace.ms(2_200),
      text,
      edits: [{ path: "src/cli.mjs", write: cliWith(line) }],
    },
    {
      on: { role: "implementer", task },
      delay: pace.ms(1_500),
      text: "Both changes belong together: help first, then the file or standard input.",
      edits: [{ path: "src/cli.mjs", write: cliWith(both) }],
    },
  ];
  return [
    {
      on: { role: "implementer", task: "CLI-1", model: "cedar" },
      delay: pace.ms(500),
      error: { type: "overloaded", message: "the model is overloaded" },
    },
    ...edit("CLI-1", fromInput, "Without an argument, file descriptor 0 is read."),
    ...edit("CLI-2", withHelp, "The first argument --help prints one line of usage."),
  ];
}

/** Checks that go red and are mended, an implementer that first changes nothing, and a release that a person has to approve. */
function otherRules(pace: Pace): readonly Rule[] {
  const files = (message: string): string => `import { readFileSync } from "node:fs";

/** The text of a file; the error of one that cannot be read names it. */
export function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(${message}, { cause });
  }
}
`;
  const changeLog = (more: string): string =>
    `# Changes\n\n## 1.0.0\n\n- Counts words, lines and characters\n- Reads standard input\n${more}`;
  return [
    {
      on: { role: "implementer", task: "FILES-1" },
      n: 1,
      delay: pace.ms(1_800),
      text: "The error is wrapped with the path in its message.",
      edits: [
        { path: "src/files.mjs", write: files("`cannot read ${file}`") },
        {
          path: "test/files.mjs",
          write: `import assert from "node:assert";\nimport { readText } from "../src/files.mjs";\n\nassert.throws(() => readText("nothing.txt"), /cannot read nothing.txt/);\n`,
        },
      ],
    },
    {
      on: { role: "implementer", task: "FILES-1" },
      delay: pace.ms(1_300),
      text: "The variable is called path; the check was right.",
      edits: [{ path: "src/files.mjs", write: files("`cannot read ${path}`") }],
    },
    {
      on: { role: "implementer", task: "DOCS-1" },
      n: 1,
      delay: pace.ms(900),
      text: "The README looks complete to me.",
    },
    {
      on: { role: "implementer", task: "DOCS-1" },
      delay: pace.ms(1_200),
      text: "An example for a file and one for a pipe.",
      edits: [{ path: "README.md", append: "\n    tally notes.txt\n    cat notes.txt | tally\n" }],
    },
    {
      on: { role: "planner", task: "RELEASE-1" },
      ...paid,
      text: "Version and change log belong into one step.",
      answer: plan(
        "Version and change log",
        step("Set the version and write the change log", "package.json and CHANGES.md."),
      ),
    },
    {
      on: { role: "implementer", task: "RELEASE-1", step: "S1" },
      delay: pace.ms(1_500),
      text: "Version 1.0.0, and what changed since 0.9.0.",
      edits: [
        {
          path: "package.json",
          write: `{\n  "name": "tally",\n  "version": "1.0.0",\n  "private": true,\n  "type": "module"\n}\n`,
        },
        { path: "CHANGES.md", write: changeLog("") },
      ],
    },
    {
      on: { role: "implementer", task: "RELEASE-1" },
      delay: pace.ms(1_200),
      text: "The change log now says what was asked for.",
      edits: [{ path: "CHANGES.md", write: changeLog("- Prints a table\n- Groups the digits of large numbers\n") }],
    },
  ];
}
