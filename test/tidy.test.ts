import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { check, type Source } from "./tidy/check.ts";

const root = join(import.meta.dirname, "..");

function sourcesIn(folder: string): Source[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: file.slice(root.length + 1).replaceAll("\\", "/"), text: readFileSync(file, "utf8") }));
}

const faultsOf = (path: string, text: string): string[] => check([{ path, text }]);

test("the source keeps to its rules", () => {
  const sources = ["src", "components", "state"].flatMap(sourcesIn);
  expect(sources.length).toBeGreaterThan(1);
  expect(sources.map(({ path }) => path)).toContain("src/main.ts");
  expect(check(sources)).toEqual([]);
});

describe("the checker sees", () => {
  test.each([
    ["a value from a layer above", `import { a } from "../engine/scheduler.ts";`],
    ["a type from a layer above", `import type { A } from "../engine/ports.ts";`],
    ["a side effect", `import "../engine/ports.ts";`],
    ["export from", `export { a } from "../engine/ports.ts";`],
    ["export all", `export * from "../engine/ports.ts";`],
    ["export of types", `export type { A } from "../engine/ports.ts";`],
    ["a dynamic import", `export const a = async () => (await import("../engine/ports.ts")).a;`],
    ["a dynamic import in a template", "export const a = () => import(`../engine/ports.ts`);"],
    ["an import that is not written out", `export const a = (name: string) => import(name);`],
    ["an import over several lines", `import {\n  a,\n  b,\n} from\n  "../engine/ports.ts";`],
    ["a type written in place", `export let a: import("../engine/ports.ts").A;`],
    ["require", `import a = require("../domain/task.ts");`],
    ["createRequire", `import { createRequire } from "node:module";`],
    ["what leaves the project", `import { a } from "../../../elsewhere/a.ts";`],
    ["an absolute path", `import { a } from "/elsewhere/a.ts";`],
    ["the tests", `import { a } from "../../test/tidy/check.ts";`],
    ["the door", `import { a } from "../main.ts";`],
    ["an unknown folder", `import { a } from "../adapters/a.ts";`],
    ["a package of another layer", `import { parse } from "yaml";`],
    ["a package's inner file", `import { parse } from "yaml/util";`],
    ["a package without a place", `import lodash from "lodash";`],
    ["a module of Node in a pure layer", `import { readFileSync } from "node:fs";`],
    ["randomness in a pure layer", `import { createHash, randomBytes } from "node:crypto";`],
    ["a missing node:", `import { join } from "path";`],
    ["a missing .ts", `import { a } from "./breaker";`],
    ["a clock", `export const a = () => Date.now();`],
    ["a clock in disguise", `export const a = () => new Date();`],
    ["chance", `export const a = Math.random();`],
    ["the product's name in a text", `export const a = "refs/gandy";`],
    ["the product's name as a word of the code", `export const openGandy = 1;`],
    ["the product's name in a comment", `// GANDY_HOME\nexport const a = 1;`],
    ["a silenced compiler", `// @ts-expect-error\nexport const a = 1;`],
    ["a silenced linter", `// oxlint-disable-next-line\nexport const a = 1;`],
    ["unfinished work", `// TODO: later\nexport const a = 1;`],
    ["a long file", "// line\n".repeat(301)],
  ])("%s", (_what, text) => {
    expect(faultsOf("src/policy/retry.ts", text)).toHaveLength(1);
  });

  test.each([
    "src/policy/index.ts",
    "src/policy/utils.ts",
    "src/policy/helpers/sort.ts",
    "src/services/clock.ts",
    "src/domain/types.ts",
    "src/policy/retryPolicy.ts",
    "src/policy/Retry.ts",
    "src/view/table.tsx",
    "src/adapters/echo.ts",
    "src/cli.ts",
    "components/table.tsx",
  ])("the bad name %s", (path) => {
    expect(faultsOf(path, "export const a = 1;")).not.toEqual([]);
  });
});

describe("a layer of which only types may be imported", () => {
  const engine = "../src/engine/ports.ts";
  test("gives its types", () => {
    expect(faultsOf("state/store.ts", `import type { EventLog } from "${engine}";`)).toEqual([]);
    expect(faultsOf("state/store.ts", `export type { EventLog } from "${engine}";`)).toEqual([]);
    expect(faultsOf("state/store.ts", `export let log: import("${engine}").EventLog;`)).toEqual([]);
  });

  test("gives no values", () => {
    const fault = [`state/store.ts: state may import only types of src/engine: "${engine}"`];
    expect(faultsOf("state/store.ts", `import { open } from "${engine}";`)).toEqual(fault);
    expect(faultsOf("state/store.ts", `import { type EventLog } from "${engine}";`)).toEqual(fault);
    expect(faultsOf("state/store.ts", `export const open = () => import("${engine}");`)).toEqual(fault);
  });
});

describe("inside a layer with rooms", () => {
  const fault = (path: string, specifier: string): string[] => faultsOf(path, `import type { A } from "${specifier}";`);
  test("a room may import those below it, and what stands beside the rooms may import all", () => {
    expect(fault("src/engine/call/gateway.ts", "../waiting/turn.ts")).toEqual([]);
    expect(fault("src/engine/call/gateway.ts", "./chooser.ts")).toEqual([]);
    expect(fault("state/open-ledger.ts", "./reads/run-reads.ts")).toEqual([]);
  });

  test.each([
    ["a room above", "src/engine/waiting/turn.ts", "../call/gateway.ts"],
    ["a room above in the ledger", "state/folds/fold.ts", "../log/event-log.ts"],
    ["what stands beside the rooms", "state/folds/fold.ts", "../open-ledger.ts"],
    ["a room that is not in the map", "src/engine/call/gateway.ts", "../cellar/turn.ts"],
    ["from a room that is not in the map", "src/engine/cellar/turn.ts", "../ports/clock.ts"],
  ])("the checker sees %s", (_what, path, specifier) => {
    expect(fault(path, specifier)).toHaveLength(1);
  });
});

describe("files that import each other", () => {
  const at = (name: string, ...targets: readonly string[]): Source => ({
    path: `src/view/${name}.ts`,
    text: targets.map((target) => `import type { A } from "./${target}.ts";`).join("\n"),
  });
  test("are seen over any number of files, and types count", () => {
    expect(check([at("a", "b"), at("b", "c"), at("c", "a"), at("d", "a")])).toEqual([
      "src/view/a.ts, src/view/b.ts, src/view/c.ts: import each other",
    ]);
    expect(check([at("a", "a")])).toEqual(["src/view/a.ts: import each other"]);
  });

  test("two ways to one file are no circle", () => {
    expect(check([at("a", "b", "c"), at("b", "d"), at("c", "d"), at("d")])).toEqual([]);
  });

  test("an import inside a function counts", () => {
    const lazy: Source = { path: "src/view/b.ts", text: `export const open = () => import("./a.ts");` };
    expect(check([at("a", "b"), lazy])).toEqual(["src/view/a.ts, src/view/b.ts: import each other"]);
  });
});

describe("the door", () => {
  test("may use Node and import() the commands", () => {
    const text = `import process from "node:process";\nprocess.exitCode = await (await import("./cli/main.ts")).main();`;
    expect(faultsOf("src/main.ts", text)).toEqual([]);
  });

  test.each([
    `import { main } from "./cli/main.ts";`,
    `import type { Task } from "./domain/task.ts";`,
    `export const a = import("./domain/task.ts");`,
    `import { render } from "ink";`,
  ])("may not: %s", (text) => {
    expect(faultsOf("src/main.ts", text)).toHaveLength(1);
  });
});

test("what the map allows is no fault", () => {
  const good: readonly Source[] = [
    { path: "src/domain/brand.ts", text: `export const name = "Gandy";` },
    {
      path: "src/policy/retry.ts",
      text: `import { createHash } from "node:crypto";\nimport { a } from "./backoff.ts";`,
    },
    { path: "src/policy/at.ts", text: `export const at = (ms: number) => new Date(ms).toISOString();` },
    { path: "src/backlog/parse.ts", text: `import { parseDocument } from "yaml";\nimport { z } from "zod";` },
    { path: "src/pipeline/two-loop.ts", text: `import { host } from "../engine/host.ts";` },
    { path: "src/terminal/modes.ts", text: `import { writeSync } from "node:fs";` },
    { path: "state/queries.ts", text: `import Database from "better-sqlite3";\nexport const now = Date.now();` },
    { path: "components/StatusBar.tsx", text: `import { Text } from "ink";\nexport const Bar = () => <Text>a</Text>;` },
    { path: "components/use-view.ts", text: `import { useState } from "react";` },
    { path: "src/cli/run.ts", text: `export const screen = () => import("../screen/mount.tsx");` },
  ];
  expect(check(good)).toEqual([]);
});
