import type { MergeOutcome } from "../engine/ports/workspace.ts";
import { blockingResults } from "./gate.ts";
import type { MergeResult } from "./results.ts";

/** What is committed of a merge. */
export function resultOf(outcome: MergeOutcome): MergeResult {
  switch (outcome.kind) {
    case "merged":
      return { kind: "merged", commit: outcome.commit };
    case "conflict":
      return { kind: "conflict", files: [...outcome.files], with: outcome.with };
    case "red": {
      const { failed, environment, service } = blockingResults(outcome.checks);
      return environment.length > 0
        ? { kind: "environment", checks: environment, service }
        : { kind: "red", with: outcome.with, failed };
    }
    case "blocked":
      return outcome;
  }
}

export function reasonOf(merged: MergeResult, into: string): string {
  switch (merged.kind) {
    case "merged":
      return `merged into ${into}`;
    case "conflict":
      return `conflict with ${into}: ${merged.files.join(", ")}`;
    case "red":
      return `red together with ${into}: ${merged.failed.map((check) => check.name).join(", ")}`;
    case "own_gate":
      return `together with ${into} it passes only its own gate`;
    case "environment":
      return `not to be measured now: ${merged.checks.join(", ")}`;
    case "blocked":
      return merged.why;
  }
}

/** Nothing is to be changed on the task's side. */
export const isStill = ({ kind }: MergeResult): boolean =>
  kind === "blocked" || kind === "environment" || kind === "own_gate";
