import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { brand } from "../../domain/brand.ts";
import { runCommand } from "../../processes/run-command.ts";
import { projectFiles, settingsText } from "./project.ts";
import { scenarioText, type Pace } from "./scenario.ts";

/** A folder of its own: the project, and beside it the state of this demo, so that it touches nothing else of the user's. */
export interface ScratchProject {
  readonly folder: string;
  readonly project: string;
  readonly home: string;
}

/** Makes the demo's project with one commit. `tasks` is the text of the backlog that is run on it. */
export async function makeScratch(
  tasks: string,
  pace: Pace,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ScratchProject> {
  const folder = await mkdtemp(join(tmpdir(), `${brand.bin}-demo-`));
  const project = join(folder, "tally");
  const home = join(folder, "state");
  await mkdir(home, { mode: 0o700 });
  const files = {
    ...projectFiles,
    "tasks.yaml": tasks,
    [brand.settingsFile]: settingsText(pace),
    // Beside the project: what the models play is no file of it that a search could find.
    "../scenario.yaml": scenarioText(pace),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), text);
  }
  await git(project, env, ["init", "--quiet", "--initial-branch=main"]);
  await git(project, env, ["add", "--all"]);
  await git(project, env, [
    "-c",
    `user.name=${brand.name} demo`,
    "-c",
    "user.email=demo@localhost",
    "-c",
    "commit.gpgsign=false",
    "-c",
    "core.hooksPath=/dev/null",
    "commit",
    "--quiet",
    "--message=A small project",
  ]);
  return { folder, project, home };
}

/** The backlog that ships with the program: tasks.yaml at its top. */
export async function shippedBacklog(): Promise<string> {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, "tasks.yaml"), "utf8").catch(() => null);
    if (text !== null) return text;
  }
  throw new Error("tasks.yaml is missing from this installation");
}

async function git(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[],
): Promise<void> {
  const own = { PATH: env["PATH"] ?? "", HOME: env["HOME"] ?? cwd, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
  const done = await runCommand({ argv: ["git", ...argv], cwd, env: own, timeoutMs: 30_000 });
  if (done.code !== 0)
    throw new Error(`git ${argv.join(" ")} failed in ${cwd}: ${done.failure?.message ?? done.stderr.trim()}`);
}
