/**
 * git: a git command failed. setup: the project's setup command failed. guard: the folder or branch is not what it must
 * be for us to write there; nothing was written. repository: it cannot be worked in as it is. service: what a check needs does not
 * stand.
 */
export type WorkspaceFault = "git" | "setup" | "guard" | "repository" | "service";

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

/** A service does not get ready, or died under a check: no verdict on anything. */
export class ServiceFault extends WorkspaceError {
  readonly service: string;
  /** The check that needed it. */
  readonly check: string;
  constructor(service: string, check: string, why: string, detail: string) {
    super("service", `the service ${service}, which the check ${check} needs, ${why}`, detail);
    this.service = service;
    this.check = check;
  }
}

/** Set-up failed where a worktree was made. */
export class SetupFault extends WorkspaceError {
  /** What the worktree held. */
  readonly commit: string;
  constructor(message: string, detail: string, commit: string) {
    super("setup", message, detail);
    this.commit = commit;
  }
}
