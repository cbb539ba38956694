import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { matchingPaths } from "../../src/policy/path-patterns.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patterns-"));
  execFileSync("git", ["init", "-q", folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["test/**", "test/a.ts", true],
  ["test/**", "test/deep/er/a.ts", true],
  ["test/**", "test", false],
  ["test/**", "src/test/a.ts", false],
  ["package.json", "package.json", true],
  ["package.json", "packages/a/package.json", true],
  ["package.json", "package.json5", false],
  [".github/**", ".github/workflows/ci.yml", true],
  ["/Makefile", "Makefile", true],
  ["/Makefile", "sub/Makefile", false],
  ["docs/", "docs/a.md", true],
  ["docs/", "docs", false],
  ["docs", "a/docs/b.md", true],
  ["**/migrations/*.sql", "db/x/migrations/1.sql", true],
  ["**/migrations/*.sql", "migrations/1.sql", true],
  ["a/**/b", "a/b", true],
  ["a/**/b", "a/x/y/b/c", true],
  ["*.lock", "deep/yarn.lock", true],
  ["src/*.ts", "src/deep/a.ts", false],
  ["file?.[a-c]", "file1.b", true],
  ["file?.[!a-c]", "file1.b", false],
  ["[x", "[x", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["\\!a", "!a", true],
  ["", "a", false],
  ["/", "a", false],
  ["ünï*", "ünïcode", true],
])("%s on %s: %s", (pattern, path, wanted) => {
  expect(matchingPaths([pattern], [path])).toEqual(wanted ? [path] : []);
});

test("the last pattern that names a path decides, and the order of the paths stays", () => {
  const paths = ["test/b.ts", "test/fixtures/a.txt", "src/a.ts", "test/a.ts"];
  expect(matchingPaths(["test/**", "!test/fixtures/**"], paths)).toEqual(["test/b.ts", "test/a.ts"]);
  expect(matchingPaths(["!test/**", "test/**"], ["test/a"])).toEqual(["test/a"]);
  expect(matchingPaths([], paths)).toEqual([]);
});

test("a pattern made to be slow is not", () => {
  const name = `${"a".repeat(4_000)}c`;
  expect(matchingPaths([`${"*a".repeat(30)}*b`, `${"**/".repeat(30)}b`], [name, `${"a/".repeat(1_000)}c`])).toEqual([]);
});

test("agrees with git on what a pattern names", () => {
  // Git reads two stars inside a name in one way or the other, by what stands before them.
  const part = fc.stringMatching(/^[ab*?]{1,3}$/).filter((name) => !name.includes("**") || /^\*+$/.test(name));
  const patterns = fc.tuple(
    fc.boolean(),
    fc.array(fc.oneof(part, part, fc.constant("**")), { minLength: 1, maxLength: 3 }),
    fc.boolean(),
  );
  const paths = fc.uniqueArray(
    fc.array(fc.stringMatching(/^[ab]{1,2}$/), { minLength: 1, maxLength: 4 }).map((names) => names.join("/")),
    { minLength: 1, maxLength: 12 },
  );
  const property = fc.property(patterns, paths, ([leading, parts, trailing], tried) => {
    const pattern = `${leading ? "/" : ""}${parts.join("/")}${trailing ? "/" : ""}`;
    writeFileSync(join(folder, ".gitignore"), `${pattern}\n`);
    let ignored = "";
    try {
      ignored = execFileSync("git", ["check-ignore", "--stdin"], {
        cwd: folder,
        input: tried.join("\n"),
        encoding: "utf8",
      });
    } catch {
      // Nothing is ignored.
    }
    expect({ pattern, paths: matchingPaths([pattern], tried) }).toEqual({
      pattern,
      paths: ignored.split("\n").filter((line) => line !== ""),
    });
  });
  fc.assert(property, { numRuns: 150 });
});
