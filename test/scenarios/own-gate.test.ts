import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed, played } from "../cli/played.ts";

type Edit = { readonly path: string; readonly text: string | null };

const base: Readonly<Record<string, string>> = {
  "package.json": '{"name": "sums", "type": "module", "scripts": {"test": "node --test"}}\n',
  "src/sum.mjs": "export const sum = (a, b) => a + b;\n",
  "test/sum.test.mjs":
    'import { test } from "node:test";\nimport assert from "node:assert";\nimport { sum } from "../src/sum.mjs";\ntest("sum", () => assert.equal(sum(1, 2), 3));\n',
  ".gitignore": "node_modules\n",
};
const broken: Edit = { path: "src/sum.mjs", text: "export const sum = (a, b) => a - b;\n" };

const scenario = (edits: readonly Edit[]): string => {
  const edit = edits
    .map(({ path, text }) =>
      text === null
        ? `      - {path: ${JSON.stringify(path)}, delete: true}`
        : `      - {path: ${JSON.stringify(path)}, write: ${JSON.stringify(text)}}`,
    )
    .join("\n");
  return `  - on: {role: implementer}\n    edits:\n${edit}\n`;
};

/** A repository in which the one task makes this change. */
function changing(
  edits: readonly Edit[],
  more: { files?: Readonly<Record<string, string>>; run?: string; task?: string } = {},
): Hand {
  return played(`tasks:\n  - {id: A, goal: Change it, risk: low${more.task ?? ""}}\n`, {
    files: { ...base, ...more.files },
    settings: `checks: [{name: test, run: ${JSON.stringify(more.run ?? "node --test")}}]\n`,
    rules: scenario(edits),
  });
}

test("what passes only its own gate is asked about, whatever is said yes to; a yes to it merges it", async () => {
  const hand = changing([broken, { path: "test/sum.test.mjs", text: null }]);
  await hand.say("run", "--yes-to", "plan,merge");
  const question = at(parsed((await hand.say("review", "--json")).out), "questions", 0);
  expect(question).toMatchObject({
    kind: "gate",
    reason: "own_gate",
    evidence: { inputs: ["test/sum.test.mjs"], touched: ["test/sum.test.mjs"] },
  });
  expect(at(question, "text")).toEqual(having("With these as at its base it is red: test; with its own it is green."));
  expect(at(question, "evidence", "by_the_gate_of_the_base")).toEqual(having("-1 == 3"));
  const shown = (await hand.say("review")).out;
  expect(shown).toMatch(/with the gate of its base:\n(?: {2}\| .*\n)*? {2}\| .*-1/);
  expect(shown).toContain("with its own gate:\n");
  await hand.say("task", "A", "--approve");
  expect((await hand.say("run")).code).toBe(0);
  expect(hand.git("show", `${brand.integrationBranch}:src/sum.mjs`)).toContain("a - b");
});

test.each([
  [
    "a new test beside the old ones",
    [{ path: "test/more.test.mjs", text: (base["test/sum.test.mjs"] ?? "").replaceAll("(1, 2), 3", "(2, 2), 4") }],
    "",
  ],
  ["what the task may change", [broken, { path: "test/sum.test.mjs", text: null }], ", may_change: [test/sum.*]"],
])("nobody is asked about %s", async (_what, edits, task) => {
  const hand = changing(edits, { task });
  expect((await hand.say("run")).code).toBe(0);
  expect(at(parsed((await hand.say("task", "A", "--json")).out), "task", "state")).toBe("DONE");
});
