import { expect, test } from "vitest";

import type { Settings } from "../../src/domain/settings.ts";
import { readingChecks, type TreeFiles } from "../../src/workspace/led-to.ts";
import { check } from "./scratch.ts";

/** The files that a command leads to in a tree; more reads than the tree could need are an endless walk. */
async function ledTo(
  run: string,
  tree: Readonly<Record<string, string>>,
  services: NonNullable<Settings["services"]> = {},
): Promise<readonly string[]> {
  let reads = 0;
  const needs = { needsServices: Object.keys(services).filter((name) => name !== "other") };
  const files: TreeFiles = {
    links: [],
    hasFile: (path) => Object.hasOwn(tree, path),
    hasFolder: (path) => Object.keys(tree).some((file) => file.startsWith(`${path}/`)),
    called: () => [],
    linkOf: () => Promise.resolve(null),
    read: (path) => {
      reads += 1;
      if (reads > 100) throw new Error(`${path} is read again and again`);
      return Promise.resolve(tree[path] ?? "");
    },
  };
  const [found] = await readingChecks([check("t", run, needs)], files, services);
  return [...(found?.files ?? [])];
}

test("scripts that lead to each other are followed once each", async () => {
  const tree = { "a.sh": "sh b.sh\nsh c.sh\n", "b.sh": "sh a.sh\nsh b.sh\n", "c.sh": "sh b.sh\n" };
  expect(await ledTo("sh a.sh", tree)).toEqual(["a.sh", "b.sh", "c.sh"]);
});

test("a chain without an end is followed through so many files only", async () => {
  const names = Array.from({ length: 60 }, (_, n) => `s${n}.sh`);
  const tree = Object.fromEntries(names.map((name, n) => [name, `sh s${n + 1}.sh\n`]));
  expect(await ledTo("sh s0.sh", tree)).toEqual(names.slice(0, 20));
});

test("what starts, asks and stops the services that a check needs is followed from the top of the repository", async () => {
  const tree = {
    "db.sh": "node seed.mjs\n",
    "seed.mjs": "",
    "ready.sh": "",
    "end.sh": "",
    "other.sh": "",
    "api/t.sh": "",
  };
  const more = { per: "run", readyMs: 1 } as const;
  const db = { start: "./db.sh", probe: "sh ready.sh", stop: "sh end.sh", ...more };
  const other = { start: "sh other.sh", probe: null, stop: null, ...more };
  const found = await ledTo("cd api && sh t.sh", tree, { db, other });
  expect(found.toSorted()).toEqual(["api/t.sh", "db.sh", "end.sh", "ready.sh", "seed.mjs"]);
});
