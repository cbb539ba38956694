import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { defaultSandbox } from "../../src/domain/sandbox.ts";
import { loginPlaces } from "../../src/models/programs/agent-places.ts";
import { createEnclose, type Enclose } from "../../src/processes/enclose.ts";
import { findSandbox } from "../../src/processes/find-sandbox.ts";
import { runUserCommand } from "../../src/processes/user-command.ts";
import { inFolder, median, ms, type Figure } from "./figures.ts";

const rounds = 40;
const goalMs = 30;

/** What the wall costs a command that does nothing, in a worktree, with this user's own home. */
export async function wallTime(): Promise<readonly Figure[]> {
  const path = process.env["PATH"];
  const found = await findSandbox(defaultSandbox, path);
  if (found.kind === "none") return [{ what: "start-up behind the wall", figure: found.why, goal: "", met: null }];
  return await inFolder(async (folder) => {
    const top = join(folder, "project");
    const worktrees = join(folder, "state/worktrees");
    mkdirSync(top);
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", ["-c", "user.name=b", "-c", "user.email=b@example.com", ...args], { cwd: top });
    git("init", "--quiet");
    writeFileSync(join(top, "a.txt"), "a\n");
    git("add", ".");
    git("commit", "--quiet", "-m", "a");
    git("worktree", "add", "--quiet", join(worktrees, "A"));
    const enclose = createEnclose({
      find: () => findSandbox(defaultSandbox, path),
      settings: defaultSandbox,
      home: homedir(),
      runtime: process.env["XDG_RUNTIME_DIR"] ?? null,
      own: [join(folder, "state")],
      agents: loginPlaces(homedir(), process.env),
      keep: join(folder, "state/sandbox"),
      repository: () =>
        Promise.resolve({ top, commonDir: join(top, ".git"), worktrees, gitDir: join(top, ".git/worktrees/A") }),
    });
    const behind: number[] = [];
    const without: number[] = [];
    // In turns, so that both meet the same machine.
    for (let n = 0; n < rounds; n += 1) {
      without.push(await once(join(worktrees, "A"), null));
      behind.push(await once(join(worktrees, "A"), enclose));
    }
    const costMs = median(behind) - median(without);
    const figure = `${ms(costMs)} (${ms(median(behind))}, ${ms(median(without))} without)`;
    return [{ what: `start-up behind ${found.kind}`, figure, goal: `< ${goalMs} ms`, met: costMs < goalMs }];
  });
}

async function once(cwd: string, enclose: Enclose | null): Promise<number> {
  const from = performance.now();
  const done = await runUserCommand({
    command: "true",
    cwd,
    env: { pass: [], set: {} },
    parent: process.env,
    own: {},
    timeoutMs: 60_000,
    ...(enclose === null ? {} : { enclose }),
  });
  if (!done.ok) throw new Error(`${done.why}: ${done.output}`);
  return performance.now() - from;
}
