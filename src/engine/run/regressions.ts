import { assert } from "../../domain/assert.ts";
import type { BaseCheck, EventData, NewEvent, RecordedEvent } from "../../domain/events.ts";
import { endsEngine } from "../../domain/fatal-fault.ts";
import type { TaskId } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { Json } from "../../domain/json.ts";
import type { Actor, Command, Question } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { roadmapSettings } from "../../domain/roadmap-settings.ts";
import type { CheckSettings } from "../../domain/settings.ts";
import { isTerminal } from "../../domain/task.ts";
import { isRedBy, regressionEvents, reopeningText, sinceGreen, type Tip } from "../../policy/regression.ts";
import { nextProbe, type Probe } from "../../policy/suspect-stage.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { BaseRegression } from "../task/base-question.ts";
import { wholeOf } from "../task/family.ts";
import { engineActor, type Given } from "../writing/questions.ts";
import type { FollowParts } from "./base-follower.ts";

export interface RegressionParts extends FollowParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Whether a task is of this run. */
  readonly inScope: (task: TaskId) => boolean;
}

type Found = EventData["regression.found"];
type Reopen = Extract<Command, { kind: "reopen" }>;

const mostDiffBytes = 20_000;

/** What is done about a red check by itself. */
export interface Regressed {
  /** By whose merge it turned red, where a person is asked about that. */
  readonly ask: BaseRegression | null;
  /** Who is done again because of it, and not over yet. */
  readonly mending: TaskId | null;
}

/**
 * Finds by which merge a check turned red that was green at an earlier one, by runs of it on the commits of the integration branch;
 * what is found is written down, and not looked for again.
 */
export class Regressions {
  readonly #parts: RegressionParts;
  /** What was read of the log so far: it is looked at for every task that waits. */
  readonly #events: RecordedEvent[] = [];

  constructor(parts: RegressionParts) {
    this.#parts = parts;
  }

  /** `anew`: what could not be proven is looked for once more. */
  async look(commit: string, red: readonly BaseCheck[], anew: boolean, signal: AbortSignal): Promise<void> {
    if (red.length === 0) return;
    const { run, settings, writer } = this.#parts;
    const events = await this.#read();
    for (const check of red) {
      const since = sinceGreen(events, { check: check.name, into: run.integration, now: commit });
      const set = settings.checks.find(({ name }) => name === check.name);
      if (since === null || set === undefined) continue;
      const last = since.known.at(-1)?.data ?? null;
      const isKnown = last !== null && (last.task !== null || !anew);
      const found = isKnown ? last : await this.#search(set, check, since.tips, signal);
      const told: NewEvent[] = isKnown ? [] : [{ type: "regression.found", data: found }];
      if (await this.#isReopenedByItself(found)) told.push(this.#given(await this.#reopening(found, check.tail)));
      if (told.length > 0) await writer.append(told);
    }
  }

  async #read(): Promise<readonly RecordedEvent[]> {
    const { ledger, repository } = this.#parts;
    const fresh = await ledger.log.since(this.#events.at(-1)?.pos ?? 0, { repository, types: regressionEvents });
    // Another may have read them meanwhile.
    const pos = this.#events.at(-1)?.pos ?? 0;
    this.#events.push(...fresh.filter((event) => event.pos > pos));
    return this.#events;
  }

  /** By the settings, and not too often. */
  async #isReopenedByItself({ task, red }: Found): Promise<boolean> {
    const { ledger, repository, settings, inScope } = this.#parts;
    if (settings.regressions !== "reopen" || task === null || !inScope(task)) return false;
    const row = await this.#row(task);
    if (row === null || !stands(row, red) || row.spec.parent !== undefined || (await this.#isMending(row)))
      return false;
    const before = await ledger.log.since(0, { repository, task, types: ["task.restarted"] });
    const times = before.filter((event) => event.type === "task.restarted" && event.data.reopens !== undefined);
    return times.length < roadmapSettings(settings).reopen;
  }

  /** Whether a task is done again, or is about to be. */
  async #isMending(row: TaskRow): Promise<boolean> {
    if (!isTerminal(row.state)) return true;
    const pending = await this.#parts.ledger.decisions.pending(this.#parts.repository);
    return pending.some(
      ({ command }) => command.kind === "reopen" && command.task === row.id && stands(row, command.reopens.commit),
    );
  }

  /** A command that is taken up like a person's. */
  #given(command: Reopen, actor: Actor = engineActor): NewEvent {
    const { clock, newId } = this.#parts;
    const given = { id: newId(), command, actor, givenAt: clock.now() };
    return { type: "command.given", data: { given } };
  }

  async #reopening(found: Found, tail: string): Promise<Reopen> {
    const { check, failures, task, green, red } = found;
    assert(task !== null && green !== null, "only what is proven is reopened");
    const diff = await this.#parts.workspace.history.diff(green, red, mostDiffBytes);
    const text = reopeningText({ check, failures, tail, commit: red, diff: diff.text });
    return { kind: "reopen", task, reopens: { check, failures, commit: red }, text };
  }

  async #search(set: CheckSettings, check: BaseCheck, tips: readonly Tip[], signal: AbortSignal): Promise<Found> {
    const probes: Probe[] = [];
    const failures = check.failures.length === 0 ? [check.name] : check.failures;
    const [first, last] = [tips[0], tips.at(-1)];
    assert(first !== undefined && last !== undefined, "a check turned red between two commits");
    for (;;) {
      const next = nextProbe(tips.length, probes);
      if (next.kind === "probe") {
        const red = await this.#isRed(set, failures, tips[next.tip]?.commit ?? "", next.confirms, signal);
        probes.push({ tip: next.tip, red });
        continue;
      }
      const runs = probes.length;
      const [green, red] = next.kind === "culprit" ? [tips[next.culprit - 1], tips[next.culprit]] : [first, last];
      const row = next.kind === "culprit" && red?.task != null ? await this.#row(red.task) : null;
      // Whoever is done again already, or was undone, has merged something else since.
      const task = row !== null && stands(row, red?.commit) ? row.id : null;
      const places = { green: (green ?? first).commit, red: (red ?? last).commit };
      const dependants = row === null || task === null ? [] : await this.#dependants(row);
      return { check: check.name, failures, task, ...places, runs, dependants };
    }
  }

  /** Null: it could not be run there. `afresh`: what is known of it is not taken for true. */
  async #isRed(
    check: CheckSettings,
    failures: readonly string[],
    commit: string,
    afresh: boolean,
    signal: AbortSignal,
  ): Promise<boolean | null> {
    const { workspace, run, settings } = this.#parts;
    const request = { run: run.id, commit, checks: [check], env: settings.env, signal };
    try {
      const { checks } = await workspace.gate.base(request, () => !afresh);
      signal.throwIfAborted();
      return isRedBy(failures, checks[0]);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error) || endsEngine(error) || error instanceof LeaseLost) throw error;
      await workspace.present();
      return null;
    }
  }

  /** What is known of red checks and not settled. */
  async of(commit: string, checks: readonly BaseCheck[]): Promise<ReadonlyMap<string, Regressed>> {
    const { run, inScope } = this.#parts;
    const unsettled = new Map<string, Regressed>();
    if (checks.length === 0) return unsettled;
    const events = await this.#read();
    for (const check of checks) {
      const since = sinceGreen(events, { check: check.name, into: run.integration, now: commit });
      const found = since?.known.at(-1)?.data;
      if (found?.task == null) continue;
      const row = await this.#row(found.task);
      if (row === null) continue;
      if (inScope(row.id) && (await this.#isMending(row))) unsettled.set(check.name, { ask: null, mending: row.id });
      else if (stands(row, found.red)) unsettled.set(check.name, { ask: { found, check, row }, mending: null });
    }
    return unsettled;
  }

  /** Whether a task that was to be done again is over. */
  async isMended(task: TaskId): Promise<boolean> {
    const row = await this.#row(task);
    return row === null || !(await this.#isMending(row));
  }

  /** Does what a person said is to be done about a merge that turned a check red. */
  async settle({ culprit, to, checks }: Question["evidence"], given: Given): Promise<void> {
    const { writer } = this.#parts;
    if (given.action !== "restart" && given.action !== "reject") return;
    const events = await this.#read();
    const found = events
      .flatMap((event) => (event.type === "regression.found" ? [event.data] : []))
      .findLast((one) => one.task === culprit && one.red === to);
    if (found === undefined) return;
    if (given.action === "reject") return await this.#undo(found, given.by);
    const actor: Actor = { kind: given.byPerson === false ? "program" : "person", name: given.by, pid: null };
    await writer.append([this.#given(await this.#reopening(found, tailIn(checks)), actor)]);
  }

  async #undo(found: Found, by: string): Promise<void> {
    const { writer, workspace, run } = this.#parts;
    const row = found.task === null ? null : await this.#row(found.task);
    if (row === null || !stands(row, found.red)) return;
    await writer.assertOwner();
    const undone = await workspace.integration.revert(run.integration, found.red, {
      task: row.id,
      run: run.id,
      subject: `${row.id}: revert ${row.spec.goal}`,
      body: `Undoes ${found.red}, as ${by} asked: ${found.check} is red by it.`,
      key: `revert/${found.red}`,
      steps: [],
      models: [],
    });
    if (undone.kind === "merged") {
      const data = { commit: undone.commit, of: found.red };
      const whole = await wholeOf(this.#parts.ledger, row);
      const tasks = new Set([row.id, whole.id]);
      return await writer.append([...tasks].map((task): NewEvent => ({ type: "merge.reverted", task, data })));
    }
    const text = `${row.id} cannot be undone by itself: ${undone.kind === "conflict" ? `${undone.with} changed the same lines` : undone.kind === "blocked" ? undone.why : "its checks are red then"}`;
    await writer.append([{ type: "note", data: { level: "warn", text } }]);
  }

  #row(task: TaskId): Promise<TaskRow | null> {
    return this.#parts.ledger.tasks.get(this.#parts.repository, task);
  }

  /** Who needs a part needs what that is a part of. */
  async #dependants({ id, spec: { parent = id } }: TaskRow): Promise<readonly TaskId[]> {
    const rows = await this.#parts.ledger.tasks.list(this.#parts.repository, { states: ["DONE"] });
    return rows.filter(({ spec }) => spec.needs.includes(id) || spec.needs.includes(parent)).map(({ id }) => id);
  }
}

/** Whether a merge is still a task's last. */
const stands = ({ state, mergeCommit }: TaskRow, commit: string | undefined): boolean =>
  state === "DONE" && mergeCommit === commit;

/** The end of what a check said, as the question has it. */
function tailIn(checks: Json | undefined): string {
  const list: readonly Json[] = Array.isArray(checks) ? checks : [];
  const first = list[0] ?? null;
  const tail = typeof first === "object" ? Object.entries(first ?? {}).find(([name]) => name === "tail")?.[1] : null;
  return typeof tail === "string" ? tail : "";
}
