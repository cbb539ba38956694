import { assert } from "../../src/domain/assert.ts";
import type { Integration, MergeOutcome } from "../../src/engine/ports/workspace.ts";
import { proofOf } from "../../src/policy/proof.ts";
import type { Merged } from "./commits.ts";
import type { Disk } from "./disk.ts";
import type { Working } from "./working-tree.ts";

const mostRaces = 10;
export const marker = "<<<<<<<";

type MergeRequest = Parameters<Integration["merge"]>[0];

/** Merges as the real one does: probe, merge beside the checkouts, verify, then move the branch if it stands where it stood. */
export function memoryIntegration(disk: Disk, begin: () => Promise<void>, { step }: Working): Integration {
  let last: Promise<unknown> = Promise.resolve();
  const oneAtATime = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };

  const merge = async (request: MergeRequest): Promise<MergeOutcome> => {
    await begin();
    const { into, base, commit, message } = request;
    if (!disk.branches.has(into)) disk.branches.set(into, base);
    for (let races = 0; races < mostRaces; races += 1) {
      await step();
      const tip = disk.tip(into);
      assert(tip !== null, `there is no branch ${into}`);
      const done = disk.commits.withKey(message.key, base, tip);
      if (done !== null) return { kind: "merged", commit: done.id, tip: done.parents[0] ?? done.id, proof: null };
      const merged: Merged = disk.commits.merge(tip, commit);
      if ("conflict" in merged) return { kind: "conflict", files: merged.conflict, with: tip };
      const parents = request.style === "merge" ? [tip, commit] : [tip];
      const made = disk.commits.add(merged.files, parents, message.key, message.task).id;
      await step();
      const checks = await request.verify(made, tip);
      if (checks.some(({ result }) => result === "fail" || result === "environment"))
        return { kind: "red", checks, with: tip };
      if (disk.tip(into) !== tip) continue;
      disk.branches.set(into, made);
      await step();
      return { kind: "merged", commit: made, tip, proof: proofOf(checks) };
    }
    return { kind: "blocked", why: `${into} moved ${mostRaces} times` };
  };

  return {
    merge: (request) => oneAtATime(() => merge(request)),
    async materializeConflict({ task }, withCommit) {
      await begin();
      const tree = disk.tree(task);
      const theirs = disk.filesOf(withCommit);
      const merged = disk.commits.merge(tree.head, withCommit);
      tree.merging = withCommit;
      if (!("conflict" in merged)) {
        tree.files = new Map(merged.files);
        return { files: [] };
      }
      const files = new Map(tree.files);
      for (const [path, text] of theirs) {
        if (!merged.conflict.includes(path)) files.set(path, text);
        else files.set(path, `${marker} ${files.get(path) ?? ""} | ${text}`);
      }
      tree.files = files;
      await step();
      return { files: merged.conflict };
    },
    async conflictMarkers({ task }, files) {
      await begin();
      const tree = disk.tree(task);
      return files.filter((path) => tree.files.get(path)?.includes(marker) === true);
    },
    revert: () => Promise.reject(new Error("nobody reverts here")),
    bring: () => Promise.reject(new Error("the base does not move here")),
    pick: () => Promise.reject(new Error("nobody lands here")),
    takeBack: () => Promise.reject(new Error("nobody lands here")),
  };
}
