import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

import { runCommand } from "../../src/processes/run-command.ts";
import { tokenName } from "../../src/domain/brand.ts";
import { because, noProc } from "../skipped.ts";
import { clockEnv } from "../clock/child-env.ts";
import { giveToken } from "../token.ts";
import { bundledMain } from "../bundle.ts";

/** Kills per test; more by hand: KILLS=50. */
const kills = Number(process.env["KILLS"] ?? "6");

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) {
    killAll(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

interface Place {
  readonly folder: string;
  readonly project: string;
  readonly effects: string;
}

async function git(place: Place, ...argv: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: place.folder, LC_ALL: "C" };
  const done = await runCommand({ argv: ["git", ...argv], cwd: place.project, env, timeoutMs: 3_600_000 });
  expect(done.code, `git ${argv.join(" ")}: ${done.stderr}`).toBe(0);
  return done.stdout.trim();
}

/** What the models write; the settings name the folder and differ. */
const written = ["A-S1.txt", "A-S2.txt", "B-S1.txt", "C-S1.txt", "C-S2.txt"];

/** A real repository with three dependent tasks and one script as every model. */
async function makePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "kill-9-"));
  folders.push(folder);
  const place = { folder, project: join(folder, "project"), effects: join(folder, "effects.log") };
  mkdirSync(place.project);
  copyFileSync(join(import.meta.dirname, "agent.sh"), join(folder, "agent.sh"));
  chmodSync(join(folder, "agent.sh"), 0o755);
  const settings = `models:
  one: {adapter: command, argv: ["${folder}/agent.sh", "{prompt_file}"], env: {set: {EFFECTS: "${place.effects}"}}}
checks: [{name: there, run: "ls *.yaml"}]
sandbox: off
`;
  writeFileSync(join(place.project, "gandy.yaml"), settings);
  writeFileSync(
    join(place.project, "tasks.yaml"),
    `tasks:
  - {id: A, goal: Write A, risk: medium}
  - {id: B, goal: Write B, needs: [A], risk: low}
  - {id: C, goal: Write C, needs: [B], risk: medium, approve: [merge]}
`,
  );
  await git(place, "init", "--quiet", "--initial-branch=main");
  await git(place, "add", "--all");
  await git(place, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "--message=start");
  return place;
}

/** Everything whose command line names the folder: the engine by its backlog, the children by their prompt. */
function killAll(folder: string): void {
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(folder)) process.kill(Number(entry), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

/** Runs the engine in the foreground; after `killMs` it is killed, with or without its children. Null: killed. */
async function run(
  place: Place,
  killMs: number | null,
  withChildren: boolean,
): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = spawn(
    process.execPath,
    [bundledMain(), "run", join(place.project, "tasks.yaml"), "--plain", "--trust", "--yes-to", "merge"],
    {
      cwd: place.project,
      env: {
        ...clockEnv,
        PATH: process.env["PATH"],
        HOME: place.folder,
        GANDY_HOME: join(place.folder, "state"),
        [tokenName]: giveToken(join(place.folder, "state")),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let out = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (out += text.toString()));
  const timer =
    killMs === null ? null : setTimeout(() => (withChildren ? killAll(place.folder) : child.kill("SIGKILL")), killMs);
  const code = await new Promise<number | null>((resolve) => child.on("exit", (exit) => resolve(exit)));
  if (timer !== null) clearTimeout(timer);
  return { code, out };
}

async function endState(place: Place): Promise<{
  readonly subjects: string;
  readonly files: string;
  readonly trailers: string;
  readonly checkout: string;
}> {
  const log = (format: string): Promise<string> =>
    git(place, "log", "--reverse", `--format=${format}`, "main..gandy/integration");
  return {
    subjects: await log("%s"),
    trailers: await log("%(trailers:key=Gandy-Task,key=Gandy-Key,key=Gandy-Step,key=Gandy-Model)"),
    files: await git(place, "ls-tree", "-r", "gandy/integration", "--", ...written),
    checkout: await git(place, "status", "--porcelain"),
  };
}

/** Attempts that were started again after they had said that they were complete. */
function startedAfterEnd(effects: string): readonly string[] {
  const ended = new Set<string>();
  const again: string[] = [];
  for (const line of existsSync(effects) ? readFileSync(effects, "utf8").split("\n") : []) {
    const [what, key = ""] = line.split(" ");
    if (what === "end") ended.add(key);
    else if (what === "start" && ended.has(key)) again.push(key);
  }
  return again;
}

test.skipIf(noProc !== null)(
  `a run that is killed again and again ends as if it had not been${because(noProc)}`,
  { timeout: 600_000 + kills * 60_000 },
  async () => {
    const undisturbed = await makePlace();
    const calm = await run(undisturbed, null, false);
    expect(calm).toMatchObject({ code: 0 });
    const expected = await endState(undisturbed);
    expect(expected.subjects).toBe("A: Write A\nB: Write B\nC: Write C");
    expect(expected.checkout).toBe("");

    let done = 0;
    let place = await makePlace();
    let seed = 7;
    while (done < kills) {
      seed = (seed * 48_271) % 2_147_483_647;
      const killMs = 250 + (seed % 2_200);
      const { code, out } = await run(place, killMs, done % 2 === 0);
      if (code === null) {
        done += 1;
        continue;
      }
      expect({ code, out }).toMatchObject({ code: 0 });
      expect(await endState(place)).toEqual(expected);
      expect(startedAfterEnd(place.effects)).toEqual([]);
      place = await makePlace();
    }
    const last = await run(place, null, false);
    expect(last).toMatchObject({ code: 0 });
    expect(await endState(place)).toEqual(expected);
    expect(startedAfterEnd(place.effects)).toEqual([]);
  },
);
