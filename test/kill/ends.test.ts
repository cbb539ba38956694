import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

import { tokenName } from "../../src/domain/brand.ts";
import { processStartTime, isAlive } from "../../src/processes/identity.ts";
import { because, noProc } from "../skipped.ts";
import { clockEnv } from "../clock/child-env.ts";
import { giveToken } from "../token.ts";
import { until } from "../until.ts";

const mainFile = join(import.meta.dirname, "..", "..", "src", "main.ts");
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

const places: Place[] = [];
afterEach(() => {
  for (const { folder, children } of places.splice(0)) {
    for (const child of children) child.kill("SIGKILL");
    const pid = existsSync(join(folder, "agent")) ? Number(readFileSync(join(folder, "agent"), "utf8")) : 0;
    if (pid > 0 && processStartTime(pid) !== null) process.kill(pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});

interface Place {
  readonly folder: string;
  readonly project: string;
  readonly state: string;
  readonly env: NodeJS.ProcessEnv;
  readonly children: ChildProcess[];
}

function makePlace(wreck: string): Place {
  const folder = mkdtempSync(join(tmpdir(), "ends-"));
  const [project, state] = [join(folder, "project"), join(folder, "state")];
  mkdirSync(project);
  writeFileSync(join(folder, "agent.sh"), agent);
  chmodSync(join(folder, "agent.sh"), 0o755);
  const env = `{set: {PLACE: "${folder}", WRECK: "${wreck}"}}`;
  writeFileSync(
    join(project, "gandy.yaml"),
    `models:\n  one: {adapter: command, argv: ["${folder}/agent.sh", "{prompt_file}"], env: ${env}}\nsandbox: off\n`,
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
    env: {
      ...clockEnv,
      PATH: process.env["PATH"],
      HOME: folder,
      GANDY_HOME: state,
      [tokenName]: giveToken(state),
    },
  };
  places.push(place);
  return place;
}

interface Begun {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly end: Promise<number | null>;
}

function begin(place: Place, ...argv: readonly string[]): Begun {
  const child = spawn(process.execPath, [mainFile, ...argv], {
    cwd: place.project,
    env: place.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  place.children.push(child);
  let out = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (out += text.toString()));
  return { child, out: () => out, end: new Promise((resolve) => child.on("close", (code) => resolve(code))) };
}

/** The agent that works, once it does. */
async function agentOf(place: Place): Promise<{ readonly pid: number; readonly startTime: string }> {
  const file = join(place.folder, "agent");
  await until("the agent", () => existsSync(file));
  const pid = Number(readFileSync(file, "utf8"));
  return { pid, startTime: processStartTime(pid) ?? "" };
}

/** The process of the engine, as its log says. */
const engineOf = (out: string): number => Number(/the engine is process (\d+)/.exec(out)?.[1]);

const told = "while it was in use";

test.skipIf(noProc !== null).each<[string, (place: Place) => void, string, number]>([
  ["the repository is removed", ({ project }) => rmSync(project, { recursive: true }), "is gone", 2],
  ["the state folder is removed", ({ state }) => rmSync(state, { recursive: true }), `was removed ${told}`, 2],
  ["the ledger is unlinked", ({ state }) => rmSync(join(state, "ledger.db")), `was removed ${told}`, 2],
  [
    "another ledger lies in its place",
    ({ state }) => {
      cpSync(join(state, "ledger.db"), join(state, "copy.db"));
      rmSync(join(state, "ledger.db"));
      cpSync(join(state, "copy.db"), join(state, "ledger.db"));
    },
    `was replaced ${told}`,
    2,
  ],
])(
  `%s under an engine: it ends what it runs, says why, and ends${because(noProc)}`,
  async (_what, wreck, why, code) => {
    const place = makePlace("nothing");
    const run = begin(place, "run", "tasks.yaml", "--plain", "--trust");
    const working = await agentOf(place);
    wreck(place);
    expect(await run.end).toBe(code);
    expect(run.out()).toContain(why);
    expect(isAlive(working)).toBe(false);
    const [log = ""] = spawnSync("sh", ["-c", `cat "${place.state}"/engines/*.log`], { encoding: "utf8" }).output.slice(
      1,
    );
    expect(log).toContain(why);
  },
);

test.skipIf(noProc !== null)(
  `an agent that removes its worktree is stopped like any other${because(noProc)}`,
  async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const place = makePlace("worktree");
      const run = begin(place, "run", "tasks.yaml", "--plain", "--trust");
      const working = await agentOf(place);
      run.child.kill(signal);
      expect(await run.end).toBe(130);
      expect(run.out()).toContain("its worktree was not kept as a snapshot");
      expect(isAlive(working)).toBe(false);
    }
  },
);

test.skipIf(noProc !== null)(
  `an engine that hears nothing is killed by a second stop --now, and the next run is not stopped by the first${because(noProc)}`,
  async () => {
    const place = makePlace("nothing");
    const run = begin(place, "run", "tasks.yaml", "--plain", "--trust");
    const working = await agentOf(place);
    const engine = engineOf(run.out());
    process.kill(engine, "SIGSTOP");
    const first = begin(place, "stop", "--now");
    expect(await first.end).toBe(0);
    expect(isAlive(working)).toBe(true);
    const second = begin(place, "stop", "--now");
    expect([await second.end, second.out()]).toEqual([0, expect.stringContaining("killed the engine")]);
    expect(await run.end).toBe(null);
    expect(isAlive(working)).toBe(false);
    writeFileSync(join(place.folder, "go"), "");
    const next = begin(place, "run", "tasks.yaml", "--plain", "--trust");
    expect([await next.end, next.out()]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  },
);

test.skipIf(noProc !== null)(
  `what is merged is not done again by a ledger that does not know of it, unless somebody says so${because(noProc)}`,
  async () => {
    const place = makePlace("nothing");
    writeFileSync(join(place.folder, "go"), "");
    const run = (...more: readonly string[]): Begun => begin(place, "run", "tasks.yaml", "--plain", "--trust", ...more);
    expect(await run().end).toBe(0);
    rmSync(place.state, { recursive: true });
    giveToken(place.state);
    const again = run();
    expect([await again.end, again.out()]).toEqual([3, expect.stringContaining("A was merged before")]);
    expect(await begin(place, "task", "A", "--answer", "keep").end).toBe(0);
    const kept = run();
    expect([await kept.end, kept.out()]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
    expect(kept.out()).not.toContain("chosen for");
    const count = ["rev-list", "--count", "main..gandy/integration"];
    expect(spawnSync("git", count, { cwd: place.project, encoding: "utf8" }).stdout.trim()).toBe("1");
  },
);
