import { expect, test } from "vitest";

import { takeCounts } from "./counts.ts";
import { offFloor, readFloors } from "./floors.ts";

test("what a task and a start cost in counts is what was reached", async () => {
  expect(offFloor(await takeCounts(), readFloors())).toEqual([]);
});

test("a count that grew, that got less, that is new and that is gone: each is said with what to do", () => {
  const counts = ["grew", "fell", "kept", "new"].map((what) => ({ what, count: 5 }));
  const said = offFloor(counts, { grew: 4, fell: 6, kept: 5, gone: 5 });
  expect(said.map((line) => line.slice(0, line.indexOf(":")))).toEqual(["grew", "fell", "new", "gone"]);
  expect(said[0]).toContain("more than the floor of 4");
  expect(said[0]).toContain("--parts");
  expect(said[1]).toContain("less than the floor of 6; lower it: UPDATE_FLOORS=1");
});
