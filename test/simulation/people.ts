import type { Action, Actor, Command, Question } from "../../src/domain/question.ts";
import { modes } from "../../src/domain/task.ts";
import type { OpenLedger } from "../../state/open-ledger.ts";
import type { Chance } from "./chance.ts";
import type { Disk } from "./disk.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface PeopleParts {
  readonly ledger: OpenLedger;
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly disk: Disk;
  /** Odd things they may do. */
  readonly whims: number;
  readonly repository: string;
  readonly models: readonly string[];
  readonly tasks: () => readonly string[];
  /** Nobody does anything odd any more; everybody wants it to end. */
  readonly isCalm: () => boolean;
  readonly isOver: () => boolean;
  readonly changeBacklog: () => void;
}

/** What brings a task to its end, the surest first. */
const helpful: readonly Action[] = [
  "approve",
  "done",
  "keep",
  "allow_always",
  "retry",
  "restart",
  "request_changes",
  "abort",
];

/** People at their terminals: they answer, ask for things, and take their time. They use nothing but the ledger and the disk. */
export class People {
  readonly #parts: PeopleParts;
  readonly #chance: Chance;
  #count = 0;
  /** Odd things they still may do. */
  #whims: number;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
    this.#chance = parts.chance;
    this.#whims = parts.whims;
  }

  async live(): Promise<void> {
    const { clock, isOver, isCalm } = this.#parts;
    while (!isOver()) {
      await clock.wait(isCalm() ? 4_000 : this.#chance.skewed(1_000, 30_000));
      await this.#answerQuestions();
      await this.#endHolds();
      if (isCalm()) await this.#resume();
      else if (this.#whims > 0 && this.#chance.is(0.2)) await this.#whim();
    }
  }

  async give(command: Command): Promise<void> {
    const { ledger, clock, repository } = this.#parts;
    const id = `${repository}-command-${(this.#count += 1)}`;
    await ledger.decisions.give(repository, null, { id, command, actor: this.#somebody(), givenAt: clock.now() });
  }

  async #answerQuestions(): Promise<void> {
    const { ledger, repository, isCalm } = this.#parts;
    for (const { question, answer } of await ledger.account.questions(repository)) {
      if (answer === null && this.#chance.is(isCalm() ? 1 : 0.4)) await this.#answer(question);
    }
  }

  async #answer(question: Question): Promise<void> {
    const { ledger, clock, isCalm, models } = this.#parts;
    const calm = isCalm();
    const action =
      calm || this.#chance.is(0.5)
        ? helpful.find((one) => question.actions.includes(one))
        : this.#chance.pick(question.actions);
    if (action === undefined || (action === "abort" && this.#chance.is(0.6))) return;
    if (action === "done") this.#work(question);
    if (action === "retry" && question.kind === "conflict") this.#mergeByHand(question);
    const delayMs = this.#chance.is(0.5) ? 0 : 5_000;
    const answer = {
      question: question.id,
      action,
      text: this.#chance.is(0.4) ? "please" : null,
      model: action === "retry" && this.#chance.is(0.2) ? this.#chance.pick(models) : null,
      actor: this.#somebody(),
      effectiveAt: clock.now() + delayMs,
    };
    await ledger.decisions.answer(answer);
    if (!calm && delayMs > 0 && this.#chance.is(0.1)) await ledger.decisions.takeBack(question.id, this.#somebody());
  }

  /** What somebody does by hand in a tree they took over. */
  #work({ task }: Question): void {
    if (this.#chance.is(0.8))
      this.#parts.disk.trees.get(task)?.files.set("by-hand.txt", `by hand ${(this.#count += 1)}`);
  }

  /** Brings what does not merge to the branch it is to be merged with. */
  #mergeByHand({ evidence }: Question): void {
    const { commits, branches } = this.#parts.disk;
    const [other, main] = [evidence["with"], branches.get("main")];
    if (typeof other !== "string" || main === undefined) return;
    branches.set(
      "main",
      commits.add(new Map([...commits.get(main).files, ...commits.get(other).files]), [main, other]).id,
    );
  }

  async #endHolds(): Promise<void> {
    const { ledger, repository, isCalm } = this.#parts;
    for (const hold of await ledger.account.holds(repository)) {
      if (!isCalm() && (hold.untilMs !== null || !this.#chance.is(0.3))) continue;
      await ledger.log.append({
        repository,
        run: null,
        events: [{ type: "hold.released", data: { id: hold.id, by: this.#somebody(), reason: "by hand" } }],
      });
    }
  }

  async #resume(): Promise<void> {
    const { ledger, repository } = this.#parts;
    const [run] = await ledger.runs.runs(repository, 1);
    if (run?.paused === true && (await ledger.decisions.pending(repository)).length === 0)
      await this.give({ kind: "resume" });
  }

  async #whim(): Promise<void> {
    const { ledger, clock, repository, tasks, models, changeBacklog } = this.#parts;
    this.#whims -= 1;
    const begun = (await ledger.tasks.list(repository)).filter(({ generation }) => generation > 0).map(({ id }) => id);
    const task = this.#chance.pick(begun.length > 0 && this.#chance.is(0.8) ? begun : tasks());
    const model = this.#chance.pick(models);
    await this.#chance.weighted<() => Promise<void> | void>([
      [2, () => this.give({ kind: "pause" })],
      [2, () => this.give({ kind: "resume" })],
      [2, () => this.give({ kind: "stop", now: this.#chance.is(0.5) })],
      [3, () => this.give({ kind: "retry", task, model: this.#chance.is(0.3) ? model : null, text: null })],
      [3, () => this.give({ kind: "rewind", task, to: this.#chance.pick(["plan", "S1", "S2", "S9", "snapshot/1"]) })],
      [3, () => this.give({ kind: "mode", task, mode: this.#chance.pick(modes) })],
      [2, () => this.give({ kind: "abort", task, reason: "a whim" })],
      [1, () => this.give({ kind: "again", task })],
      [5, () => changeBacklog()],
      [1, () => ledger.breakers.reset(model, this.#somebody())],
      [
        2,
        async () => {
          const nowMs = clock.now();
          const untilMs = this.#chance.is(0.6) ? nowMs + this.#chance.skewed(2_000, 100_000) : null;
          const hold = {
            id: `${repository}-hold-${(this.#count += 1)}`,
            scope: "model",
            target: model,
            reason: "a whim",
            untilMs,
            by: "person",
            setAt: nowMs,
            resumes: 0,
          } as const;
          await ledger.log.append({ repository, run: null, events: [{ type: "hold.set", data: { hold } }] });
        },
      ],
    ])();
  }

  #somebody(): Actor {
    return { kind: "person", name: this.#chance.pick(["anna", "ben"]), pid: null };
  }
}
