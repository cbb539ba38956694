import type { NewEvent } from "../../src/domain/events.ts";
import { isTerminal, stepMoves, taskMoves, type StepState, type TaskState } from "../../src/domain/task.ts";
import type { TaskDetail } from "../../src/engine/ports/task-reads.ts";
import { settings, spec } from "../policy/sample.ts";
import { finding } from "./conformance/tasks.ts";
import {
  added,
  answer,
  attemptEnded,
  attemptStarted,
  begun,
  callStarted,
  cents,
  committed,
  event,
  hold,
  person,
  question,
  repository,
  runEnded,
  runStarted,
  settingsFixed,
  usage,
  type Opened,
} from "./sample.ts";

/** One step of a story: which kind, and numbers to choose with. */
export interface Draw {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

/** Writes a random but legal story into a ledger, reading from it what may happen next. */
export class RandomStory {
  readonly #opened: Opened;
  #run = 1;
  #count = 0;

  constructor(opened: Opened) {
    this.#opened = opened;
  }

  async begin(): Promise<void> {
    await this.#put(runStarted(), settingsFixed());
    for (let i = 0; i < 3; i += 1) await this.#add();
  }

  async play(draw: Draw): Promise<void> {
    this.#opened.clock.ms += draw.b % 50;
    const acts = [
      () => this.#add(),
      () => this.#move(draw),
      () => this.#move(draw),
      () => this.#move(draw),
      () => this.#plan(draw),
      () => this.#stepOn(draw),
      () => this.#stepOn(draw),
      () => this.#restart(draw),
      () => this.#call(draw),
      () => this.#call(draw),
      () => this.#ask(draw),
      () => this.#detail(draw),
      () => this.#account(draw),
      () => this.#nextRun(draw),
    ];
    await acts[draw.kind % acts.length]?.();
  }

  get #name(): string {
    return `R${String(this.#run).padStart(4, "0")}`;
  }

  async #put(...events: readonly NewEvent[]): Promise<void> {
    await this.#opened.ledger.log.append({ repository, run: this.#name, events });
  }

  async #pick({ a }: Draw): Promise<TaskDetail | null> {
    const rows = await this.#opened.ledger.tasks.list(repository);
    const row = rows[a % Math.max(1, rows.length)];
    return row === undefined ? null : await this.#opened.ledger.tasks.detail(repository, row.id);
  }

  async #add(): Promise<void> {
    this.#count += 1;
    const id = `T${this.#count}`;
    await this.#put(added(id), begun(id));
  }

  async #move(draw: Draw): Promise<void> {
    const detail = await this.#pick(draw);
    if (detail === null) return;
    const { id, state } = detail.task;
    const targets: readonly TaskState[] = taskMoves[state];
    const to = targets[draw.b % targets.length];
    if (to === undefined) return;
    const failed = to === "FAILED" ? { failure: { type: "gate", reason: null, message: "red" } } : {};
    await this.#put(event("task.moved", { from: state, to, reason: "random", ...failed }, { task: id }));
  }

  async #plan(draw: Draw): Promise<void> {
    const detail = await this.#pick(draw);
    if (detail === null) return;
    const { id: task, generation } = detail.task;
    const ids = ["S1", "S2", "S3"].slice(0, 1 + (draw.b % 3));
    const plan = { summary: String(draw.b), steps: [], risks: [] };
    await this.#put(
      event("plan.made", { round: 1, plan, model: "opus", generation }, { task }),
      event("steps.set", { generation, steps: ids.map((id) => ({ id, title: id, stage: "main" })) }, { task }),
      committed(task, `g${generation}/main/plan/${await this.#nextKey(task, generation)}`, plan.summary),
    );
  }

  async #stepOn(draw: Draw): Promise<void> {
    const detail = await this.#pick(draw);
    const step = detail?.steps[draw.b % Math.max(1, detail.steps.length)];
    if (detail === null || step === undefined) return;
    const { id: task, generation } = detail.task;
    const targets: readonly StepState[] = stepMoves[step.state];
    const to = targets[draw.b % targets.length];
    if (to === undefined) return;
    const n = await this.#nextKey(task, generation);
    const moved: NewEvent = event(
      "step.moved",
      { from: step.state, to, reason: "random", round: draw.b % 4 },
      { task, step: step.id },
    );
    const found = event("finding.opened", { finding: finding(`F${draw.b % 3}`, { subject: step.id }) }, { task });
    const key = committed(task, `g${generation}/main/${step.id}/x/${n}`, n);
    await this.#put(...(draw.b % 2 === 0 ? [moved] : [moved, found, key]));
  }

  async #nextKey(task: string, generation: number): Promise<number> {
    return (await this.#opened.ledger.tasks.results(repository, task, generation)).length + 1;
  }

  async #restart(draw: Draw): Promise<void> {
    const detail = await this.#pick(draw);
    if (detail === null) return;
    const { id: task, generation } = detail.task;
    const results = await this.#opened.ledger.tasks.results(repository, task, generation);
    const keep = results.slice(0, draw.b % (results.length + 1)).map(({ key }) => key.slice(key.indexOf("/") + 1));
    const to: TaskState = keep.length === 0 ? "NEW" : "IMPLEMENTING";
    const data = { generation: generation + 1, keep, reason: "random", to, commit: null, model: null, text: null };
    await this.#put(event("task.restarted", data, { task }), begun(task, generation + 1));
  }

  async #call(draw: Draw): Promise<void> {
    const { ledger } = this.#opened;
    const running = (await ledger.account.running(repository))[0];
    const end = { cost: cents(draw.b % 5), usage, model: "opus", day: `2030-01-0${1 + (draw.b % 3)}` };
    const ok = draw.b % 3 > 0;
    if (running !== undefined && draw.b % 2 === 0) {
      const { call, attempt, rerun, reservation, callRow } = running;
      const cost = draw.b % 7 === 0 ? ({ micros: null, source: "unsettled" } as const) : end.cost;
      const outcome = ok ? "success" : "error";
      const ended = attemptEnded(callRow.task, call, attempt, { rerun, cost, counted: draw.b % 5 > 0, outcome });
      const over = event(
        "call.ended",
        { outcome, failure: null, model: "opus", attempts: attempt },
        { task: callRow.task, call },
      );
      const breaker = { ok, reason: "random", settings: { ...settings().breaker, failures: 2 } };
      const events = callRow.state === "running" && draw.b % 4 === 0 ? [ended, over] : [ended];
      await ledger.calls.end({ repository, run: this.#name, events }, { ...end, cost, reservation, breaker });
      return;
    }
    const detail = await this.#pick(draw);
    if (detail === null) return;
    this.#count += 1;
    const { id: task } = detail.task;
    const call = `c${this.#count}`;
    const reservation = `r${this.#count}`;
    const events = [callStarted(task, call, `g1/k/${this.#count}`), attemptStarted(task, call, 1, { reservation })];
    const caps = { taskMicros: null, runMicros: null, dayMicros: 5_000_000 };
    const wanted = { id: reservation, model: "opus", micros: 1_000, caps, day: end.day };
    await ledger.calls.begin({ repository, run: this.#name, events }, wanted);
  }

  async #ask(draw: Draw): Promise<void> {
    const { ledger } = this.#opened;
    const waiting = (await ledger.account.questions(repository))[0];
    if (waiting !== undefined && draw.b % 3 > 0) {
      const { id, task, key } = waiting.question;
      if (waiting.answer === null)
        await ledger.decisions.answer(answer(id, { effectiveAt: this.#opened.clock.ms + 5 }));
      else if (draw.b % 2 === 0) await ledger.decisions.takeBack(id, person);
      else if (draw.b % 5 === 0)
        await this.#put(event("question.withdrawn", { question: id, reason: "random" }, { task }));
      else await this.#put(committed(task, key));
      return;
    }
    const detail = await this.#pick(draw);
    if (detail === null) return;
    this.#count += 1;
    const { id: task, generation } = detail.task;
    const asked = question(`q${this.#count}`, { run: this.#name, task, key: `g${generation}/ask/${this.#count}` });
    await this.#put(event("question.asked", { question: asked }, { task }));
  }

  async #detail(draw: Draw): Promise<void> {
    const detail = await this.#pick(draw);
    if (detail === null) return;
    const { id: task, digest } = detail.task;
    const open = detail.findings.find(({ state }) => state === "open");
    const commit = `c${draw.b}`;
    const choices: readonly NewEvent[] = [
      event("risk.raised", { from: "medium", to: "high", why: ["random"] }, { task }),
      event("task.stale", { digest: draw.b % 2 === 0 ? digest : null }, { task }),
      event("task.changed", { spec: spec({ id: task, goal: commit }), digest: commit }, { task }),
      event("task.prioritized", { priority: draw.b - 500, by: "ann" }, { task }),
      event("task.noted", { id: commit, text: commit, by: "ann" }, { task }),
      event("task.based", { branch: "b", base: commit, worktree: "w" }, { task }),
      event("commit.made", { commit, base: "b", key: "k", files: 1, insertions: 1, deletions: 0 }, { task }),
      event("merge.done", { commit, into: "main", key: "k", tip: commit }, { task }),
      event("merge.reverted", { commit: "r", of: detail.task.mergeCommit ?? "x" }, { task }),
      event("snapshot.made", { n: draw.b % 4, ref: "refs/x", commit, reason: "random" }, { task }),
      event(
        "check.ended",
        { name: "t", result: "pass", durationMs: 1, output: null, failures: [], newFailures: [], tree: "t", tail: "" },
        { task },
      ),
      open === undefined
        ? event("note", { level: "info", text: "nothing is open" }, { task })
        : event("finding.closed", { id: open.id, state: "closed", by: "gpt" }, { task }),
    ];
    const chosen = choices[draw.b % choices.length];
    if (chosen !== undefined) await this.#put(chosen);
    if (draw.b % 11 === 0 && (detail.task.state === "NEW" || detail.task.state === "FAILED")) {
      await this.#put(event("task.dropped", { reason: "random" }, { task }));
    }
  }

  async #account(draw: Draw): Promise<void> {
    const { ledger, clock } = this.#opened;
    this.#count += 1;
    const held = (await ledger.account.holds())[0];
    const waiting = (await ledger.decisions.pending(repository))[0];
    if (draw.b % 5 === 0 && held !== undefined)
      await this.#put(event("hold.released", { id: held.id, by: person, reason: "random" }));
    else if (draw.b % 5 === 1) {
      const scope = draw.a % 2 === 0 ? "task" : "account";
      await this.#put(event("hold.set", { hold: hold(`h${this.#count}`, { scope, target: `T${draw.a % 5}` }) }));
    } else if (draw.b % 5 === 2 && waiting !== undefined)
      await this.#put(event("command.taken", { id: waiting.id, result: "done" }));
    else if (draw.b % 5 === 3) {
      clock.ms += 60_000;
      await ledger.calls.begin({ repository, run: this.#name, events: [] }, null, {
        model: "opus",
        limits: { rpm: null, tpm: null },
        tokens: 0,
        breaker: settings().breaker,
        probeMs: 1_000,
      });
      if (draw.a % 3 === 0) await ledger.breakers.reset("opus", person);
    } else
      await ledger.decisions.give(repository, this.#name, {
        id: `d${this.#count}`,
        command: { kind: "resume" },
        actor: person,
        givenAt: 1,
      });
  }

  async #nextRun(draw: Draw): Promise<void> {
    if (draw.b % 4 === 0) {
      await this.#put(
        event("run.paused", { actor: person }),
        event("run.resumed", { actor: person }),
        event("run.stopping", { now: true, actor: person }),
      );
    }
    if (draw.b % 2 === 0) {
      for (const { id, state } of await this.#opened.ledger.tasks.list(repository)) {
        if (!isTerminal(state))
          await this.#put(event("task.moved", { from: state, to: "FAILED", reason: "random" }, { task: id }));
      }
    }
    await this.#put(runEnded());
    if (draw.b % 3 === 0) this.#opened.ledger.cleanRuns({ repository, keep: draw.a % 3 });
    if (draw.b % 5 > 0) this.#run += 1;
    await this.#put(runStarted({ resumed: draw.b % 5 === 0 }), settingsFixed(`s${draw.a % 2}`));
  }
}
