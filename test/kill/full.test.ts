import { spawnSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { isAlive } from "../../src/processes/identity.ts";
import { because } from "../skipped.ts";
import { agentOf, begin, type Begun, gitIn, makePlace, type Place } from "./place.ts";
import { noSmallDisk, ontoSmallDisk, type SmallPlace } from "./small-disk.ts";

/** A place whose ledger, worktrees and repository may lie on different disks. */
async function placeOn(holding: readonly string[]): Promise<SmallPlace> {
  const place = makePlace("nothing");
  appendFileSync(join(place.project, "gandy.yaml"), `git: {worktrees: "${place.folder}/worktrees"}\n`);
  return await ontoSmallDisk(place, holding);
}

const run = (place: Place): Begun => begin(place, "run", "tasks.yaml", "--plain", "--trust");

/** What stands in the engine's log. */
const logOf = ({ state }: Place): string =>
  spawnSync("sh", ["-c", `cat "${state}"/engines/*.log`], { encoding: "utf8" }).stdout;

/** The next run, for which there is space again, does what is left, and nothing twice. */
async function goesOn(place: SmallPlace): Promise<void> {
  place.free();
  writeFileSync(join(place.folder, "go"), "");
  const next = run(place);
  expect([await next.end, next.out()]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  expect(gitIn(place, "rev-list", "--count", "main..gandy/integration")).toBe("1");
  expect(await begin(place, "check").end).toBe(0);
}

test.skipIf(noSmallDisk !== null).each([
  ["the ledger", ["state"]],
  ["the repository", ["project"]],
  ["the ledger, the repository and the worktrees", ["."]],
])(
  `the disk with %s is full: the engine ends what it runs, says why, and the next run goes on${because(noSmallDisk)}`,
  async (_what, holding) => {
    const place = await placeOn(holding);
    const full = run(place);
    const working = await agentOf(place);
    place.fill();
    // Its end is something to write down.
    process.kill(working.pid, "SIGKILL");
    expect([await full.end, full.out()]).toEqual([2, expect.stringContaining("disk is full")]);
    expect(logOf(place)).toContain("disk is full");
    expect(isAlive(working)).toBe(false);
    await goesOn(place);
  },
);

test.skipIf(noSmallDisk !== null)(
  `worktrees for which there is no space end the engine like a ledger for which there is none${because(noSmallDisk)}`,
  async () => {
    const place = await placeOn(["worktrees"]);
    place.fill();
    const full = run(place);
    expect([await full.end, full.out()]).toEqual([2, expect.stringContaining("disk is full")]);
    expect(logOf(place)).toContain("disk is full");
    await goesOn(place);
  },
);
