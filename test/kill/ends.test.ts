import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";

import { isAlive } from "../../src/processes/identity.ts";
import { because, noProc } from "../skipped.ts";
import { giveToken } from "../token.ts";
import { until } from "../until.ts";
import { agentOf, begin, type Begun, engineOf, makePlace, type Place } from "./place.ts";

const told = "while it was in use";

/** As if the engine had not turned for longer than that. */
function letLeaseRunOut(state: string): void {
  const ledger = new Database(join(state, "ledger.db"));
  ledger.prepare("UPDATE lease SET until = 1").run();
  ledger.close();
}

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

test.skipIf(noProc !== null).each([
  ["its lease still runs", () => undefined, "stopping at once"],
  ["its lease has run out", ({ state }: Place) => letLeaseRunOut(state), "does not answer"],
])(
  `an engine that hears nothing, and %s, is killed by a second stop --now, and the next run is not stopped by the first${because(noProc)}`,
  async (_what, after, said) => {
    const place = makePlace("nothing");
    const run = begin(place, "run", "tasks.yaml", "--plain", "--trust");
    const working = await agentOf(place);
    const engine = await engineOf(run);
    process.kill(engine, "SIGSTOP");
    after(place);
    const first = begin(place, "stop", "--now");
    expect([await first.end, first.out()]).toEqual([0, expect.stringContaining(said)]);
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

/** A place with a loop that stands as long as a file is there. */
const standing = (made: Place, folder: string, still: string): Place => ({
  ...made,
  // As a shell does for what is typed: in a group of its own, to which the terminal sends its signals.
  within: ["sh", "-c", 'cd "$0" && exec setsid "$@"', folder],
  env: {
    ...made.env,
    NODE_OPTIONS: `${made.env["NODE_OPTIONS"] ?? ""} --import=${join(import.meta.dirname, "stand-still.ts")}`,
    STAND_STILL: still,
  },
});

test.skipIf(noProc !== null)(
  `an engine whose loop stands still is killed by a second ctrl+c, with what it runs, and the next run goes on${because(noProc)}`,
  async () => {
    const made = makePlace("nothing");
    const still = join(made.folder, "still");
    const place = standing(made, made.project, still);
    const run = begin(place, "run", "tasks.yaml", "--plain", "--trust");
    const working = await agentOf(place);
    const engine = await engineOf(run);
    writeFileSync(still, "");
    await until("its loop stands", () => existsSync(`${still}s`));
    // Two of one kind could come as one.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.kill(-engine, signal);
    expect(await run.end).toBe(null);
    expect(run.out()).toContain("the engine does not answer; it is killed");
    expect(isAlive(working)).toBe(false);
    rmSync(still);
    writeFileSync(join(place.folder, "go"), "");
    const next = begin(place, "run", "tasks.yaml", "--plain", "--trust");
    expect([await next.end, next.out()]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  },
);

test.skipIf(noProc !== null)(
  `a demo that hears nothing is ended where it runs, not where it was typed${because(noProc)}`,
  async () => {
    const made = makePlace("nothing");
    const still = join(made.folder, "still");
    const run = begin(standing(made, made.folder, still), "demo", "--plain");
    const engine = await engineOf(run);
    writeFileSync(still, "");
    await until("its loop stands", () => existsSync(`${still}s`));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.kill(-engine, signal);
    expect(await run.end).toBe(null);
    expect(run.out()).toContain("the engine does not answer; it is killed");
    expect(run.out()).not.toContain("git repository");
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
