import { expect, test } from "vitest";

import type { IndexedTask } from "../../../src/engine/run/task-index.ts";
import { take, takenAreas } from "../../../src/engine/run/start-facts.ts";
import { spec } from "../../policy/sample.ts";

const task = (id: string, state: IndexedTask["state"], area: string | null): IndexedTask => ({
  id,
  spec: spec({ id, area }),
  digest: "",
  state,
  begun: state !== "NEW",
  run: "r",
  position: 1,
  staleDigest: null,
  reverted: false,
});

test("an area is taken by what runs and by what an engine left unfinished, not by what is new or over", () => {
  const tasks = [
    task("runs", "NEW", "api"),
    task("left", "PLANNING", "api"),
    task("new", "NEW", "api"),
    task("over", "DONE", "api"),
    task("failed", "FAILED", "docs"),
    task("none", "PLANNING", null),
  ];
  const taken = takenAreas(tasks, ({ id }) => id === "runs");
  expect([...taken]).toEqual([["api", 2]]);
  take(taken, "docs");
  take(taken, null);
  expect([...taken]).toEqual([
    ["api", 2],
    ["docs", 1],
  ]);
});
