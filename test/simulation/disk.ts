import { assert } from "../../src/domain/assert.ts";
import type { TaskId } from "../../src/domain/ids.ts";
import type { KeptOutcome } from "../../src/engine/ports/call-files.ts";
import type { Snapshot } from "../../src/engine/ports/workspace.ts";
import { changedPaths, Commits, treeId, type Files } from "./commits.ts";

export interface Worktree {
  readonly task: TaskId;
  readonly branch: string;
  head: string;
  files: Map<string, string>;
  /** The commit that a merge brings in which nobody committed yet. */
  merging: string | null;
}

/** A repository on a disk: what is done to it stays, whatever becomes of the engine that did it. */
export class Disk {
  readonly commits: Commits;
  readonly branches = new Map<string, string>();
  readonly trees = new Map<TaskId, Worktree>();
  readonly snapshots = new Map<TaskId, Snapshot[]>();
  /** Results of checks by tree and check, as the cache of a gate keeps them. */
  readonly measured = new Map<string, "pass" | "fail" | "flaky">();
  /** Outcomes of calls by their folder. */
  readonly outcomes = new Map<string, KeptOutcome>();

  /** Told before what lies in a tree gives way to a commit. */
  onBring: (tree: Worktree) => void = () => {};

  /** `prefix`: how the names of its commits begin, which no other repository has. */
  constructor(files: Files, prefix = "c") {
    this.commits = new Commits(prefix);
    this.branches.set("main", this.commits.add(files, [], "", "").id);
  }

  tree(task: TaskId): Worktree {
    const tree = this.trees.get(task);
    assert(tree !== undefined, `${task} has no worktree`);
    return tree;
  }

  tip(branch: string): string | null {
    return this.branches.get(branch) ?? null;
  }

  filesOf(commit: string): Files {
    return this.commits.get(commit).files;
  }

  changed(tree: Worktree, commit: string): string[] {
    return changedPaths(this.filesOf(commit), tree.files);
  }

  /** Puts a tree on a commit; what else lay there is gone. */
  bring(tree: Worktree, commit: string): void {
    this.onBring(tree);
    tree.head = commit;
    tree.files = new Map(this.filesOf(commit));
    tree.merging = null;
    this.branches.set(tree.branch, commit);
  }

  /** What lies in a tree beyond its HEAD, as a snapshot; null: nothing. */
  snapshot(tree: Worktree, reason: string): Snapshot | null {
    if (treeId(tree.files) === treeId(this.filesOf(tree.head))) return null;
    return this.keep(tree.task, this.commits.add(tree.files, [tree.head]).id, reason);
  }

  keep(task: TaskId, commit: string, reason: string): Snapshot {
    const snapshots = this.snapshots.get(task) ?? [];
    const n = snapshots.length + 1;
    const snapshot: Snapshot = { n, ref: `refs/snapshots/${task}/${n}`, commit, reason };
    snapshots.push(snapshot);
    this.snapshots.set(task, snapshots);
    return snapshot;
  }

  /** Whether a commit can be found again when a branch is moved off it. */
  isKept(task: TaskId, branch: string, commit: string): boolean {
    const tips = [...this.branches].filter(([name]) => name !== branch).map(([, tip]) => tip);
    const kept = (this.snapshots.get(task) ?? []).map((snapshot) => snapshot.commit);
    return [...tips, ...kept].some((tip) => this.commits.isAncestor(commit, tip));
  }
}
