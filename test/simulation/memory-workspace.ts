import { assert } from "../../src/domain/assert.ts";
import type { Committed, History, Snapshots, Trees, Workspace } from "../../src/engine/ports/workspace.ts";
import type { Watch } from "../../src/engine/ports/watch.ts";
import { changedPaths, treeId } from "./commits.ts";
import type { Disk, Worktree } from "./disk.ts";
import { type Checking, memoryGate } from "./memory-gate.ts";
import { memoryIntegration } from "./memory-integration.ts";
import type { Working } from "./working-tree.ts";

/** The workspace over a disk in memory, as one engine uses it. Each effect is whole; between two the engine may be gone. */
export function memoryWorkspace(disk: Disk, working: Working, checking: Checking): Workspace {
  const begin = async (): Promise<void> => {
    await working.step();
    const fault = working.fault();
    if (fault !== null) throw fault;
  };
  return {
    trees: memoryTrees(disk, begin, working),
    snapshots: memorySnapshots(disk, begin, working),
    history: memoryHistory(disk, begin),
    integration: memoryIntegration(disk, begin, working),
    gate: memoryGate(disk, begin, checking),
    watch: nobody,
    present: () => working.present(),
    endServices: () => Promise.resolve(),
  };
}

/** On a disk in memory nobody else does anything. */
const nobody: Watch = {
  look: () => Promise.resolve([]),
  putBack: () => Promise.resolve(null),
  keep: () => Promise.resolve(null),
  settle: () => Promise.resolve(),
  isCheckedOut: () => Promise.resolve(false),
  dirtyFiles: () => Promise.resolve([]),
};

export const treePath = (task: string): string => `/worktrees/${task}`;

function memoryTrees(disk: Disk, begin: () => Promise<void>, { step, onTouch }: Working): Trees {
  return {
    async enter({ task, branch, commit, reason, keep }) {
      await begin();
      const made = !disk.trees.has(task);
      const tree: Worktree = disk.trees.get(task) ?? { task, branch, head: commit, files: new Map(), merging: null };
      if (made) {
        disk.trees.set(task, tree);
        if (!disk.branches.has(branch)) disk.branches.set(branch, commit);
        tree.files = new Map(disk.filesOf(commit));
      }
      const at = { task, path: treePath(task), branch };
      if (keep && !made && tree.head === commit) return { tree: at, snapshot: null };
      onTouch(task, `entered (${reason})`);
      let first = disk.snapshot(tree, reason);
      for (const tip of [tree.head, disk.branches.get(branch) ?? commit]) {
        if (disk.commits.isAncestor(tip, commit) || disk.isKept(task, branch, tip)) continue;
        const kept = disk.keep(task, tip, reason);
        first ??= kept;
      }
      await step();
      disk.bring(tree, commit);
      await step();
      return { tree: at, snapshot: first };
    },
    async commit({ task, branch }, base, message) {
      await begin();
      const tree = disk.tree(task);
      onTouch(task, "committed");
      const merged = tree.merging;
      let keptHead: Committed["keptHead"] = null;
      for (const tip of new Set([tree.head, disk.branches.get(branch) ?? base])) {
        if (disk.commits.isAncestor(tip, base)) continue;
        const kept = disk.keep(task, tip, "commits the agent made itself");
        keptHead ??= kept;
      }
      await step();
      tree.merging = null;
      if (merged === null && treeId(tree.files) === treeId(disk.filesOf(base))) {
        tree.head = base;
        disk.branches.set(branch, base);
        await step();
        return null;
      }
      const parents = [base, ...(merged === null ? [] : [merged])];
      const commit = disk.commits.add(tree.files, parents, message.key, message.task).id;
      tree.head = commit;
      disk.branches.set(branch, commit);
      await step();
      return { ...describe(disk, base, commit), keptHead };
    },
    async probe(branch, base, key) {
      await begin();
      const tip = disk.branches.get(branch);
      if (tip === undefined) return null;
      const known = disk.commits.ancestors(base);
      const found = disk.commits.line(tip).find((commit) => !known.has(commit.id) && commit.key === key);
      if (found === undefined) return null;
      return { ...describe(disk, found.parents[0] ?? base, found.id), keptHead: null };
    },
    async discard({ task }, commit) {
      await begin();
      const tree = disk.tree(task);
      const paths = disk.changed(tree, commit);
      if (paths.length > 0 || tree.head !== commit) disk.bring(tree, commit);
      await step();
      return paths;
    },
  };
}

function describe(disk: Disk, base: string, commit: string): Omit<Committed, "keptHead"> {
  const files = changedPaths(disk.filesOf(base), disk.filesOf(commit));
  return { base, commit, files, insertions: files.length, deletions: 0 };
}

function memorySnapshots(disk: Disk, begin: () => Promise<void>, { step }: Working): Snapshots {
  return {
    async take({ task }, reason) {
      await begin();
      const taken = disk.snapshot(disk.tree(task), reason);
      await step();
      return taken;
    },
    async restore(task, n) {
      await step();
      const snapshot = (disk.snapshots.get(task) ?? []).find((one) => one.n === n);
      assert(snapshot !== undefined, `${task} has no snapshot ${n}`);
      return { files: disk.filesOf(snapshot.commit).size };
    },
    async remove(task) {
      await step();
      disk.trees.delete(task);
    },
  };
}

/** Every look at it may fail, as every git command may. */
function memoryHistory(disk: Disk, step: () => Promise<void>): History {
  const combined = new Map<string, string>();
  return {
    async isAncestor(ancestor, commit) {
      await step();
      return disk.commits.isAncestor(ancestor, commit);
    },
    async tip(branch) {
      await step();
      return disk.tip(branch);
    },
    async combine(base, tips) {
      await step();
      let current = base;
      for (const tip of tips) {
        if (disk.commits.isAncestor(tip, current)) continue;
        if (disk.commits.isAncestor(current, tip)) {
          current = tip;
          continue;
        }
        const merged = disk.commits.merge(current, tip);
        if ("conflict" in merged) return { conflict: merged.conflict, with: tip };
        const name = `${current}+${tip}`;
        const known = combined.get(name) ?? disk.commits.add(merged.files, [current, tip]).id;
        combined.set(name, known);
        current = known;
      }
      return { commit: current };
    },
    async writtenSecrets() {
      await step();
      return [];
    },
    async touched(from, to) {
      await step();
      return changedPaths(disk.filesOf(from), disk.filesOf(to));
    },
    async leadingOut() {
      await step();
      return [];
    },
    async diff(from, to) {
      await step();
      const [before, after] = [disk.filesOf(from), disk.filesOf(to)];
      const files = changedPaths(before, after).map((path) => {
        const state = !before.has(path) ? "added" : after.has(path) ? "modified" : "deleted";
        return { path, insertions: 1, deletions: 1, state } as const;
      });
      return {
        files,
        text: files.map(({ path }) => `+${path}: ${after.get(path) ?? ""}`).join("\n"),
        truncated: false,
      };
    },
    async mergeOf(task, _goal, before) {
      await step();
      const line = disk.commits.line(before);
      const found = line.find((commit) => commit.task === task && commit.key.includes("/main/merge/"));
      return found === undefined ? null : { commit: found.id, tip: found.parents[0] ?? found.id };
    },
    async treeOf(commit) {
      await step();
      return treeId(disk.filesOf(commit));
    },
  };
}
