import type { BaseCheck, NewEvent } from "../../domain/events.ts";
import { assertRoom, endsEngine } from "../../domain/fatal-fault.ts";
import type { TaskId } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { WaivedCheck } from "../../domain/rows.ts";
import type { Question } from "../../domain/question.ts";
import type { CheckSettings } from "../../domain/settings.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { ServiceFault, WorkspaceError } from "../../domain/workspace-error.ts";
import { likelyNames } from "../../policy/check-scope.ts";
import { serviceWaitMs } from "../../policy/check-verdict.ts";
import type { Ran } from "../../policy/behind-back.ts";
import type { Given } from "../writing/questions.ts";
import { type BaseChecks, type BaseTrouble, isBaseQuestion } from "../task/base-question.ts";
import { Stopped } from "../waiting/interrupts.ts";
import type { Waker } from "../waiting/waker.ts";
import { BaseFollower } from "./base-follower.ts";
import { type RegressionParts, Regressions } from "./regressions.ts";
import { SharedWork } from "./shared-work.ts";

export interface BaseCheckParts extends RegressionParts {
  readonly waker: Waker;
  /** Tasks that are to start in this run and have not. */
  readonly toStart: () => readonly TaskSpec[];
}

type Measured =
  | { readonly kind: "measured"; readonly commit: string; readonly checks: readonly BaseCheck[] }
  | Extract<BaseTrouble, { kind: "fault" }>;

/** A measurement that several tasks wait for. */
interface Measuring {
  readonly commit: string;
  /** Names of its checks. */
  readonly names: ReadonlySet<string>;
  readonly work: SharedWork<Measured>;
}

/**
 * Measures the checks of a run's tasks where they start from, before any of them has a model asked: no call runs yet, and the
 * workspace sees to it that no other check does. What an engine that was killed had measured of it is measured again.
 */
export class RunBaseChecks implements BaseChecks {
  readonly #parts: BaseCheckParts;
  readonly #follower: BaseFollower;
  readonly #regressions: Regressions;
  #last: Measuring | null = null;
  /** What is red and known is measured again, the first time and after a person's "again". */
  #anew = true;
  /** A person has said "again": what could not be proven is looked for once more. */
  #again = false;
  #asker: TaskId | null = null;

  constructor(parts: BaseCheckParts) {
    this.#parts = parts;
    this.#follower = new BaseFollower(parts);
    this.#regressions = new Regressions(parts);
  }

  async settled(signal: AbortSignal): Promise<void> {
    const toStart = this.#parts.toStart();
    if (this.#last === null && this.#checksOf(toStart).length > 0) await this.#measured(toStart, signal);
    else if (this.#last !== null && !this.#last.work.done) await this.#last.work.join(signal);
  }

  followed(task: TaskId, signal: AbortSignal): Promise<BaseTrouble | null> {
    return this.#follower.follow(task, signal);
  }

  async troubleOf(spec: TaskSpec, signal: AbortSignal): Promise<BaseTrouble | null> {
    const unfollowed = await this.followed(spec.id, signal);
    if (unfollowed !== null) return unfollowed;
    if (this.#checksOf([spec]).length === 0) return null;
    const measured = await this.#measured([spec, ...this.#parts.toStart()], signal);
    if (measured === null || measured.kind === "fault") return measured;
    const waived = await this.#parts.ledger.account.waived(this.#parts.repository);
    const own = new Set(this.#checksOf([spec]).map(({ name }) => name));
    const red = measured.checks.filter(
      (check) => own.has(check.name) && check.result === "fail" && !isWaived(waived, check),
    );
    const regressed = await this.#regressions.of(measured.commit, red);
    const asked = red.map(({ name }) => regressed.get(name)?.ask ?? null).find((ask) => ask !== null);
    if (asked !== undefined) return { kind: "regressed", ...asked };
    const whole = red.filter(({ named, name }) => !named && regressed.get(name)?.mending !== spec.id);
    const mending = whole.map(({ name }) => regressed.get(name)?.mending ?? null).find((task) => task !== null);
    if (mending !== undefined) return { kind: "mending", task: mending };
    const checks = whole;
    const hasSetup = (this.#parts.settings.setup ?? "").trim() !== "";
    return checks.length === 0 ? null : { kind: "red", checks, commit: measured.commit, hasSetup };
  }

  async isMended(task: TaskId): Promise<boolean> {
    return await this.#regressions.isMended(task);
  }

  async settle(evidence: Question["evidence"], given: Given): Promise<void> {
    await this.#regressions.settle(evidence, given);
  }

  async isFree(): Promise<boolean> {
    if (this.#asker !== null) return false;
    const waiting = await this.#parts.ledger.account.questions(this.#parts.repository);
    return (
      this.#asker === null &&
      !waiting.some(({ question }) => isBaseQuestion(question) && this.#parts.inScope(question.task))
    );
  }

  async claim(task: TaskId): Promise<boolean> {
    // Another may have claimed it since isFree saw that nobody had.
    if (!(await this.isFree()) || this.#asker !== null) return false;
    this.#asker = task;
    return true;
  }

  release(task: TaskId, anew: boolean): void {
    if (anew) {
      this.#last = null;
      this.#anew = true;
      this.#again = true;
      this.#follower.again();
    }
    const asked = this.#asker === task;
    if (asked) this.#asker = null;
    if (asked || anew) this.#parts.waker.notify();
  }

  /** Null: there is nothing to start from, which the first task says better. */
  async #measured(specs: readonly TaskSpec[], signal: AbortSignal): Promise<Measured | null> {
    const { run, workspace } = this.#parts;
    const { history } = workspace;
    let commit: string | null;
    try {
      commit = (await history.tip(run.integration)) ?? (await history.tip(run.base));
    } catch (error) {
      return await this.#faultOf(error);
    }
    if (commit === null) return null;
    const checks = this.#checksOf(specs);
    const last = this.#last;
    const isCovered = last?.commit === commit && checks.every(({ name }) => last.names.has(name));
    const task = specs[0]?.id ?? "";
    const measuring = isCovered && last !== null ? last : this.#begin(task, commit, checks);
    this.#last = measuring;
    return await measuring.work.join(signal);
  }

  /** `task`: for whom first; it is what a person is told of whatever the checks do beside. */
  #begin(task: TaskId, commit: string, checks: readonly CheckSettings[]): Measuring {
    const ran: Ran = { task, kind: "check", what: "checks on the base" };
    const measuring: Measuring = {
      commit,
      names: new Set(checks.map(({ name }) => name)),
      work: new SharedWork(
        "the base was measured",
        (signal) => this.#parts.watched(ran, () => this.#measure(commit, checks, signal)),
        () => {
          if (this.#last === measuring) this.#last = null;
        },
      ),
    };
    return measuring;
  }

  /** A service that does not stand is waited for, like a check of a task would; then it is a fault. */
  async #measure(commit: string, checks: readonly CheckSettings[], signal: AbortSignal): Promise<Measured> {
    for (let times = 1; ; times += 1) {
      try {
        return await this.#measureOnce(commit, checks, signal);
      } catch (error) {
        if (!(error instanceof ServiceFault) || signal.aborted) throw error;
        const waitMs = serviceWaitMs(times);
        if (waitMs === null) return await this.#faultOf(error);
        await this.#holdFor(error.service, waitMs, signal);
      }
    }
  }

  async #holdFor(service: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const { ledger, waker, writer, clock, repository, newId } = this.#parts;
    const setAt = clock.now();
    const untilMs = setAt + waitMs;
    const reason = `the service ${service} does not stand; it is started again then`;
    const id = newId();
    const hold = { id, scope: "service" as const, target: service, reason, untilMs, setAt, resumes: 0 };
    await writer.append([{ type: "hold.set", data: { hold: { ...hold, by: "environment" } } }]);
    const isOver = async (): Promise<boolean> =>
      clock.now() >= untilMs || !(await ledger.account.holds(repository)).some((one) => one.id === id);
    await waker.until<true>(async () => ((await isOver()) ? { got: true } : { again: untilMs }), signal);
    if (signal.aborted) throw new Stopped("stopped while the base was measured");
  }

  async #measureOnce(commit: string, checks: readonly CheckSettings[], signal: AbortSignal): Promise<Measured> {
    const { ledger, workspace, writer, repository, run, settings } = this.#parts;
    const anew = this.#anew;
    this.#anew = false;
    const waived = await ledger.account.waived(repository);
    const isGivenUp = (name: string): boolean => waived.some(({ check }) => check === name);
    try {
      const measured = await workspace.gate.base(
        { run: run.id, commit, checks, env: settings.env, signal },
        (name, result) => !anew || (result !== "fail" && !isGivenUp(name)),
      );
      signal.throwIfAborted();
      const { tree } = measured;
      await writer.append([
        { type: "base.measured", data: { commit, tree, checks: measured.checks } },
        ...regained(waived, measured.checks, settings.checks),
      ]);
      const red = measured.checks.filter((check) => check.result === "fail" && !isWaived(waived, check));
      await this.#regressions.look(commit, red, this.#again, signal);
      this.#again = false;
      return { kind: "measured", commit, checks: measured.checks };
    } catch (error) {
      this.#anew ||= anew;
      if (signal.aborted) throw new Stopped("stopped while the base was measured");
      if (error instanceof ServiceFault) throw error;
      return await this.#faultOf(error);
    }
  }

  /** What there is to ask about; throws what nobody can be asked about. */
  async #faultOf(error: unknown): Promise<Measured> {
    if (!(error instanceof Error) || endsEngine(error) || error instanceof LeaseLost) throw error;
    assertRoom(error);
    await this.#parts.workspace.present();
    return { kind: "fault", message: error.message, detail: error instanceof WorkspaceError ? error.detail : "" };
  }

  #checksOf(specs: readonly TaskSpec[]): readonly CheckSettings[] {
    const { checks, areas } = this.#parts.settings;
    const names = likelyNames(checks, specs, areas);
    return checks.filter(({ name }) => names.has(name));
  }
}

const isWaived = (waived: readonly WaivedCheck[], { name, command }: BaseCheck): boolean =>
  waived.some((one) => one.check === name && one.command === command);

/** What was gone on without counts again when it is green, or is another command by now. */
function regained(
  waived: readonly WaivedCheck[],
  measured: readonly BaseCheck[],
  settings: readonly CheckSettings[],
): readonly NewEvent[] {
  return waived.flatMap(({ check, command }): readonly NewEvent[] => {
    const now = settings.find(({ name }) => name === check);
    if (now !== undefined && now.run !== command) return [{ type: "check.regained", data: { check, why: "changed" } }];
    const isGreen = measured.some(({ name, result }) => name === check && result === "pass");
    return isGreen ? [{ type: "check.regained", data: { check, why: "green" } }] : [];
  });
}
