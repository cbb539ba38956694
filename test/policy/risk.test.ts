import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { matchesAny } from "../../src/policy/glob.ts";
import { approvalsOf, protectedPaths, raisedRisk } from "../../src/policy/risk.ts";

describe("a glob", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["package.json", ["package.json", "Package.json"], ["a/package.json", "package.json5", "packageXjson"]],
    ["**/package.json", ["package.json", "a/b/package.json"], ["a/package.json.bak", "xpackage.json"]],
    ["test/**", ["test/a.ts", "test/a/b.ts"], ["tests/a.ts", "a/test/b.ts"]],
    ["test", ["test", "test/a/b.ts"], ["tests"]],
    ["./test/", ["test/a.ts"], ["testa"]],
    ["src/*.ts", ["src/a.ts", "src/.ts"], ["src/a/b.ts", "src/a.tsx"]],
    ["src/**/b.ts", ["src/b.ts", "src/a/b.ts", "src/a/a/b.ts"], ["src/ab.ts"]],
    ["src/a**b", ["src/ab", "src/axb"], ["src/a/b"]],
    ["**/{test,tests}/**", ["test/a", "a/tests/b/c"], ["atest/b"]],
    ["**/*{.,_,-}{test,spec}.*", ["a.test.ts", "b/a_spec.rb", "a-test.js"], ["atest.ts", "a.test"]],
    ["{a,b{c,d}}/x", ["a/x", "bc/x", "bd/x"], ["b/x", "c/x"]],
    ["a?.ts", ["ab.ts", "aß.ts"], ["a.ts", "a/.ts"]],
    ["[a-c]x[!0-9]", ["axb", "cx-"], ["dxb", "ax1", "ax/"]],
    ["[c-a]", ["c", "a", "-"], ["b"]],
    ["{a,b", ["{a,b"], ["a"]],
    ["[a", ["[a"], ["a"]],
    ["a+(b).c$", ["a+(b).c$"], ["aab.c"]],
    [".github/**", [".github/workflows/ci.yml"], ["github/a", "xgithub/a"]],
    ["**", ["a", "a/b"], []],
  ])("%s", (glob, hits, misses) => {
    for (const path of hits) expect([path, matchesAny(path, [glob])]).toEqual([path, true]);
    for (const path of misses) expect([path, matchesAny(path, [glob])]).toEqual([path, false]);
  });

  test("of any letters breaks nothing, and a plain path means itself", () => {
    const letters = fc.constantFrom(
      "a",
      "b",
      "/",
      "*",
      "**",
      "?",
      "{",
      "}",
      ",",
      "[",
      "]",
      "!",
      "-",
      "^",
      ".",
      "\\",
      "(",
      "|",
      "$",
      "é",
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 12 }), fc.string(), (parts, path) => {
        expect(typeof matchesAny(path, [parts.join("")])).toBe("boolean");
      }),
    );
    const name = fc.stringMatching(/^[a-z0-9.+$(-]{1,6}$/).filter((name) => !/^\.+$/.test(name));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const path = names.join("/");
        expect([matchesAny(path, [path]), matchesAny(path, ["**"]), matchesAny(`Elsewhere/${path}`, [path])]).toEqual([
          true,
          true,
          false,
        ]);
      }),
    );
  });
});

test("protected are the changed paths that are meant", () => {
  const modified = (path: string) => ({ path, state: "modified" }) as const;
  const changed = [modified("src/a.ts"), modified("test/a.ts"), modified("package.json")];
  expect(protectedPaths(changed, ["test/**", "package.json"])).toEqual(["test/a.ts", "package.json"]);
  expect(protectedPaths([modified("src/a.ts")], [])).toEqual([]);
  // Nobody else may have the commit that a submodule was moved to, whatever the settings say.
  expect(protectedPaths([{ ...modified("ext"), isLink: true }], [])).toEqual(["ext"]);
});

test("a new test is not protected, a new manifest or a removed test is", () => {
  const changed = [
    { path: "test/new.ts", state: "added" },
    { path: "test/old.ts", state: "deleted" },
    { path: "package.json", state: "added" },
  ] as const;
  expect(protectedPaths(changed, ["test/**", "package.json"])).toEqual(["test/old.ts", "package.json"]);
});

describe("risk", () => {
  test("stays where nothing raises it", () => {
    expect(raisedRisk("low", [])).toEqual({ risk: "low", why: [] });
  });
  test("is high after a change to the gate, and says which", () => {
    expect(raisedRisk("low", ["test/a.ts", "package.json"])).toEqual({
      risk: "high",
      why: ["changes test/a.ts, package.json, which no check judges"],
    });
    expect(raisedRisk("high", ["a", "b", "c", "d", "e", "f", "g"]).why[0]).toContain("a, b, c, d, e and 2 more");
  });
  test("is high after an agent's decision", () => {
    expect(raisedRisk("low", [], [], ["a.env"])).toEqual({
      risk: "high",
      why: ["writes what looks like a key or a password into a.env"],
    });
    expect(raisedRisk("medium", [], ["task A --approve"])).toEqual({
      risk: "high",
      why: ["its agent tried to decide by itself: task A --approve"],
    });
  });
});

test.each([
  [[], "medium", []],
  [[], "high", ["merge"]],
  [["plan"], "high", ["plan", "merge"]],
  [["merge"], "high", ["merge"]],
  [["plan", "merge"], "low", ["plan", "merge"]],
] as const)("approvals %o at %s risk: %o", (approve, risk, expected) => {
  expect(approvalsOf({ approve }, risk)).toEqual(expected);
});
