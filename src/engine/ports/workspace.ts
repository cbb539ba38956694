import type { BaseCheck, CheckResult } from "../../domain/events.ts";
import type { ModelName, RunId, StepId, TaskId } from "../../domain/ids.ts";
import type { Reopening } from "../../domain/outcome.ts";
import type { TaskProof } from "../../domain/proof.ts";
import type { CheckSettings, EnvSettings, Settings } from "../../domain/settings.ts";
import type { Watch } from "./watch.ts";
import type { AllowedInputs } from "../../policy/base-gate.ts";

/** A task's worktree. */
export interface Tree {
  readonly task: TaskId;
  readonly path: string;
  readonly branch: string;
}

export interface Snapshot {
  readonly n: number;
  readonly ref: string;
  readonly commit: string;
  readonly reason: string;
}

export interface Committed {
  readonly base: string;
  readonly commit: string;
  readonly files: readonly string[];
  readonly insertions: number;
  readonly deletions: number;
  /** A head the agent made itself, kept as a snapshot before the soft reset. */
  readonly keptHead: Snapshot | null;
}

/** What a commit says. Subject `<id>: <goal or step title>`, trailers from the rest. */
export interface CommitMessage {
  readonly task: TaskId;
  readonly run: RunId;
  readonly subject: string;
  readonly body: string;
  readonly key: string;
  readonly steps: readonly StepId[];
  readonly models: readonly ModelName[];
}

/** Worktrees of tasks. Every git command goes through one function; shared-folder commands run one at a time. */
export interface Trees {
  /**
   * Makes the worktree if it is not there (with .worktreeinclude and setup), and brings it to `commit` with a clean tree: what
   * else is there goes into a snapshot first; ignored files stay. With `keep` a tree whose HEAD is `commit` is left as it is.
   */
  enter(request: {
    readonly task: TaskId;
    readonly branch: string;
    readonly commit: string;
    readonly reason: string;
    readonly keep: boolean;
  }): Promise<{
    readonly tree: Tree;
    readonly snapshot: Snapshot | null;
  }>;
  /** Everything in the tree as one commit on `base`; null: no change. A moved HEAD is kept, soft-reset and committed once. */
  commit(tree: Tree, base: string, message: CommitMessage): Promise<Committed | null>;
  /** The commit with this key's trailer between base and the branch's tip: the effect was done before a crash. */
  probe(branch: string, base: string, key: string): Promise<Committed | null>;
  /** Puts back what a reader changed; returns the paths. */
  discard(tree: Tree, commit: string): Promise<readonly string[]>;
}

export interface Snapshots {
  /** Null: nothing that HEAD does not have. */
  take(tree: Tree, reason: string): Promise<Snapshot | null>;
  /** Writes the files of a snapshot into a folder that does not exist or is empty. */
  restore(task: TaskId, n: number, into: string): Promise<{ readonly files: number }>;
  /** Removes a worktree after a snapshot; the branch stays. Runs teardown. */
  remove(task: TaskId): Promise<void>;
}

export interface DiffSummary {
  readonly files: readonly {
    readonly path: string;
    /** A link to a commit of another repository (a submodule), before or after. */
    readonly isLink?: true;
    readonly insertions: number;
    readonly deletions: number;
    readonly state: "added" | "modified" | "deleted" | "renamed";
    /** The old name of what was renamed. */
    readonly from?: string;
  }[];
  /** Unified text, cut at `maxBytes` with a note. */
  readonly text: string;
  readonly truncated: boolean;
}

/** The repository as a graph of commits. */
export interface History {
  tip(branch: string): Promise<string | null>;
  /** Whether a commit is in the history of another; it is in its own. */
  isAncestor(ancestor: string, commit: string): Promise<boolean>;
  /** `base` with the given tips merged in order, as one commit; equal input gives an equal commit. */
  combine(
    base: string,
    tips: readonly string[],
    label: string,
  ): Promise<{ readonly commit: string } | { readonly conflict: readonly string[]; readonly with: string }>;
  /** `context`: unchanged lines around each change, if not git's own number. */
  diff(from: string, to: string, maxBytes: number, context?: number): Promise<DiffSummary>;
  /**
   * The paths that differ, both names of what was renamed, and what these are called where links of the repository lead to them.
   * One that ends with a slash stands for all below it.
   */
  touched(from: string, to: string): Promise<readonly string[]>;
  /** The files into which the change writes what looks like a key or a password. */
  writtenSecrets(from: string, to: string): Promise<readonly string[]>;
  /** What the change brings that works beyond its files, in words: links that lead out of the repository, repositories within it. */
  leadingOut(from: string, to: string): Promise<readonly string[]>;
  treeOf(commit: string): Promise<string>;
  /** The merge of this task before a commit, as trailers say: the newest that has not been undone. `tip`: what it was merged onto. */
  mergeOf(
    task: TaskId,
    goal: string,
    before: string,
  ): Promise<{ readonly commit: string; readonly tip: string } | null>;
}

export type MergeOutcome =
  /** `proof`: what was verified of it; null: nothing was to be, or its commit does not say. */
  | { readonly kind: "merged"; readonly commit: string; readonly tip: string; readonly proof: TaskProof | null }
  | { readonly kind: "conflict"; readonly files: readonly string[]; readonly with: string }
  /** A check says no, or (environment) could not say anything. */
  | { readonly kind: "red"; readonly checks: readonly CheckResult[]; readonly with: string }
  /** The branch is checked out somewhere with uncommitted changes. */
  | { readonly kind: "blocked"; readonly why: string };

/** The checks of a commit that a branch is to move to, judged by where it stands; all must let it through. */
export type Verify = (commit: string, tip: string) => Promise<readonly CheckResult[]>;

/** Brings a commit, with all before it, to a branch. */
export interface BringRequest {
  readonly commit: string;
  readonly into: string;
  readonly subject: string;
  readonly run: RunId;
  /** Not asked of a fast-forward. */
  readonly verify: Verify;
}

/** Does to a branch what some commits of another did. */
export interface PickRequest {
  /** In the order of that branch. */
  readonly commits: readonly { readonly commit: string; readonly message: CommitMessage }[];
  readonly into: string;
  /** The other branch, which has all of this one; null: it is not told of what it has here. */
  readonly source: string | null;
  readonly why: string;
  readonly verify: Verify;
}

export type Brought =
  /** It is there already. */
  | { readonly kind: "there"; readonly tip: string }
  /** `from`: where the branch stood; proof null: nothing was verified. */
  | {
      readonly kind: "brought";
      readonly commit: string;
      readonly from: string;
      readonly by: "fast_forward" | "merge";
      readonly proof: TaskProof | null;
    }
  | Extract<MergeOutcome, { kind: "conflict" | "red" | "blocked" }>;

/** The integration branch; one merge at a time. */
export interface Integration {
  /**
   * Probes for the key's trailer first. `verify` runs the checks on the merged commit where its tree has no result yet; what they
   * prove of it stands in the commit.
   */
  merge(request: {
    readonly task: TaskId;
    readonly commit: string;
    readonly base: string;
    readonly into: string;
    readonly style: "squash" | "merge";
    readonly message: CommitMessage;
    readonly verify: Verify;
  }): Promise<MergeOutcome>;
  /** Merges `with` into the task's tree without committing: conflicts stay as markers for the implementer. */
  materializeConflict(tree: Tree, withCommit: string): Promise<{ readonly files: readonly string[] }>;
  /** Those of the files in the task's tree that still have conflict markers: `commit` would commit them as they are. */
  conflictMarkers(tree: Tree, files: readonly string[]): Promise<readonly string[]>;
  revert(into: string, mergeCommit: string, message: CommitMessage): Promise<MergeOutcome>;
  bring(request: BringRequest): Promise<Brought>;
  pick(request: PickRequest): Promise<Brought>;
  /** Puts a branch back to an earlier commit of it, while it stands where it is said to and nobody else has it; else says why not. */
  takeBack(request: {
    readonly branch: string;
    readonly from: string;
    readonly to: string;
  }): Promise<{ readonly kind: "moved" } | Extract<MergeOutcome, { kind: "blocked" }>>;
}

/** Checks to be run on a commit. */
export interface CheckRequest {
  readonly run: RunId;
  readonly task: TaskId;
  readonly commit: string;
  /** What the commit changes; absent: it is that itself. */
  readonly base?: string;
  readonly checks: readonly CheckSettings[];
  readonly env: EnvSettings;
  readonly signal: AbortSignal;
  /** What is known to be red is measured again; or whatever is known. */
  readonly anew?: "red" | "all";
}

/** What a change is judged by. `waived`: checks that may be red at the base as a whole; null: all, for work that began before this was asked. */
export interface GateRequest extends CheckRequest {
  readonly base: string;
  readonly waived: readonly string[] | null;
  /** What the change is to mend: it counts although it is red at the base too. Absent: nothing. */
  readonly mends?: Pick<Reopening, "check" | "failures">;
}

/** A check in the gate of the base: the change's tree with every input of the gate as at the base. */
export interface BaseGateCheck {
  readonly name: string;
  /** not_measured: setup fails there, or it cannot be told what judges and what is judged. */
  readonly result: "pass" | "fail" | "not_measured";
  /** What fails there and not at the base. */
  readonly failures: readonly string[];
  /** Tests that run at the base and not there. */
  readonly lost: readonly string[];
  /** Inputs the check reads and the change touches. */
  readonly inputs: readonly string[];
  readonly tail: string;
}

export interface BaseGateVerdict {
  /** Inputs that differ from the base, with what they are now (git's id; null: removed). */
  readonly touched: readonly { readonly path: string; readonly id: string | null; readonly isNew: boolean }[];
  readonly checks: readonly BaseGateCheck[];
}

/** Whether what is known of a check is taken for true; else it is measured again. */
export type TrustInKnown = (check: string, result: BaseCheck["result"]) => boolean;

/** The project's own checks, run by us. A tree that has a result is not run again, but the base of a check that fails is. */
export interface Gate {
  run(request: GateRequest): Promise<readonly CheckResult[]>;
  /**
   * What the gate of the base says of a change that touches inputs of its gate. No check: it touches none, or only such as
   * may be touched.
   */
  judgeByBase(request: GateRequest & { readonly allowed: AllowedInputs }): Promise<BaseGateVerdict>;
  /** Measures where nothing was changed: each check alone, twice when it is red. Rejects where setup fails. */
  base(
    request: Omit<CheckRequest, "task">,
    trust: TrustInKnown,
  ): Promise<{ readonly tree: string; readonly checks: readonly BaseCheck[] }>;
}

/** All of the above for one repository. */
export interface Workspace {
  readonly trees: Trees;
  readonly snapshots: Snapshots;
  readonly history: History;
  readonly integration: Integration;
  readonly gate: Gate;
  readonly watch: Watch;
  /** Throws a FatalFault where the repository is gone. */
  readonly present: () => Promise<void>;
  /** Ends what was started for checks and goes on beside them. */
  readonly endServices: () => Promise<void>;
}

/** What a workspace is made from; secrets and paths are the host's business. */
export interface WorkspaceOptions {
  readonly repository: string;
  /** Real path of the folder that all its checkouts share; absent: it is looked for. */
  readonly commonDir?: string;
  readonly repositoryId: string;
  readonly worktrees: string;
  readonly checksFolder: (run: RunId, task: TaskId) => string;
  /** What is known of the repository, for the watch; all processes of a user share it. */
  readonly watchFolder: string;
  readonly settings: Pick<Settings, "git" | "setup" | "setupCache" | "teardown" | "env" | "sandbox" | "services">;
}
