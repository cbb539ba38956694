import { assertRoom, endsEngine } from "../../domain/fatal-fault.ts";
import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { Settings } from "../../domain/settings.ts";
import { WorkspaceError } from "../../domain/workspace-error.ts";
import type { Ran } from "../../policy/behind-back.ts";
import { baseEvents, seenTip } from "../../policy/base-moves.ts";
import { acts } from "../../policy/trust.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Brought, Workspace } from "../ports/workspace.ts";
import type { BaseMove, BaseTrouble } from "../task/base-question.ts";
import { checksOfChange } from "../task/checks-of-change.ts";
import { LookAgain } from "../waiting/interrupts.ts";
import type { OpenRun } from "./open-run.ts";
import type { RunWriter } from "./run-writer.ts";
import { SharedWork } from "./shared-work.ts";

export interface FollowParts {
  readonly ledger: { readonly log: Pick<Ledger["log"], "since">; readonly account: Pick<Ledger["account"], "waived"> };
  readonly workspace: Workspace;
  readonly writer: Pick<RunWriter, "append" | "assertOwner">;
  readonly repository: RepositoryId;
  readonly settings: Settings;
  readonly run: Pick<OpenRun, "id" | "base" | "integration" | "trustedBase">;
  /** Does work in which programs of the project run; what happens behind our back meanwhile is seen when it is over. */
  readonly watched: <T>(ran: Ran, work: () => Promise<T>) => Promise<T>;
  /** Whether somebody else has moved the integration branch, and nobody has said yet what that is. */
  readonly isMoved: () => Promise<boolean>;
}

/** Where the base and the integration branch stand. */
interface Tips {
  readonly base: string;
  readonly integration: string;
}

/**
 * Brings the integration branch up to its base where that has moved, once for all tasks: forward, or by a merge that the checks let
 * through. What stands against it is for a person, who is asked by one of the tasks.
 */
export class BaseFollower {
  readonly #parts: FollowParts;
  /** What was looked at last, and what became of it. */
  #last: { readonly tips: Tips; readonly trouble: BaseTrouble | null } | null = null;
  #following: SharedWork<BaseTrouble | null> | null = null;
  #anew = true;

  constructor(parts: FollowParts) {
    this.#parts = parts;
  }

  /** Null: it has all of the base, or goes on without. `task`: for whom first. */
  async follow(task: TaskId, signal: AbortSignal): Promise<BaseTrouble | null> {
    const { settings, run } = this.#parts;
    const { merge, follow = "run" } = settings.git;
    if (follow === "off" || merge === "none" || run.integration === run.base) return null;
    if (follow === "run" && this.#last !== null && this.#last.trouble === null) return null;
    const work = (this.#following ??= this.#begin(task));
    try {
      return await work.join(signal);
    } finally {
      if (work.done && this.#following === work) this.#following = null;
    }
  }

  #begin(task: TaskId): SharedWork<BaseTrouble | null> {
    const work = new SharedWork(
      "the base was followed",
      (signal) => this.#follow(task, signal),
      () => {
        if (this.#following === work) this.#following = null;
      },
    );
    return work;
  }

  /** A person has mended something: what is red counts no more. */
  again(): void {
    if (this.#last?.trouble != null) this.#last = null;
    this.#anew = true;
  }

  async #follow(task: TaskId, signal: AbortSignal): Promise<BaseTrouble | null> {
    try {
      const tips = await this.#tips();
      const last = this.#last;
      const isKnown = last !== null && last.tips.base === tips?.base;
      if (isKnown && last.trouble === null) return null;
      const same = isKnown && last.tips.integration === tips?.integration;
      if (same && !(await this.#isKept(tips.base))) return last.trouble;
      const outcome = tips === null ? null : await this.#bring(task, tips, signal);
      if (outcome === "later") return null;
      this.#last = { tips: tips ?? { base: "", integration: "" }, trouble: outcome };
      return outcome;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof LookAgain) return null;
      if (!(error instanceof Error) || endsEngine(error) || error instanceof LeaseLost) throw error;
      assertRoom(error);
      await this.#parts.workspace.present();
      return { kind: "fault", message: error.message, detail: error instanceof WorkspaceError ? error.detail : "" };
    }
  }

  /** Null: there is no integration branch yet, or no base any more. */
  async #tips(): Promise<Tips | null> {
    const { run, workspace } = this.#parts;
    const base = await workspace.history.tip(run.base);
    const integration = await workspace.history.tip(run.integration);
    return integration === null || base === null ? null : { base, integration };
  }

  async #seen() {
    const { ledger, repository, run } = this.#parts;
    const events = await ledger.log.since(0, { repository, types: baseEvents });
    return seenTip(events, { base: run.base, integration: run.integration, run: run.id });
  }

  async #isKept(tip: string): Promise<boolean> {
    const seen = await this.#seen();
    return seen?.commit === tip && seen.kept;
  }

  /** later: somebody else's move is asked about first. */
  async #bring(task: TaskId, tips: Tips, signal: AbortSignal): Promise<BaseTrouble | "later" | null> {
    const { run, workspace } = this.#parts;
    const seen = await this.#seen();
    const known = seen?.commit ?? null;
    if (known === tips.base) {
      // Most often it has not moved.
      if (seen?.kept === true || (await workspace.history.isAncestor(tips.base, tips.integration))) return null;
    }
    const move: BaseMove = { base: run.base, from: known, to: tips.base, into: run.integration, at: tips.integration };
    if (known !== null && (await this.#isRewritten(known, tips)))
      return { kind: "unfollowed", move, why: { kind: "rewritten" } };
    if (await workspace.history.isAncestor(tips.base, tips.integration)) {
      // A move that was cut off before it was written down, or a person's.
      const by = tips.base === tips.integration ? "fast_forward" : "merge";
      if (known !== null) await this.#tell(move, tips.integration, by);
      return null;
    }
    if (await this.#parts.isMoved()) return "later";
    if (await this.#bringsUntrusted(tips)) return null;
    await this.#parts.writer.assertOwner();
    const brought = await this.#merge(task, tips, signal);
    signal.throwIfAborted();
    if (brought.kind === "there") return null;
    if (brought.kind !== "brought") return { kind: "unfollowed", move, why: brought };
    await this.#tell(move, brought.commit, brought.by);
    return null;
  }

  async #tell({ base, from, to, into }: BaseMove, commit: string, by: "fast_forward" | "merge"): Promise<void> {
    const data = { base, from: from ?? to, to, into, commit, by };
    await this.#parts.writer.append([{ type: "base.followed", data }]);
  }

  /** Whether what was the base's tip is not in it any more, and the integration branch still goes by that alone. */
  async #isRewritten(known: string, { base, integration }: Tips): Promise<boolean> {
    const { history } = this.#parts.workspace;
    if (known === base || (await history.isAncestor(known, base)) || !(await history.isAncestor(known, integration)))
      return false;
    // Whoever has merged the new base by hand has said what it is; one that went back is in there all the same.
    return (await history.isAncestor(base, known)) || !(await history.isAncestor(base, integration));
  }

  /** Whether what nobody was asked about brings files that act by themselves: it came while the run works, or to a branch that is not checked out. */
  async #bringsUntrusted({ base, integration }: Tips): Promise<boolean> {
    if (base === this.#parts.run.trustedBase) return false;
    const { run, workspace, writer } = this.#parts;
    const { files } = await workspace.history.diff(integration, base, 0);
    const acting = files.filter(({ path, state }) => state !== "deleted" && acts(path)).map(({ path }) => path);
    if (acting.length === 0) return false;
    const text = `${run.base} moved to ${base.slice(0, 7)} and brings ${acting.slice(0, 5).join(", ")}, which agents would load: it is followed when a run starts with ${run.base} checked out, which asks whether that is trusted`;
    await writer.append([{ type: "note", data: { level: "warn", text } }]);
    return true;
  }

  async #merge(task: TaskId, tips: Tips, signal: AbortSignal): Promise<Brought> {
    const { ledger, workspace, writer, repository, run, settings, watched, isMoved } = this.#parts;
    const anew = this.#anew;
    this.#anew = false;
    const waived = (await ledger.account.waived(repository)).map(({ check }) => check);
    const { env } = settings;
    return await workspace.integration.bring({
      commit: tips.base,
      into: run.integration,
      subject: `Merge branch '${run.base}' into ${run.integration}`,
      run: run.id,
      verify: async (commit, base) => {
        const checks = await checksOfChange(workspace.history, settings.checks, null, { base, commit });
        const results = await watched({ task, kind: "check", what: "checks on the base" }, () =>
          workspace.gate.run({
            run: run.id,
            task,
            commit,
            base,
            waived,
            checks,
            env,
            signal,
            ...(anew ? { anew: "red" } : {}),
          }),
        );
        await writer.assertOwner();
        // What somebody else has put there meanwhile is asked about first.
        if (await isMoved()) throw new LookAgain();
        return results;
      },
    });
  }
}
