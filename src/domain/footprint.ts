/** What code of models, or code that they wrote, runs as: the attempt of a call, a check, the project's setup or teardown, or a service. */
export const footprintKinds = ["call", "check", "setup", "service"] as const;
export type FootprintKind = (typeof footprintKinds)[number];

/** That a process worked for a task. Kept after its end, so that what it left behind is known to descend from it. */
export interface Footprint {
  readonly kind: FootprintKind;
  /** Null: outside of any. */
  readonly repository: string | null;
  readonly task: string;
  /** Leader of a process group of its own. Pid and start time together name it for ever on one boot of one machine. */
  readonly pid: number;
  readonly startTime: string;
  /** Pids of two namespaces say nothing about each other. */
  readonly pidNamespace: string;
  /** The worktree it works in. */
  readonly workdir: string;
  readonly at: number;
  /** Null: it was not seen to end. */
  readonly endedAt: number | null;
}
