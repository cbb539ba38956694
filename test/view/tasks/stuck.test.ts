import { expect, test } from "vitest";

import type { TaskState } from "../../../src/domain/task.ts";
import { stuckTasks } from "../../../src/view/tasks/stuck.ts";
import { task } from "../fixtures.ts";

const one = (id: string, state: TaskState, ...needs: readonly string[]) =>
  task(id, `Do ${id}`, { state, spec: { needs } });

test("what waits for a failed task is stuck, also by way of others and in a circle; what is over or waits for open ones is not", () => {
  const rows = [
    one("last", "NEW", "middle"),
    one("middle", "PLAN_APPROVED", "fine", "lost"),
    one("lost", "FAILED"),
    one("fine", "DONE", "lost"),
    one("open", "NEW", "begun"),
    one("begun", "IMPLEMENTING"),
    one("x", "NEW", "y"),
    one("y", "NEW", "x"),
  ];
  expect([...stuckTasks(rows)]).toEqual([
    ["middle", "lost"],
    ["last", "lost"],
  ]);
});
