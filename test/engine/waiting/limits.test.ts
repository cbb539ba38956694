import { expect, test } from "vitest";

import { LimitWatch } from "../../../src/engine/waiting/limits.ts";
import { VirtualClock } from "../../simulation/virtual-clock.ts";

/** A call whose limits run from 0 on, and the moment one of them is reached. */
function watched() {
  const clock = new VirtualClock(0);
  const limits = new LimitWatch(clock, { startupMs: 1_000, idleMs: 10_000, wallMs: 100_000 });
  const reached: { limit: string; atMs: number }[] = [];
  void limits.expired().then((limit) => limit !== null && reached.push({ limit, atMs: clock.now() }));
  limits.activity();
  return { clock, limits, reached, untilOver: () => clock.run(() => reached.length > 0, 1_000_000) };
}

test("no limit runs while a person is waited for, and the idle one begins anew with the answer", async () => {
  const { clock, limits, reached, untilOver } = watched();
  clock.at(5_000, () => limits.pause());
  // The rest of the agent goes on meanwhile.
  clock.at(60_000, () => limits.activity());
  clock.at(65_000, () => limits.resume());
  await untilOver();
  expect(reached).toEqual([{ limit: "idle", atMs: 75_000 }]);
});

test("a sleep of the machine inside of a pause moves a limit once", async () => {
  const { clock, limits, reached, untilOver } = watched();
  limits.tool("t", "start");
  clock.at(5_000, () => limits.pause());
  clock.at(45_000, () => limits.slept(30_000));
  clock.at(55_000, () => limits.resume());
  await untilOver();
  expect(reached).toEqual([{ limit: "wall", atMs: 150_000 }]);
});

test("a sleep that began before a pause moves a limit by what the pause does not", async () => {
  const { clock, limits, reached, untilOver } = watched();
  limits.tool("t", "start");
  clock.at(40_000, () => limits.pause());
  clock.at(41_000, () => limits.slept(30_000));
  clock.at(42_000, () => limits.resume());
  await untilOver();
  expect(reached).toEqual([{ limit: "wall", atMs: 131_000 }]);
});

test("the time worked leaves out what a person was waited for and what the machine slept", async () => {
  const { clock, limits, untilOver } = watched();
  limits.tool("t", "start");
  const worked: number[] = [];
  clock.at(5_000, () => limits.pause());
  clock.at(20_000, () => worked.push(limits.workedMs));
  clock.at(25_000, () => limits.resume());
  clock.at(40_000, () => limits.slept(10_000));
  clock.at(45_000, () => worked.push(limits.workedMs));
  await untilOver();
  expect(worked).toEqual([5_000, 15_000]);
});
