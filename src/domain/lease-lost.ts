import type { TaskId } from "./ids.ts";

/** Thrown by every fenced write whose lease is gone: stop the children, drop the result. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
  readonly task: TaskId;
  constructor(task: TaskId) {
    super(`the lease of ${task === "" ? "the repository" : task} is held by another engine`);
    this.task = task;
  }
}
