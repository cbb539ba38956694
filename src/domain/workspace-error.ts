/**
 * git: a git command failed. setup: the project's setup command failed. guard: the folder or branch is not what it must
 * be for us to write there; nothing was written. repository: it cannot be worked in as it is.
 */
export type WorkspaceFault = "git" | "setup" | "guard" | "repository";

/** What is wrong with the user's repository, its tools or its setup: for a person to put right. Not a Bug. */
export class WorkspaceError extends Error {
  override readonly name: string = "WorkspaceError";
  readonly fault: WorkspaceFault;
  /** What the tool said last: git's standard error, the end of setup's output. Text from outside. */
  readonly detail: string;
  constructor(fault: WorkspaceFault, message: string, detail = "") {
    super(message);
    this.fault = fault;
    this.detail = detail;
  }
}

/** Where a worktree was, there is none any more: it was removed, or something else stands there. It can be made again. */
export class WorktreeGone extends WorkspaceError {}
