import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { field } from "../wiring/json-field.ts";

/** What a project's own files say about how it is set up and checked. */
export interface ProjectFacts {
  readonly checks: readonly { readonly name: string; readonly run: string }[];
  readonly setup: string | null;
}

/** Lock files by what installs from them. */
const installs: readonly (readonly [string, string])[] = [
  ["package-lock.json", "npm ci"],
  ["pnpm-lock.yaml", "pnpm install --frozen-lockfile"],
  ["yarn.lock", "yarn install --immutable"],
  ["bun.lock", "bun install --frozen-lockfile"],
  ["uv.lock", "uv sync --frozen"],
  ["poetry.lock", "poetry install"],
  ["Gemfile.lock", "bundle install"],
];

/** Build files by what their tools are called to check. */
const toolChecks: readonly { readonly file: string; readonly checks: ProjectFacts["checks"] }[] = [
  { file: "Cargo.toml", checks: [{ name: "test", run: "cargo test" }] },
  {
    file: "go.mod",
    checks: [
      { name: "test", run: "go test ./..." },
      { name: "vet", run: "go vet ./..." },
    ],
  },
  { file: "pytest.ini", checks: [{ name: "test", run: "python -m pytest" }] },
  { file: "mix.exs", checks: [{ name: "test", run: "mix test" }] },
  { file: "pom.xml", checks: [{ name: "test", run: "mvn --batch-mode test" }] },
  { file: "gradlew", checks: [{ name: "test", run: "./gradlew test" }] },
];
const scriptNames = ["test", "lint", "typecheck", "check"];
const emptyTest = /no test specified/;

export function projectFacts(top: string): ProjectFacts {
  const has = (file: string): boolean => existsSync(join(top, file));
  const found = [
    ...packageChecks(top),
    ...toolChecks.filter(({ file }) => has(file)).flatMap(({ checks }) => checks),
    ...pythonChecks(top),
    ...makeChecks(top),
  ];
  const checks = found.filter((check, index) => found.findIndex(({ name }) => name === check.name) === index);
  return { checks, setup: installs.find(([file]) => has(file))?.[1] ?? null };
}

function packageChecks(top: string): ProjectFacts["checks"] {
  const text = readOr(join(top, "package.json"));
  const scripts = field(parsed(text), "scripts");
  const runner = existsSync(join(top, "pnpm-lock.yaml")) ? "pnpm" : existsSync(join(top, "yarn.lock")) ? "yarn" : "npm";
  return scriptNames.flatMap((name) => {
    const script = field(scripts, name);
    if (typeof script !== "string" || emptyTest.test(script)) return [];
    return [{ name, run: name === "test" ? `${runner} test` : `${runner} run ${name}` }];
  });
}

function pythonChecks(top: string): ProjectFacts["checks"] {
  return /\[tool\.pytest|(?:^|["'\s])pytest\b/m.test(readOr(join(top, "pyproject.toml")))
    ? [{ name: "test", run: "python -m pytest" }]
    : [];
}

function makeChecks(top: string): ProjectFacts["checks"] {
  const text = readOr(join(top, "Makefile"));
  return ["test", "lint", "check"]
    .filter((name) => new RegExp(`^${name}\\s*:(?!=)`, "m").test(text))
    .map((name) => ({ name, run: `make ${name}` }));
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
