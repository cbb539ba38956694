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

interface Backlog {
  readonly tasks: string;
  readonly settings: string;
  /** What stands on the integration branch in the end. */
  readonly subjects: readonly string[];
  /** What the models write; the settings name the folder and differ. */
  readonly written: readonly string[];
}

const inLoops: Backlog = {
  tasks: `
  - {id: A, goal: Write A, risk: medium}
  - {id: B, goal: Write B, needs: [A], risk: low}
  - {id: C, goal: Write C, needs: [B], risk: medium, approve: [merge]}
`,
  settings: `checks: [{name: there, run: "ls *.yaml"}]`,
  subjects: ["A: Write A", "B: Write B", "C: Write C"],
  written: ["A-S1.txt", "A-S2.txt", "B-S1.txt", "C-S1.txt", "C-S2.txt"],
};

/** Of R a stage is opened again and one is skipped; L is done in two parts. */
const byMinds: Backlog = {
  tasks: `
  - {id: R, goal: Write R, mode: adaptive}
  - id: L
    goal: "Migrate the lists: core/a.ts, api/b.ts, web/c.ts, data/d.ts, jobs/e.ts, mail/f.ts, docs/g.ts"
    details: |
      - write the alpha list
      - write the beta list
    mode: context-aware
    needs: [R]
`,
  settings: `checks: [{name: whole, run: "! grep -q broken R-whole.txt"}]`,
  subjects: ["R: Write R", "L.1: write the alpha list", "L.2: write the beta list"],
  written: ["L.1-S1.txt", "L.1-S2.txt", "L.2-S1.txt", "L.2-S2.txt", "R-S1.txt", "R-S2.txt", "R-S4.txt", "R-whole.txt"],
};

/** A real repository with dependent tasks and one script as every model. */
async function makePlace({ tasks, settings: more }: Backlog): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "kill-9-"));
  folders.push(folder);
  const place = { folder, project: join(folder, "project"), effects: join(folder, "effects.log") };
  mkdirSync(place.project);
  copyFileSync(join(import.meta.dirname, "agent.sh"), join(folder, "agent.sh"));
  chmodSync(join(folder, "agent.sh"), 0o755);
  const settings = `models:
  one: {adapter: command, argv: ["${folder}/agent.sh", "{prompt_file}"], env: {set: {EFFECTS: "${place.effects}"}}}
${more}
sandbox: off
`;
  writeFileSync(join(place.project, "gandy.yaml"), settings);
  writeFileSync(join(place.project, "tasks.yaml"), `tasks:${tasks}`);
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

async function endState(
  place: Place,
  { written }: Backlog,
): Promise<{
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

test.skipIf(noProc !== null).each([
  ["of two and three loops", inLoops],
  ["with a roadmap and with parts", byMinds],
])(
  `a run of tasks %s that is killed again and again ends as if it had not been${because(noProc)}`,
  { timeout: 600_000 + kills * 60_000 },
  async (_, backlog) => {
    const undisturbed = await makePlace(backlog);
    const calm = await run(undisturbed, null, false);
    expect(calm).toMatchObject({ code: 0 });
    const expected = await endState(undisturbed, backlog);
    expect(expected.subjects.split("\n")).toEqual(backlog.subjects);
    expect(expected.checkout).toBe("");
    const names = await git(undisturbed, "ls-tree", "-r", "--name-only", "gandy/integration");
    expect(names.split("\n").filter((name) => name.endsWith(".txt"))).toEqual(backlog.written);

    let done = 0;
    let place = await makePlace(backlog);
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
      expect(await endState(place, backlog)).toEqual(expected);
      expect(startedAfterEnd(place.effects)).toEqual([]);
      place = await makePlace(backlog);
    }
    const last = await run(place, null, false);
    expect(last).toMatchObject({ code: 0 });
    expect(await endState(place, backlog)).toEqual(expected);
    expect(startedAfterEnd(place.effects)).toEqual([]);
  },
);
