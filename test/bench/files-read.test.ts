import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand, envName } from "../../src/domain/brand.ts";
import { scratchFolder } from "../processes/scratch.ts";
import { filesRead } from "./files-read.ts";

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");

/** A repository with one task for a scripted model, and the folder where its state will lie. */
function place(): { readonly cwd: string; readonly state: string; readonly env: Readonly<Record<string, string>> } {
  const folder = scratchFolder();
  const [cwd, state] = [join(folder, "project"), join(folder, "state")];
  mkdirSync(cwd);
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, LC_ALL: "C", [envName("HOME")]: state };
  writeFileSync(
    join(cwd, brand.settingsFile),
    "models:\n  one: {adapter: scripted, scenario: play.yaml, provider: one}\n",
  );
  writeFileSync(join(cwd, "play.yaml"), "version: 1\nrules: []\n");
  writeFileSync(join(cwd, "tasks.yaml"), "tasks:\n  - {id: A, goal: Do it}\n");
  const git = (...argv: readonly string[]): void => void execFileSync("git", argv, { cwd, env });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "--quiet", "--message=start");
  return { cwd, state, env };
}

/** What of these folders a command has loaded something of. */
async function loaded(argv: readonly string[], at: ReturnType<typeof place>, folders: readonly string[]) {
  const files = await filesRead(main, argv, at);
  return folders.filter((folder) => files.some((file) => file.includes(`/${folder}/`)));
}

const ledger = "node_modules/better-sqlite3";
const yaml = "node_modules/yaml";
const scripted = "src/models/scripted";
const others = [
  ...["execa", "ai", "ink", "react", "lowlight", "marked"].map((name) => `node_modules/${name}`),
  "src/models/codex",
  "src/models/tools",
  "src/workspace/watch",
  "components",
];

test.each([
  [["--help"], []],
  [["list"], [ledger]],
  [["plan"], [ledger, yaml]],
  [
    ["ask", "--prompt", "x", "--models", "one", "--trust"],
    [ledger, yaml, scripted],
  ],
])("%j loads what it uses, and no adapter, worktree or library for what it does not do", async (argv, uses) => {
  expect(await loaded(argv, place(), [ledger, yaml, scripted, ...others])).toEqual(uses);
});

test("what was compiled lies beside the ledger, in a folder that only its owner may open", async () => {
  const at = place();
  const { state } = at;
  await filesRead(main, ["--help"], at);
  expect(existsSync(state)).toBe(false);
  await filesRead(main, ["list"], at);
  expect(existsSync(join(state, "compiled"))).toBe(false);
  await filesRead(main, ["list"], at);
  expect(statSync(state).mode & 0o077).toBe(0);
  expect(existsSync(join(state, "compiled"))).toBe(true);
});
