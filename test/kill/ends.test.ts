import { spawnSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { isAlive } from "../../src/processes/identity.ts";
import { because, noProc } from "../skipped.ts";
import { giveToken } from "../token.ts";
import { agentOf, begin, type Begun, engineOf, makePlace, type Place } from "./place.ts";

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
