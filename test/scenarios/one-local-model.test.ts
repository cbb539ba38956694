import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import type { Json } from "../../src/domain/json.ts";
import { atHand } from "../cli/at-hand.ts";
import { at, parsed } from "../cli/played.ts";
import { compatible, type Speech } from "../models/dialects.ts";
import { spoken } from "../models/http-subject.ts";
import { loopback, type Sent } from "../models/loopback.ts";
import { until } from "../until.ts";

const server = loopback();

/** What a request holds that a model would go by. */
function readRequest({ body }: Sent) {
  const messages: readonly unknown[] = Object.values(at(body, "messages") ?? {});
  const textOf = (message: unknown): string => String(at(message, "content"));
  const prompt = textOf(messages[0]);
  const results = messages.filter((message) => at(message, "role") === "tool").map(textOf);
  const role = /You are the ([a-z ]+)\./.exec(prompt)?.[1] ?? "";
  const task = /\b([A-Z]+-\d): /.exec(prompt)?.[1] ?? "";
  return { role, task, prompt, results };
}

const says = (value: Json): Speech => ({
  text: [JSON.stringify(value)],
  usage: { input: 900, output: 60 },
  cost: 0.0002,
});
const uses = (name: string, input: Json): Speech => ({
  calls: [{ id: `call_${name}`, name, input }],
  usage: { input: 500, output: 20 },
  cost: 0.0001,
});

const functions: Readonly<Record<string, string>> = {
  "ADD-1": "export const add = (a, b) => a + b;\n",
  "SUB-1": "export const sub = (a, b) => a - b;\n",
  "MUL-1": "export const mul = (a, b) => a * b;\n",
};

/** A model that looks before it plans, makes a mistake that the check shows it, and reads what it reviews. */
function answer(sent: Sent): Speech {
  const { role, task, results } = readRequest(sent);
  const path = `${task.slice(0, 3).toLowerCase()}.mjs`;
  switch (role) {
    case "planner":
      if (results.length === 0) return uses("list", { path: "" });
      return says({
        summary: `Add ${path}.`,
        steps: [{ id: "S1", title: `Add ${path}`, details: "Export the function.", files: [path] }],
        risks: [],
      });
    case "implementer": {
      const right = functions[task] ?? "";
      if (results.length === 0) return uses("write", { path, text: right.replace("(a, b)", "(a)") });
      if (results.length === 1) return uses("run_check", { name: "test" });
      if (results.length === 2 && /test failed/.test(results[1] ?? ""))
        return uses("edit", { path, old: "(a)", new: "(a, b)" });
      return { text: [`${path} exports its function now.`], usage: { input: 700, output: 15 }, cost: 0.0001 };
    }
    default:
      if (results.length === 0) return uses("read", { path: "readme.md" });
      return says({ verdict: "approve", summary: "It does what was asked.", findings: [], closed: [] });
  }
}

const testFile = `import { readdirSync } from "node:fs";
for (const file of readdirSync(".").filter((name) => /^(add|sub|mul)\\.mjs$/.test(name))) {
  const [work] = Object.values(await import("./" + file));
  if (work.length !== 2) throw new Error(file + " takes " + work.length + " numbers");
}
`;

test("one model of a compatible server brings three tasks to merged branches, with no agent's program", async () => {
  const place = server.place((_n, sent) => spoken(compatible, answer(sent)));
  const hand = atHand({
    "readme.md": "Sums.\n",
    "test.mjs": testFile,
    "tasks.yaml": `tasks:
  - {id: ADD-1, goal: Add a function that adds two numbers}
  - {id: SUB-1, goal: Add a function that subtracts two numbers}
  - {id: MUL-1, goal: Add a function that multiplies two numbers, needs: [ADD-1, SUB-1], risk: high}
`,
    [brand.settingsFile]: `models:
  local: {adapter: openai-compatible, base_url: "${place.url}/v1", model: small-coder}
checks: [{name: test, run: "${process.execPath} test.mjs"}]
`,
  });
  const { code, out, err } = await hand.say("run", "--plain", "--yes-to", "plan,merge");
  expect({ code, out: code === 0 ? "" : out, err }).toEqual({ code: 0, out: "", err: "" });
  expect(out).toContain("model local (openai-compatible)");
  expect(out).toContain("3 of 3 tasks done");
  for (const [task, text] of Object.entries(functions))
    expect(hand.git("show", `${brand.integrationBranch}:${task.slice(0, 3).toLowerCase()}.mjs`)).toBe(text);
  const subjects = hand.git("log", "--format=%s", brand.integrationBranch).trim().split("\n");
  expect(subjects.map((subject) => subject.slice(0, 5)).toSorted()).toEqual(["ADD-1", "MUL-1", "SUB-1", "start"]);

  // Nobody but the model was asked, each role of it, and it saw its own mistake.
  const asked = place.sent.map(readRequest);
  expect(new Set(asked.map(({ role }) => role))).toEqual(
    new Set(["planner", "plan reviewer", "implementer", "code reviewer"]),
  );
  const mended = asked.filter(
    ({ role, results }) => role === "implementer" && results.some((text) => /test failed/.test(text)),
  );
  expect(new Set(mended.map(({ task }) => task))).toEqual(new Set(Object.keys(functions)));
  expect(out).toMatch(/ADD-1 .* local, reviewed by local, \$0\.00\d/);
});

test("with permissions ask its changes wait for a person", async () => {
  const place = server.place((_n, sent) => spoken(compatible, answer(sent)));
  const hand = atHand({
    "readme.md": "Sums.\n",
    "test.mjs": testFile,
    "tasks.yaml": "tasks: [{id: ADD-1, goal: Add a function that adds two numbers, risk: low}]\n",
    [brand.settingsFile]: `permissions: ask
models:
  local: {adapter: openai-compatible, base_url: "${place.url}/v1", model: small-coder}
checks: [{name: test, run: "${process.execPath} test.mjs"}]
`,
  });
  const running = hand.begin(["run", "--plain"]);
  const asked = async (): Promise<unknown> => at(parsed((await hand.say("review", "--json")).out), "questions", 0);
  const untilAsked = async (tool: string): Promise<void> =>
    await until(`a question about ${tool}`, async () => at(await asked(), "text") === `local asks to use ${tool}`);
  await untilAsked("write");
  expect((await hand.say("task", "ADD-1", "--approve")).code).toBe(0);
  // The project's own check is no question.
  await untilAsked("edit");
  expect((await hand.say("task", "ADD-1", "--approve")).code).toBe(0);
  const { code, out } = await running.end;
  expect({ code, out: code === 0 ? "" : out }).toEqual({ code: 0, out: "" });
  expect(hand.git("show", `${brand.integrationBranch}:add.mjs`)).toBe(functions["ADD-1"]);
});
