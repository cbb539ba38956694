import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand, envName } from "../../src/domain/brand.ts";
import { scratchFolder } from "../processes/scratch.ts";
import { runProgram, type Project } from "./program.ts";

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");

/** A repository with one task for a scripted model, and no folder for its state yet. */
function place(): Project {
  const folder = scratchFolder();
  const project = join(folder, "project");
  mkdirSync(project);
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, LC_ALL: "C", [envName("HOME")]: join(folder, "state") };
  writeFileSync(
    join(project, brand.settingsFile),
    "models:\n  one: {adapter: scripted, scenario: play.yaml, provider: one}\n",
  );
  writeFileSync(join(project, "play.yaml"), "version: 1\nrules: []\n");
  writeFileSync(join(project, "tasks.yaml"), "tasks:\n  - {id: A, goal: Do it}\n");
  const git = (...argv: readonly string[]): void => void execFileSync("git", argv, { cwd: project, env });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "--quiet", "--message=start");
  return { folder, project, env };
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
  const { files } = await runProgram(place(), argv, { files: true, main });
  const loaded = (folder: string): boolean => files.some((file) => file.includes(`/${folder}/`));
  expect([ledger, yaml, scripted, ...others].filter(loaded)).toEqual(uses);
});

test("what was compiled lies beside the ledger, in a folder that only its owner may open", async () => {
  const at = place();
  const state = join(at.folder, "state");
  await runProgram(at, ["--help"]);
  expect(existsSync(state)).toBe(false);
  await runProgram(at, ["list"]);
  expect(existsSync(join(state, "compiled"))).toBe(false);
  await runProgram(at, ["list"]);
  expect(statSync(state).mode & 0o077).toBe(0);
  expect(existsSync(join(state, "compiled"))).toBe(true);
});

const isRoot = process.getuid?.() === 0;
const opened: readonly { readonly whose: string; readonly open: (state: string) => void }[] = [
  { whose: "others may write to", open: (state) => chmodSync(state, 0o777) },
  ...(isRoot ? [{ whose: "is somebody else's", open: (state: string) => chownSync(state, 1, 1) }] : []),
];

test.each(opened)("nothing is run of what was compiled in a folder that $whose", async ({ open }) => {
  const at = place();
  const state = join(at.folder, "state");
  await runProgram(at, ["list"]);
  open(state);
  await runProgram(at, ["list"]);
  expect(existsSync(join(state, "compiled"))).toBe(false);
});
