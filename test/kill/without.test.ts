import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { because, noProc } from "../skipped.ts";
import { agentOf, begin, engineOf, makePlace, type Place } from "./place.ts";

/** Started by a shell that does something first. */
const through = (place: Place, script: string): Place => ({
  ...place,
  within: ["sh", "-c", `cd "$0" && ${script}`, place.project],
});
const noFull = existsSync("/dev/full") ? null : "this system has no /dev/full";

test.each([
  ["a home", 'unset HOME && exec "$@"'],
  ["its folder for temporary files", 'TMPDIR=/nowhere/at/all exec "$@"'],
  ["open ends", 'exec "$@" <&- 2>&-'],
])("an engine without %s does its work, and ends", async (_what, script) => {
  const place = makePlace("nothing");
  writeFileSync(join(place.folder, "go"), "");
  const run = begin(through(place, script), "run", "tasks.yaml", "--plain", "--trust");
  expect([await run.end, run.out()]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
});

test.skipIf(noProc !== null).each([
  ["as nohup leaves it", 'exec setsid "$@" 0>/dev/null'],
  ["by its name in a shell", '_=/usr/bin/nohup exec setsid env "_=/usr/bin/nohup" "$@"'],
])(`an engine with nohup, known %s, goes on without its terminal${because(noProc)}`, async (_what, script) => {
  const place = makePlace("nothing");
  const run = begin(through(place, script), "run", "tasks.yaml", "--plain", "--trust");
  await agentOf(place);
  // As the shell and the system do where a terminal is closed; two of a kind could come as one.
  for (let n = 0; n < 2; n += 1) {
    process.kill(-(await engineOf(run)), "SIGHUP");
    expect(await begin(place, "list").end).toBe(0);
  }
  writeFileSync(join(place.folder, "go"), "");
  process.kill(Number(readFileSync(join(place.folder, "agent"), "utf8")), "SIGKILL");
  expect([await run.end, run.out()]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
});

test.skipIf(noFull !== null)(
  `an engine whose output cannot be written does its work, says so, and its exit code too${because(noFull)}`,
  async () => {
    const place = makePlace("nothing");
    writeFileSync(join(place.folder, "go"), "");
    for (const argv of [["run", "tasks.yaml", "--plain", "--trust"], ["list"]]) {
      const full = begin(through(place, 'exec "$@" >/dev/full'), ...argv);
      expect([await full.end, full.out()]).toEqual([2, expect.stringContaining("standard output cannot be written")]);
    }
    expect(await begin(through(place, 'exec "$@" >/dev/full 2>/dev/full'), "list").end).toBe(2);
    const list = begin(place, "list");
    expect([await list.end, list.out()]).toEqual([0, expect.stringMatching(/A +✓ done/)]);
  },
);

test("a command in a folder that was removed says so", async () => {
  const place = makePlace("nothing");
  const gone = join(place.folder, "gone");
  mkdirSync(gone);
  const list = begin(through(place, `cd ${gone} && rmdir ${gone} && exec "$@"`), "list");
  expect([await list.end, list.out()]).toEqual([2, expect.stringContaining("the current folder was removed")]);
  rmSync(gone, { recursive: true, force: true });
});
