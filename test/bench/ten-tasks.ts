import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { systemClock } from "../../src/processes/clock.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { openWorkspace } from "../../src/workspace/workspace.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { inFolder, median, type Figure } from "./figures.ts";
import { benchSettings, memoryRepository, startBench, type Bench } from "./workbench.ts";

const tasks = 10;
const parallel = 5;
const callMs = 500;
/** Two calls a task, one after the other. */
const idealMs = (tasks / parallel) * 2 * callMs;

type Repository = Pick<Bench, "workspace" | "baseCommit"> & { readonly write: Bench["models"]["write"] };

/** Ten two-loop tasks, each of two calls of 500 ms, five at once, in real time and with a ledger in a file. */
export async function tenTasks(): Promise<readonly Figure[]> {
  const memory: number[] = [];
  const git: number[] = [];
  const volatile: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    memory.push(await inFolder((folder) => measure(join(folder, "ledger.db"), memoryRepository())));
    volatile.push(await measure(":memory:", memoryRepository()));
    git.push(await inFolder((folder) => measure(join(folder, "ledger.db"), gitRepository(folder))));
  }
  const ratio = median(memory) / idealMs;
  return [
    {
      what: `ten tasks of two calls of ${callMs} ms, five at once, against the ideal`,
      figure: `${ratio.toFixed(3)} (${median(memory).toFixed(0)} of ${idealMs} ms)`,
      goal: "<= 1.03",
      met: ratio <= 1.03,
    },
    {
      what: "  the same with the ledger in memory, without fsync",
      figure: `${(median(volatile) / idealMs).toFixed(3)} (${median(volatile).toFixed(0)} ms)`,
      goal: "",
      met: null,
    },
    {
      what: "  the same with real git",
      figure: `${(median(git) / idealMs).toFixed(3)} (${median(git).toFixed(0)} ms)`,
      goal: "",
      met: null,
    },
  ];
}

async function measure(path: string, { workspace, baseCommit, write }: Repository): Promise<number> {
  const ledger = openLedger({ path, mode: "engine", clock: systemClock, random: Math.random });
  const specs = Array.from({ length: tasks }, (_, n) => taskSpec(`T${n}`));
  const from = performance.now();
  const engine = startBench({
    clock: systemClock,
    ledger,
    workspace,
    baseCommit,
    limits: { parallel },
    specs,
    models: { durationMs: () => callMs, write },
  });
  const end = await engine.end;
  const took = performance.now() - from;
  ledger.close();
  if (end.kind !== "ended" || end.exitCode !== 0) throw new Error(`the run ended with ${JSON.stringify(end)}`);
  return took;
}

function gitRepository(folder: string): Repository {
  const repository = join(folder, "project");
  mkdirSync(repository);
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, LC_ALL: "C" };
  const git = (...argv: readonly string[]): string =>
    execFileSync("git", argv, { cwd: repository, env, encoding: "utf8" }).trim();
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(repository, "a.txt"), "as it was\n");
  git("add", "--all");
  git("-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "--quiet", "--message=start");
  const workspace = openWorkspace(
    {
      repository,
      repositoryId: "repo",
      worktrees: join(folder, "worktrees"),
      checksFolder: (run, task) => join(folder, "checks", run, task),
      watchFolder: join(folder, "watch"),
      settings: benchSettings({}),
    },
    {
      note: () => undefined,
      cache: { get: () => Promise.resolve(null), put: () => Promise.resolve() },
      clock: systemClock,
      environment: env,
      exclusive: (work) => work(),
    },
  );
  return {
    workspace,
    baseCommit: git("rev-parse", "HEAD"),
    write: ({ workdir, task, attemptKey }) => writeFileSync(join(workdir, `${task}.txt`), `${attemptKey}\n`),
  };
}
