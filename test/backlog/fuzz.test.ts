import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { parseBacklog } from "../../src/backlog/backlog.ts";
import { parseSettings } from "../../src/backlog/settings.ts";
import type { Problem } from "../../src/domain/problem.ts";

const words = [
  "tasks:", "version: 1", "defaults:", "id:", "goal:", "needs:", "risk: low", "mode:", "models:", "opus", "budget:", "usd:", "timeout: 5m",
  "- ", "  ", "    ", "\n", "\n", "\n  - ", "\n    ", "[", "]", "{", "}", ",", ":", "?", "|", ">", "&a ", "*a", "!!str ", "!x ", "<<: ", "#", "'", '"',
  "\t", "\r\n", "---", "...", "%YAML 1.1", "@", "`", "~", "null", "1e999", ".nan", "0x1f", "__proto__: ", "constructor: ", "toString", "\u0000", "\u2028", "\uD800",
  "adapter: command", "argv: [a]", "checks:", "roles:", "limits:", "per_model:", "retry:", "A", "B",
]; // prettier-ignore

const soup = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.json({ maxDepth: 6 }),
);

const leaf = fc.oneof(
  fc.constantFrom("A", "B", "a", "opus", "low", "5m", "adaptive", "", "test"),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
);
const someValue = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("usd", "planner", "x"), leaf),
);
const keys = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names, "__proto__", "idd"), someValue, { maxKeys: 8 });
const nearBacklog = fc.record({
  tasks: fc.array(keys(["id", "goal", "needs", "risk", "mode", "models", "checks", "budget", "timeout", "approve"]), {
    maxLength: 5,
  }),
  defaults: keys(["risk", "models", "checks", "mode"]),
});
const nearSettings = fc.record({
  models: fc.dictionary(fc.string(), keys(["adapter", "argv", "scenario", "base_url", "model", "env"]), { maxKeys: 3 }),
  roles: keys(["planner", "implementer"]),
  limits: keys(["parallel", "per_model", "per_area"]),
  checks: fc.array(keys(["name", "run", "report", "timeout"]), { maxLength: 3 }),
});

const settings = { models: [{ name: "opus" }], checks: [{ name: "test" }] };

function expectSound(problems: readonly Problem[], text: string): void {
  const lineCount = text.split("\n").length;
  let before = { line: 0, column: 0 };
  for (const problem of problems) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.line).toBeLessThanOrEqual(lineCount);
    expect(problem.column).toBeGreaterThanOrEqual(1);
    expect(problem.message).not.toBe("");
    expect(problem.message).not.toMatch(/\n|undefined|\[object/);
    expect(problem.line * 1e6 + problem.column).toBeGreaterThanOrEqual(before.line * 1e6 + before.column);
    before = problem;
  }
}

describe("any text at all", () => {
  test("is either tasks or problems", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          nearBacklog.map((data) => stringify(data)),
        ),
        (text) => {
          const { tasks, problems } = parseBacklog({ file: "f", text, settings });
          expectSound(problems, text);
          if (problems.length > 0) expect(tasks).toEqual([]);
        },
      ),
      { numRuns: 600 },
    );
  });

  test("is either settings or problems", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          nearSettings.map((data) => stringify(data)),
        ),
        fc.boolean(),
        (text, alone) => {
          const file = { file: "f", folder: "/f", text };
          const other = { file: "g", folder: "/g", text: "models: {opus: {adapter: codex}}" };
          const parsed = parseSettings({
            files: alone ? [file] : [other, file],
            env: {},
            flags: {},
            adapters: ["command", "codex"],
          });
          expect(parsed.settings === null).toBe(parsed.problems.length > 0);
          expectSound(
            parsed.problems.filter((problem) => problem.file === "f"),
            text,
          );
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe("a valid backlog", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,12}$/);
  const text = fc.string({ minLength: 1, maxLength: 40 }).filter((one) => /\S/.test(one) && !one.includes("\0"));
  const task = fc.record(
    {
      goal: text.map((one) => one.trim()),
      details: text,
      risk: fc.constantFrom("low", "medium", "high"),
      area: name,
      mode: fc.constantFrom("two-loop", "three-loop"),
      priority: fc.integer({ min: -100, max: 100 }),
      context: fc.uniqueArray(
        name.map((one) => `src/${one}/**`),
        { maxLength: 3 },
      ),
      checks: fc.subarray(["test"]),
      models: fc.dictionary(fc.constantFrom("planner", "implementer"), fc.constant(["opus"])),
      budget: fc.record({ usd: fc.nat(100), tokens: fc.integer({ min: 1, max: 1e9 }) }, { requiredKeys: [] }),
      timeout: fc.integer({ min: 1, max: 90 }).map((minutes) => `${minutes}m`),
      approve: fc.subarray(["plan", "merge"]),
    },
    { requiredKeys: ["goal"] },
  );
  const backlog = fc
    .record({
      ids: fc.uniqueArray(name, { selector: (id) => id.toLowerCase(), maxLength: 12 }),
      tasks: fc.array(task),
      picks: fc.array(fc.nat()),
    })
    .map(({ ids, tasks, picks }) =>
      ids.slice(0, tasks.length).map((id, index) => {
        const pick = picks[index];
        const need = pick === undefined || index === 0 ? undefined : ids[pick % index];
        return { id, ...tasks[index], ...(need === undefined ? {} : { needs: [need] }) };
      }),
    );

  test("comes out as it went in, in YAML as in JSON", () => {
    fc.assert(
      fc.property(backlog, (written) => {
        const yaml = parseBacklog({ file: "f", text: stringify({ tasks: written }), settings });
        const json = parseBacklog({ file: "f", text: JSON.stringify({ tasks: written }, null, 1), settings });
        expect(yaml).toEqual(json);
        expect(yaml.problems).toEqual([]);
        expect(yaml.tasks.map(({ id }) => id)).toEqual(written.map(({ id }) => id));
        yaml.tasks.forEach((parsed, index) => {
          const given = written[index];
          const { id, goal, needs, area, details, priority, checks } = parsed;
          expect({ id, goal, needs, area, details, priority, checks }).toEqual({
            id: given?.id,
            goal: given?.goal,
            needs: given?.needs ?? [],
            area: given?.area ?? null,
            details: given?.details ?? null,
            priority: given?.priority ?? 0,
            checks: given?.checks ?? null,
          });
        });
      }),
    );
  });
});
