import type { Settings } from "./settings.ts";
import type { TaskState } from "./task.ts";

/** What is known of a task that might start, and of those around it. */
export interface StartingTask {
  /** It was started before and goes on: limits are for starting. */
  readonly begun: boolean;
  /** The state of each need; null: there is no such task. */
  readonly needs: readonly (TaskState | null)[];
  readonly area: string | null;
  /** Running tasks of the same area. */
  readonly runningInArea: number;
  /** Tasks that wait for a person. */
  readonly awaitingHuman: number;
  /** A task of an earlier wave is not finished. */
  readonly earlierWaveOpen: boolean;
}

/** What keeps a task from starting, though the engine could start it. */
export type StartObstacle =
  | { readonly kind: "needs"; readonly failed: boolean; readonly unmet: number }
  | { readonly kind: "wave" }
  | { readonly kind: "area"; readonly area: string; readonly limit: number }
  | { readonly kind: "awaiting_limit"; readonly waiting: number; readonly limit: number };

export type StartLimits = Pick<Settings["limits"], "schedule" | "perArea" | "awaitingHuman">;

/** The first that applies; null: the task may start now, slots aside. */
export function startObstacle(task: StartingTask, limits: StartLimits): StartObstacle | null {
  if (task.begun) return null;
  const unmet = task.needs.filter((state) => state !== "DONE");
  if (unmet.length > 0) return { kind: "needs", failed: unmet.includes("FAILED"), unmet: unmet.length };
  if (limits.schedule === "waves" && task.earlierWaveOpen) return { kind: "wave" };
  if (limits.perArea !== null && task.area !== null && task.runningInArea >= limits.perArea)
    return { kind: "area", area: task.area, limit: limits.perArea };
  if (task.awaitingHuman >= limits.awaitingHuman)
    return { kind: "awaiting_limit", waiting: task.awaitingHuman, limit: limits.awaitingHuman };
  return null;
}

/** The same in words, with the setting behind it. */
export function obstacleWords(obstacle: StartObstacle): string {
  switch (obstacle.kind) {
    case "needs":
      if (obstacle.failed) return "a task it needs has failed";
      return obstacle.unmet === 1 ? "a task it needs is not done" : `${obstacle.unmet} tasks it needs are not done`;
    case "wave":
      return "an earlier wave is not finished (limits.schedule)";
    case "area":
      return `area ${obstacle.area} is taken (limits.per_area: ${obstacle.limit})`;
    case "awaiting_limit":
      return `${obstacle.waiting} ${obstacle.waiting === 1 ? "task waits" : "tasks wait"} for a person (limits.awaiting_human: ${obstacle.limit})`;
  }
}
