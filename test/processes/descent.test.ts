import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import type { Footprint } from "../../src/domain/footprint.ts";
import type { Footprints } from "../../src/engine/ports/footprints.ts";
import { findLeftovers, traceOf, type KnownWork } from "../../src/processes/descent.ts";
import { isAlive, readIdentity } from "../../src/processes/identity.ts";
import { readProcess } from "../../src/processes/process-table.ts";
import { findProgram } from "../../src/processes/program.ts";
import { runUserCommand } from "../../src/processes/user-command.ts";
import { because, noProc } from "../skipped.ts";
import { until } from "../until.ts";

const variables = ["GANDY_KEY", "GANDY_CORRELATION_ID"];
const { pidNamespace } = await readIdentity();

/** A worktree with a program in it that says who it is and stays, out of reach of its starter. */
function place() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "descent-")));
  const worktree = join(folder, "worktree");
  mkdirSync(worktree);
  const stay = join(folder, "stay.sh");
  writeFileSync(
    stay,
    `#!/bin/sh\necho $$ > '${folder}/pid.tmp' && mv '${folder}/pid.tmp' '${folder}/pid'\nexec sleep 600\n`,
    {
      mode: 0o755,
    },
  );
  const pid = (): number => (existsSync(join(folder, "pid")) ? Number(readFileSync(join(folder, "pid"), "utf8")) : 0);
  return { folder, worktree, stay, pid };
}

function keeping(): { readonly keeper: Footprints; readonly known: (folders: readonly string[]) => KnownWork } {
  const footprints: Footprint[] = [];
  return {
    keeper: {
      began: async (step) => {
        footprints.push({ ...step, repository: "r", pidNamespace, at: Date.now(), endedAt: null });
      },
      ended: async ({ pid }) => {
        const at = footprints.findIndex((one) => one.pid === pid);
        const one = footprints[at];
        if (one !== undefined) footprints[at] = { ...one, endedAt: Date.now() };
      },
    },
    known: (folders) => ({ footprints, pidNamespace, variables, folders }),
  };
}

const python = (code: string): string => `python3 -c '${code}'`;
const detached = "import os,sys\nif os.fork(): sys.exit()\nos.setsid()\nif os.fork(): sys.exit()\n";

function end(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** What a check may do to be nobody's child. STAY is the program that stays. */
const escapes: Readonly<Record<string, { readonly run: string; readonly needs: readonly string[] }>> = {
  "an empty environment": { run: "env -i STAY & sleep 600", needs: [] },
  "a session of its own": { run: "env -i setsid STAY & sleep 600", needs: ["setsid"] },
  "a parent that is gone": { run: "env -i setsid -f STAY", needs: ["setsid"] },
  "two forks and another folder": {
    run: `cd / && env -i PATH="$PATH" ${python(`${detached}os.closerange(0,256)\nos.execv("STAY",["STAY"])`)}`,
    needs: ["python3"],
  },
  "a terminal by script": {
    run: 'cd / && env -i PATH="$PATH" setsid -f script -qfc STAY /dev/null >/dev/null 2>&1 </dev/null',
    needs: ["setsid", "script"],
  },
  "a terminal by python": {
    run: `cd / && env -i PATH="$PATH" ${python(`${detached}import pty\npty.spawn(["STAY"])`)} >/dev/null 2>&1 </dev/null`,
    needs: ["python3"],
  },
  nohup: { run: "cd / && env -i nohup STAY >/dev/null 2>&1 & sleep 600", needs: ["nohup"] },
  "a server of tmux": {
    run: 'cd / && env -i PATH="$PATH" TERM=xterm tmux -S "$OLDPWD/t" new-session -d STAY',
    needs: ["tmux"],
  },
  "a namespace of users": { run: "cd / && env -i setsid -f unshare -r STAY", needs: ["setsid", "unshare"] },
  "a limit that was lowered": {
    run: "cd / && { ulimit -w 4503599627370497 || ulimit -x 4503599627370497; }; env -i setsid -f STAY",
    needs: ["setsid"],
  },
};

test.skipIf(noProc !== null).for(Object.entries(escapes))(
  `a check's process with %s is seen${because(noProc)}`,
  async ([name, escape], { skip }) => {
    for (const program of escape.needs)
      if (!(await findProgram(program, "/", process.env["PATH"])).ok) skip(`${program} is not there`);
    const { folder, worktree, stay, pid } = place();
    const { keeper, known } = keeping();
    const stop = new AbortController();
    const running = runUserCommand({
      // The check goes on until it is stopped: at its end what has not left it yet is ended with it.
      command: `( ${escape.run.replaceAll("STAY", stay)} )\nsleep 600`,
      cwd: worktree,
      env: { pass: [], set: {} },
      parent: process.env,
      own: { GANDY_CORRELATION_ID: "r/A/check" },
      timeoutMs: 600_000,
      signal: stop.signal,
      footprint: { kind: "check", task: "A", keeper },
    });
    onTestFinished(async () => {
      end(pid());
      stop.abort();
      await running;
    });
    await until("the process", () => pid() > 0 && readProcess(pid()) !== null);
    const work = known([join(folder, "worktree")]);
    expect(traceOf(pid(), work)).not.toBeNull();
    stop.abort();
    await running;
    // What is still in the group of the check was ended with it.
    const lives = readProcess(pid())?.zombie === false;
    const left = findLeftovers(work, (one) => one.endedAt === null && isAlive(one));
    // One whose limit was lowered can no longer be told to be of this check.
    if (lives && !name.includes("lowered")) expect(left).toContainEqual(expect.objectContaining({ pid: pid() }));
    else expect(left).toEqual([]);
  },
);

test.skipIf(noProc !== null)(
  `whose terminal is held from a worktree is seen without a mark${because(noProc)}`,
  async ({ skip }) => {
    if (!(await findProgram("script", "/", process.env["PATH"])).ok) skip("script is not there");
    const self = readProcess(process.pid);
    const { folder, worktree, stay, pid } = place();
    const earlier = await readIdentity();
    const footprint = {
      kind: "check",
      repository: "r",
      task: "A",
      pid: 4_194_300,
      startTime: earlier.startTime,
    } as const;
    const known: KnownWork = {
      footprints: [{ ...footprint, pidNamespace, workdir: worktree, at: Date.now(), endedAt: Date.now() }],
      pidNamespace,
      variables,
      folders: [worktree],
    };
    const opened = (cwd: string): void => {
      const child = spawn("script", ["-qfc", stay, "/dev/null"], { cwd, stdio: "ignore", detached: true });
      onTestFinished(() => void child.kill("SIGKILL"));
    };
    opened(worktree);
    await until("the process", () => pid() > 0 && readProcess(pid()) !== null);
    const inside = pid();
    onTestFinished(() => end(inside));
    expect(readProcess(inside)?.terminal).not.toBe(self?.terminal);
    expect(traceOf(inside, known)).toMatchObject({ by: "terminal", of: { task: "A" } });
    opened(folder);
    await until("another process", () => pid() !== inside && readProcess(pid()) !== null);
    const outside = pid();
    onTestFinished(() => end(outside));
    expect(traceOf(outside, known)).toBeNull();
  },
);

test("what was there before is nobody's work", async () => {
  const { keeper, known } = keeping();
  const { worktree } = place();
  await runUserCommand({
    command: "true",
    cwd: worktree,
    env: { pass: [], set: {} },
    parent: process.env,
    own: {},
    timeoutMs: 600_000,
    footprint: { kind: "setup", task: "A", keeper },
  });
  expect(known([]).footprints).toMatchObject([{ kind: "setup", task: "A" }]);
  expect(traceOf(process.pid, known([]))).toBeNull();
  expect(findLeftovers(known([worktree]), () => false)).toEqual([]);
});
