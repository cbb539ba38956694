import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";

import { tokenName } from "../../src/domain/brand.ts";
import { processStartTime } from "../../src/processes/identity.ts";
import { clockEnv } from "../clock/child-env.ts";
import { giveToken } from "../token.ts";
import { until } from "../until.ts";
import { bundledMain } from "../bundle.ts";

/** It works until somebody ends it, and says which process it is. */
const agent = `#!/bin/sh
if [ "$GANDY_ROLE" != implementer ]; then
  echo '{"verdict":"approve","summary":"good","findings":[]}'
  exec echo '{"type":"end"}'
fi
echo begun > begun.txt
[ "$WRECK" = worktree ] && rm -rf "$PWD"
[ -e "$PLACE/go" ] && exec echo '{"type":"end"}'
echo $$ > "$PLACE/agent.tmp" && mv "$PLACE/agent.tmp" "$PLACE/agent"
while :; do sleep 1; done
`;

/** Ends what was started in a place, and its agent. */
export function endAll({ folder, children }: Place): void {
  for (const child of children) child.kill("SIGKILL");
  const pid = existsSync(join(folder, "agent")) ? Number(readFileSync(join(folder, "agent"), "utf8")) : 0;
  if (pid > 0 && processStartTime(pid) !== null) process.kill(pid, "SIGKILL");
}

/** A project with an agent that works until it is ended, and a state folder of its own. */
export interface Place {
  readonly folder: string;
  readonly project: string;
  readonly state: string;
  readonly env: NodeJS.ProcessEnv;
  /** What programs are started by, where they are to see another world than the test. */
  readonly within: readonly string[];
  readonly children: ChildProcess[];
}

/** `wreck`: what the agent does beside its work. */
export function makePlace(wreck: string, settings = ""): Place {
  const folder = mkdtempSync(join(tmpdir(), "ends-"));
  const [project, state] = [join(folder, "project"), join(folder, "state")];
  mkdirSync(project);
  writeFileSync(join(folder, "agent.sh"), agent);
  chmodSync(join(folder, "agent.sh"), 0o755);
  const env = `{set: {PLACE: "${folder}", WRECK: "${wreck}"}}`;
  writeFileSync(
    join(project, "gandy.yaml"),
    `models:\n  one: {adapter: command, argv: ["${folder}/agent.sh", "{prompt_file}"], env: ${env}}\nsandbox: off\n${settings}`,
  );
  writeFileSync(join(project, "tasks.yaml"), "tasks: [{id: A, goal: Write A, risk: low}]\n");
  for (const argv of [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "--all"],
    ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "--message=start"],
  ])
    expect(spawnSync("git", argv, { cwd: project }).status).toBe(0);
  const place: Place = {
    folder,
    project,
    state,
    children: [],
    within: [],
    env: {
      ...clockEnv,
      PATH: process.env["PATH"],
      HOME: folder,
      GANDY_HOME: state,
      [tokenName]: giveToken(state),
    },
  };
  onTestFinished(() => {
    endAll(place);
    rmSync(folder, { recursive: true, force: true });
  });
  return place;
}

export interface Begun {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly end: Promise<number | null>;
}

export function begin(place: Place, ...argv: readonly string[]): Begun {
  const [command = process.execPath, ...more] = [...place.within, process.execPath, bundledMain(), ...argv];
  const child = spawn(command, more, {
    cwd: place.within.length === 0 ? place.project : "/",
    env: place.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  place.children.push(child);
  // Its folder may be gone by now.
  child.on("error", () => undefined);
  let out = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (out += text.toString()));
  return { child, out: () => out, end: new Promise((resolve) => child.on("close", (code) => resolve(code))) };
}

/** The agent that works, once it does. */
export async function agentOf(place: Place): Promise<{ readonly pid: number; readonly startTime: string }> {
  const file = join(place.folder, "agent");
  await until("the agent", () => existsSync(file));
  const pid = Number(readFileSync(file, "utf8"));
  return { pid, startTime: processStartTime(pid) ?? "" };
}

/** Its engine, which says so in a line of its own: an agent may work before that line has come. */
export async function engineOf(run: Begun): Promise<number> {
  const line = /the engine is process (\d+)/;
  await until("its engine", () => line.test(run.out()));
  return Number(line.exec(run.out())?.[1]);
}

/** What git says in its project. */
export function gitIn(place: Place, ...argv: readonly string[]): string {
  const [command = "git", ...more] = [...place.within, "git", ...argv];
  const cwd = place.within.length === 0 ? place.project : "/";
  return spawnSync(command, more, { cwd, encoding: "utf8" }).stdout.trim();
}
