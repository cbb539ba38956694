import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { touchedInputs, variantsOf } from "../../src/policy/base-gate.ts";
import { ledByFile, ledByShell, type Names } from "../../src/policy/followed-files.ts";
import { followRenames } from "../../src/policy/follow-renames.ts";
import {
  isBelowSources,
  isInputByName,
  isTestPath,
  readersOf,
  type ReadingCheck,
} from "../../src/policy/gate-inputs.ts";
import { isManifest, putBackManifest } from "../../src/policy/manifest-sections.ts";
import { joined, shellCommands } from "../../src/policy/shell-commands.ts";

const namesOf = (...paths: readonly string[]): Names => ({
  hasFile: (path) => paths.includes(path),
  hasFolder: (path) => paths.some((other) => other.startsWith(`${path}/`)),
  called: (name) => paths.filter((path) => path === name || path.endsWith(`/${name}`)),
});

describe("a text for the shell", () => {
  const wordsOf = (text: string): readonly (readonly string[])[] => shellCommands(text, "").map(({ words }) => words);
  test.each([
    ["a && b c || d; e & f\ng", [["a"], ["b", "c"], ["d"], ["e"], ["f"], ["g"]]],
    [`echo "a b" 'c; d' e\\ f # not`, [["echo", "a b", "c; d", "e f"]]],
    ["A=1 B='x y' run >out.txt 2>&1 <in", [["run", "out.txt", "1", "in"]]],
    ["if [ -e x ]; then sh y; else ! z; fi", [["[", "-e", "x", "]"], ["sh", "y"], ["z"]]],
    ["x $(y z) `w`", [["y", "z"], ["w"], ["x", "$()", "$()"]]],
    [`sh -ec "a; b"`, [["sh", "-ec", "a; b"], ["a"], ["b"]]],
    ["a \\\n b", [["a", "b"]]],
  ])("%j", (text, expected) => {
    expect(wordsOf(text)).toEqual(expected);
  });
  test("is run in the folders it goes to", () => {
    const folders = shellCommands("a; cd x && b; (cd y; c); d; cd ..; e", "").map(({ folder }) => folder);
    expect(folders).toEqual(["", "x", "x/y", "x", ""]);
  });
  test("never breaks the reading of it", () => {
    const piece = fc.constantFrom(
      "a",
      "'",
      '"',
      "`",
      "$(",
      ")",
      "(",
      "\\",
      "\n",
      "&&",
      "|",
      ";",
      "#",
      " ",
      "<",
      ">>",
      "sh -c ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const { words } of shellCommands(pieces.join(""), "")) expect(Array.isArray(words)).toBe(true);
      }),
    );
  });
  test("words without anything special stay what they are", () => {
    const word = fc
      .stringMatching(/^[a-z./_-]{1,8}$/)
      .filter((text) => !/^(?:if|then|elif|else|fi|while|until|do|done|case|esac|in|cd|pushd|eval)$/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        expect(shellCommands(words.join(" "), "")[0]?.words).toEqual(words);
      }),
    );
  });
  test("paths are joined as the system joins them", () => {
    expect([joined("a/b", "../c"), joined("", "./x"), joined("a", "../../y"), joined("a", "/z")]).toEqual([
      "a/c",
      "x",
      "../y",
      "z",
    ]);
  });
});

describe("a command leads to", () => {
  test.each([
    ["npx --yes vitest run --config conf/v.ts", ["conf/v.ts"], ["vitest"]],
    ["sh ci.sh", ["ci.sh"], ["sh"]],
    ["./ci.sh --fast", ["ci.sh"], ["ci.sh"]],
    ["node --import ./setup.mjs tools/check.mjs", ["setup.mjs", "tools/check.mjs"], ["node"]],
    ["NODE_OPTIONS='--import ./setup.mjs' vitest", ["setup.mjs"], ["vitest"]],
    ["make -C sub check", ["sub/Makefile"], ["make"]],
    ["just test", ["justfile"], ["just"]],
    ["timeout 60 bash -c 'cd sub && . ./ci2.sh'", ["sub/ci2.sh"], ["bash", "."]],
    ["python3 -m tools.run", ["tools/run.py"], ["python"]],
    ["/usr/bin/python3.12 -m tools.run", ["tools/run.py"], ["python"]],
    ["./tools/run.py --all", ["tools/run.py"], ["python"]],
    ["tsc src/a.ts", [], ["tsc"]],
  ])("%s", (text, files, programs) => {
    const names = namesOf(
      "conf/v.ts",
      "ci.sh",
      "setup.mjs",
      "tools/check.mjs",
      "sub/Makefile",
      "justfile",
      "sub/ci2.sh",
      "tools/run.py",
      "src/a.ts",
    );
    const led = ledByShell(text, "", names);
    expect(led.files).toEqual(files);
    expect(led.programs).toEqual(programs);
  });
  test.each([
    ["npm test", "package.json", "test"],
    ["npm run -s lint -- --fix", "package.json", "lint"],
    ["pnpm lint", "package.json", "lint"],
    ["yarn --cwd sub build", "sub/package.json", "build"],
    ["cd sub/deep && npm t", "sub/package.json", "test"],
    ["node --run types", "package.json", "types"],
  ])("the script of a manifest: %s", (text, manifest, name) => {
    expect(ledByShell(text, "", namesOf("package.json", "sub/package.json", "sub/deep/x")).scripts).toEqual([
      { manifest, name },
    ]);
  });
  test("what a file of the gate names in turn, but not the product that it tries", () => {
    const names = namesOf("plugins/p.ts", "src/main.ts", "ci/steps.sh", "sum.mjs", "tools/lib.mjs", "run.mk");
    expect(
      ledByFile("vitest.config.ts", 'import p from "./plugins/p.ts";\nexport default { entry: "src/main.ts" };', names)
        .files,
    ).toEqual(["plugins/p.ts"]);
    expect(ledByFile("ci.sh", '#!/bin/sh\n. "$(dirname "$0")/ci/steps.sh"\n', names).files).toEqual(["ci/steps.sh"]);
    expect(ledByFile("eslint.config.mjs", "export default [];\n", names).programs).toEqual([]);
    expect(ledByFile("tools/run", "#!/usr/bin/env -S python3.12 -u\nimport sys\n", names).programs).toEqual(["python"]);
    expect(ledByFile("check.mjs", 'import { sum } from "./sum.mjs";', names).files).toEqual([]);
    expect(ledByFile("tools/check.mjs", 'import { x } from "./lib.mjs";', names).files).toEqual(["tools/lib.mjs"]);
    expect(ledByFile("Makefile", "include run.mk\n\ncheck:\n\t@sh ci/steps.sh\n", names).files).toEqual([
      "run.mk",
      "ci/steps.sh",
    ]);
  });
});

describe("an input by its name is", () => {
  test.each(
    `a/b.test.ts test/x.txt tests/x spec/models/a.rb e2e/login.ts src/FooTest.java src/BarTests.cs __snapshots__/a.snap x/conftest.py
     vitest.config.mts jest.config.cjs pytest.ini tox.ini tsconfig.json tsconfig.build.json Makefile makefile justfile Taskfile.yml Rakefile
     .npmrc .env.test .mocharc.yml test/setup.mjs sitecustomize.py a.pth .swcrc babel.config.js node_modules/vitest/index.js VITEST.CONFIG.TS`.split(
      /\s+/,
    ),
  )("%s", (path) => {
    expect(isInputByName(path)).toBe(true);
  });
  test.each(
    "src/latest.java src/audit.cs src/contest.ts lib/attest.py src/main.ts docs/testing.md src/Split.java".split(" "),
  )("not %s", (path) => {
    expect(isInputByName(path)).toBe(false);
  });
});

test("what stands in the way of a target of make is of its gate, as long as it is no file at the base", () => {
  const names = namesOf("Makefile", "sub/Makefile", "app");
  expect(ledByShell("make verify", "", names).shadows).toEqual(["verify"]);
  expect(ledByShell("make -j2 CC=gcc app check", "", names).shadows).toContain("check");
  expect(ledByShell("make -j2 CC=gcc app check", "", names).shadows).not.toContain("app");
  const text = "CC := gcc\nall: unit lint\nunit lint:\n\tnode --test\napp: x.o\n";
  expect(ledByFile("Makefile", text, names).shadows).toEqual(["all", "unit", "lint"]);
  expect(ledByFile("sub/Makefile", "unit::\n\ttrue\n", names).shadows).toEqual(["unit", "sub/unit"]);
  expect(ledByFile("justfile", text, names).shadows).toEqual([]);
});

test("a module named like one that Python's runners import is of their gate, and only of theirs", () => {
  const python: ReadingCheck = { name: "py", programs: new Set(["python"]), files: new Set() };
  const node: ReadingCheck = { name: "js", programs: new Set(["vitest"]), files: new Set() };
  for (const path of ["difflib.py", "src/unittest/__init__.py", "pytest.py"])
    expect(readersOf(path, [python, node], true)).toEqual(["py"]);
  expect(readersOf("src/types.py", [python, node], false)).toEqual([]);
  for (const path of ["calc.py", "app/types.py", "difflib.js"])
    expect(readersOf(path, [python, node], true)).toEqual([]);
});

test("a check reads what its programs read", () => {
  const lint: ReadingCheck = { name: "lint", programs: new Set(["eslint"]), files: new Set() };
  const types: ReadingCheck = { name: "types", programs: new Set(["tsc"]), files: new Set() };
  const tests: ReadingCheck = { name: "test", programs: new Set(["vitest"]), files: new Set(["ci.sh"]) };
  const any: ReadingCheck = { name: "any", programs: null, files: new Set() };
  const all = [lint, types, tests, any];
  expect(readersOf("a.test.ts", all, true)).toEqual(["test", "any"]);
  expect(readersOf("eslint.config.js", all, true)).toEqual(["lint", "any"]);
  expect(readersOf("tsconfig.json", all, true)).toEqual(["types", "test", "any"]);
  expect(readersOf("Makefile", all, true)).toEqual(["lint", "types", "test", "any"]);
  expect(readersOf("CI.sh", all, true)).toEqual(["test"]);
  expect(readersOf("ci.sh/inside.md", all, true)).toEqual(["test"]);
  expect(readersOf("src/a.ts", all, true)).toEqual([]);
});

test("what may be the product is judged both ways, and some of it too much to tell", () => {
  const entry = (path: string) => ({ path, before: { mode: "100644", id: "1" }, after: { mode: "100644", id: "2" } });
  const check: ReadingCheck = {
    name: "test",
    programs: null,
    files: new Set(["a.sh", "b.sh", "c.sh", "d.sh", "e.sh"]),
  };
  const none = { globs: [], paths: [], contents: [] };
  const some = touchedInputs([entry("a.sh"), entry("test/x")], [check], none);
  expect(variantsOf(some)?.map((each) => each.map(({ path }) => path))).toEqual([["a.sh", "test/x"], ["test/x"]]);
  const many = touchedInputs(
    ["a", "b", "c", "d", "e"].map((name) => entry(`${name}.sh`)),
    [check],
    none,
  );
  expect(variantsOf(many)).toBeNull();
  expect(touchedInputs([entry("a.sh")], [check], { ...none, contents: [{ path: "a.sh", id: "2" }] })).toEqual([]);
  expect(touchedInputs([entry("a.sh")], [check], { ...none, contents: [{ path: "a.sh", id: "3" }] })).toHaveLength(1);
});

describe("a manifest in the gate of the base", () => {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const back = (before: unknown, now: unknown): unknown =>
    JSON.parse(putBackManifest("package.json", json(before), json(now)) ?? "");
  test("has the scripts of the base and the dependencies of the change", () => {
    expect(
      back(
        { scripts: { test: "vitest" }, jest: { a: 1 }, dependencies: { a: "1" } },
        { scripts: { test: "true" }, dependencies: { a: "2", b: "1" }, exports: "./x" },
      ),
    ).toEqual({ scripts: { test: "vitest" }, jest: { a: 1 }, dependencies: { a: "2", b: "1" }, exports: "./x" });
  });
  test("takes no dependency from a path, a URL or under another name", () => {
    const now = { devDependencies: { vitest: "file:fake", jest: "npm:fake@1", tap: "^1.0.0", mine: "github:a/b" } };
    expect(back({ devDependencies: { vitest: "^5.0.0" } }, now)).toEqual({
      devDependencies: { vitest: "^5.0.0", tap: "^1.0.0" },
    });
  });
  test("loses no workspace, and no name means something else", () => {
    expect(
      back(
        { workspaces: ["a", "b"], imports: { "#x": "./x.js" } },
        { workspaces: ["a", "c"], imports: { "#x": "./y.js", "#z": "./z.js" } },
      ),
    ).toEqual({ workspaces: ["a", "b", "c"], imports: { "#x": "./x.js", "#z": "./z.js" } });
  });
  test("is the change's to the letter where only dependencies differ", () => {
    const now = '{"scripts": {"test": "x"},\n   "dependencies": {"a": "2"}}';
    expect(putBackManifest("package.json", '{"scripts": {"test": "x"}}', now)).toBe(now);
    const toml = "[project]\nname = 'a'\ndependencies = ['b']\n\n[tool.pytest.ini_options]\naddopts = '-q'\n";
    expect(putBackManifest("pyproject.toml", toml.replace("['b']", "[]"), toml)).toBe(toml);
  });
  test.each([
    [
      "pyproject.toml",
      "[project]\nname = 'a'\n\n[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
      "[project]\nname = 'a'\ndependencies = ['x']\n\n[tool.pytest.ini_options]\ntestpaths = ['none']\n",
      /dependencies = \['x'\][^]*testpaths = \['tests'\]/,
    ],
    [
      "Cargo.toml",
      "[package]\nname = 'a'\n",
      "[package]\nname = 'a'\nautotests = false\n\n[dependencies]\nb = '1'\n",
      /^(?![^]*autotests)[^]*b = '1'/,
    ],
    [
      "setup.cfg",
      "[tool:pytest]\naddopts = -q\n",
      "[options]\ninstall_requires = a\n",
      /install_requires = a[^]*addopts = -q/,
    ],
  ])("%s", (path, before, now, expected) => {
    expect(putBackManifest(path, before, now)).toMatch(expected);
  });
  test.each([
    [
      "go.mod",
      "module a\n\nrequire (\n\tb v1.0.0\n)\n",
      "module a\n\nrequire (\n\tb v1.1.0\n\tc.d/e v0.1.0 // indirect\n)\n",
      true,
    ],
    ["go.mod", "module a\n", "module a\nreplace b => ./fake\n", false],
    ["build.gradle", "dependencies {\n}\n", "dependencies {\n    implementation 'a:b:1.0'\n}\n", true],
    ["build.gradle", "test { }\n", "test { enabled = false }\n", false],
    ["Gemfile", "gem 'a'\n", "gem 'a'\ngem 'b', '~> 1'\n", true],
    ["Gemfile", "gem 'a'\n", "gem 'a', path: 'fake'\n", false],
  ])("%s with %j and then %j", (path, before, now, stays) => {
    expect(putBackManifest(path, before, now)).toBe(stays ? now : before);
  });
  test("of any text is that of the base or of the change, or JSON", () => {
    const value = fc.dictionary(
      fc.constantFrom("scripts", "dependencies", "jest", "name", "workspaces"),
      // As JSON has it, without a zero below zero.
      fc.jsonValue().map((json): unknown => JSON.parse(JSON.stringify(json))),
    );
    fc.assert(
      fc.property(value, value, (before, now) => {
        const text = putBackManifest("package.json", JSON.stringify(before), JSON.stringify(now)) ?? "";
        const result: unknown = JSON.parse(text);
        expect(result).toMatchObject(Object.hasOwn(before, "jest") ? { jest: before["jest"] } : {});
      }),
    );
    expect(isManifest("a/package.json")).toBe(true);
    expect(isTestPath("test/package.json")).toBe(true);
  });
});

test.each([
  ["test/a.test.ts", 'import { a } from "../src/a.ts";', 'import { a } from "../src/b.ts";'],
  ["test/a.test.ts", 'import { a } from "../src/a.js";', 'import { a } from "../src/b.js";'],
  ["test/a.test.ts", "vi.mock('../src/a');", "vi.mock('../src/b');"],
  ["src/a.test.ts", 'const x = require("./a");', 'const x = require("./b");'],
  ["test/a.test.ts", 'expect("../src/a.ts").toBe(1)', 'expect("../src/a.ts").toBe(1)'],
])("an old test finds its subject where it went: %s %s", (path, text, expected) => {
  expect(followRenames(path, text, [{ from: "src/a.ts", to: "src/b.ts" }])).toBe(expected);
});

test("a Python test finds its subject where it went", () => {
  const renames = [{ from: "src/pkg/a.py", to: "src/pkg/b.py" }];
  expect(followRenames("tests/test_a.py", "from pkg.a import f\nimport pkg.a\nfrom pkg import a\n", renames)).toBe(
    "from pkg.b import f\nimport pkg.b\nfrom pkg import b as a\n",
  );
});

test.each([
  ["packages/testing/src/sum.ts", true],
  ["golden/lib/sum.mjs", true],
  ["packages/testing/src/sum.test.ts", false],
  ["src/test/java/SumTest.java", false],
  ["test/support/sum.ts", false],
  ["test/fixtures/project/src/sum.ts", false],
  ["src/testing.ts", false],
])("what lies below sources is no test for the name of a folder above them: %s %s", (path, expected) => {
  expect(isBelowSources(path)).toBe(expected);
});
