import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { eventLine } from "../../src/actions/results/events.ts";
import { actionTable } from "../../src/actions/table.ts";
import { settingsSchema } from "../../src/backlog/settings-schema.ts";
import { tasksSchema } from "../../src/backlog/tasks-schema.ts";
import { availableAdapters } from "../../src/models/adapters.ts";
import { errorTypes, reportedOutcomes } from "../../src/domain/failure.ts";
import { sectionNames } from "../../src/prompts/sections.ts";
import { keyMapMarkdown } from "../../src/view/keys/palette.ts";
import { commandsPart } from "./commands-page.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "docs");
const pages = [
  join(root, "README.md"),
  join(root, "CHANGELOG.md"),
  ...readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
];
const textOf = (path: string): string => readFileSync(path, "utf8");
const page = (name: string): string => textOf(join(folder, name));

/** The anchor GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set([...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)));

const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, "");

test("there are a front page, a reference and a list of changes", () => {
  expect(pages.map((path) => relative(root, path))).toEqual(
    expect.arrayContaining(["README.md", "CHANGELOG.md", "docs/README.md", "docs/models.md", "docs/layout.md"]),
  );
});

test.each(pages.map((path) => [relative(root, path), path] as const))(
  "every link of %s leads somewhere",
  (_name, path) => {
    const text = withoutCode(textOf(path));
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(([, a, b]) => a ?? b ?? "");
    expect(targets.length).toBeGreaterThan(0);
    const broken = targets.filter((target) => {
      if (/^https?:/.test(target)) return false;
      const [file = "", anchor] = target.split("#");
      const to = file === "" ? path : join(dirname(path), file);
      if (!existsSync(to)) return true;
      return anchor !== undefined && !anchorsIn(textOf(to)).has(anchor);
    });
    expect(broken).toEqual([]);
  },
);

test.each(pages.map((path) => [relative(root, path), path] as const))(
  "every path of the source that %s names is there",
  (_name, path) => {
    const named = [...textOf(path).matchAll(/`((?:src|state|components|test|schemas)\/[\w./-]*)`/g)].map(
      ([, found = ""]) => found,
    );
    expect(named.filter((found) => !existsSync(join(root, found)))).toEqual([]);
  },
);

test("every page of the reference is in its index", () => {
  const index = page("README.md");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".md") && file !== "README.md"))
    expect(index).toContain(`(${name})`);
});

/** The dotted paths of all keys of a schema: `NAME` stands for a free key, `[]` for an item of a list. */
function pathsOf(schema: z.core.$ZodType, path = ""): readonly string[] {
  if (schema instanceof z.ZodOptional) return pathsOf(schema.unwrap(), path);
  if (schema instanceof z.ZodArray)
    return pathsOf(schema.element, schema.element instanceof z.ZodObject ? `${path}[]` : path);
  if (schema instanceof z.ZodRecord) return pathsOf(schema.valueType, `${path}.NAME`);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => pathsOf(option, path));
  if (!(schema instanceof z.ZodObject)) return [path];
  const own = path === "" || path.endsWith("[]") || path.endsWith("NAME") ? [] : [path];
  const below: z.core.$ZodShape = schema.shape;
  return [...own, ...Object.entries(below).flatMap(([key, one]) => pathsOf(one, path === "" ? key : `${path}.${key}`))];
}

/** The names of all properties of a JSON Schema. */
function keysIn(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]: readonly [string, unknown]) => {
    const own = name === "properties" && typeof value === "object" && value !== null ? Object.keys(value) : [];
    return [...own, ...keysIn(value)];
  });
}

describe("the reference names", () => {
  test("every key of the settings, and none that is not there", () => {
    const text = page("settings.md");
    const [before = ""] = text.split("## tasks.yaml");
    const paths = new Set(pathsOf(settingsSchema).map((path) => path.replace(/\[\](?=\[\])/, "")));
    expect(paths.size).toBeGreaterThan(80);
    const known = [...paths].map((path) => path.replace("prices.NAME[]", "prices.NAME"));
    const missing = known.filter((path) => !before.includes(`\`${path}\``) && !before.includes(`\`${path}.`));
    expect(missing).toEqual([]);
    const rows = [...before.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) => cell.match(/[\w.[\]]+/g) ?? []);
    const unknown = rows.filter(
      (row) => !known.some((path) => path === row || path.startsWith(`${row}.`) || path.startsWith(`${row}[`)),
    );
    expect(unknown).toEqual([]);
  });

  test("every key of a task", () => {
    const [, text = ""] = page("settings.md").split("## tasks.yaml");
    const keys = Object.keys(tasksSchema.shape.tasks.element.shape);
    expect(keys.filter((key) => !text.includes(`| \`${key}\` |`))).toEqual([]);
  });

  test("every adapter", () => {
    const text = page("models.md");
    expect(availableAdapters.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test("every field of the lines that a command prints", () => {
    const [, text = ""] = page("models.md").split("### Lines that are events");
    const source = textOf(join(root, "src", "models", "command", "command-lines.ts"));
    const fields = new Set([...source.matchAll(/\["(\w+)"\]/g)].map(([, name = ""]) => name));
    const types = new Set([...source.matchAll(/case "(\w+)"/g)].map(([, name = ""]) => name));
    expect(types.size).toBe(8);
    expect(fields.size).toBeGreaterThan(12);
    // Other spellings that the decoder takes, which nobody should learn.
    const silent = new Set(["tool"]);
    const wanted = [...fields, ...types, ...errorTypes, ...reportedOutcomes];
    expect(wanted.filter((word) => !silent.has(word) && !text.includes(`\`${word}\``))).toEqual([]);
  });

  test("every event that scripts may read, with all that it says", () => {
    const rows = page("commands.md").split("\n");
    expect(eventLine.options.length).toBeGreaterThan(20);
    for (const { shape } of eventLine.options) {
      const [type] = shape.type.values;
      const row = rows.find((line) => line.startsWith("|") && line.includes(`\`${type}\``)) ?? "";
      const keys = Object.keys(shape.data.shape);
      expect([type, keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(row))]).toEqual([type, []]);
    }
  });

  test("every key that an action answers", () => {
    const [, text = ""] = page("commands.md").split("## JSON");
    const keys = Object.entries(actionTable).flatMap(([name, { output }]) =>
      keysIn(z.toJSONSchema(output, { io: "input" })).map((key) => `${name}: ${key}`),
    );
    expect(keys.length).toBeGreaterThan(200);
    const missing = keys.filter((key) => !new RegExp(`\\b${key.replace(/^.*: /, "")}\\b`).test(text));
    expect([...new Set(missing)]).toEqual([]);
  });

  test("every part of a prompt that a project may place", () => {
    const text = page("settings.md");
    expect(sectionNames.filter((name) => !text.includes(`\`{${name}}\``))).toEqual([]);
  });

  /** After a change of a table: UPDATE_DOCS=1 npx vitest run test/docs */
  test.each([
    ["every command, argument and flag", "commands.md", "commands", commandsPart],
    ["every key of the screen", "screen.md", "keys", () => `${keyMapMarkdown()}\n`],
  ] as const)("%s, as the table has them", (_what, name, part, made) => {
    const path = join(folder, name);
    const marked = new RegExp(`(<!-- ${part} -->\\n)[^]*?(<!-- end of ${part} -->)`);
    expect(marked.test(textOf(path))).toBe(true);
    const whole = textOf(path).replace(marked, (_all, begin: string, end: string) => `${begin}\n${made()}\n${end}`);
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, whole);
    expect(textOf(path)).toBe(whole);
  });
});
