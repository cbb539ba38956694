import { isTerminal } from "../../src/domain/task.ts";
import { endViolations } from "./end-rules.ts";
import { IdleRule } from "./idle-rule.ts";
import { LogRules } from "./log-rules.ts";
import { MoneyRules } from "./money-rules.ts";
import { OutcomeRules } from "./outcome-rules.ts";
import { PartRules } from "./part-rules.ts";
import { StageRules } from "./stage-rules.ts";
import { WorldRules } from "./world-rules.ts";
import type { World } from "./world.ts";

const idleEveryMs = 10_000;
/** A living engine renews its leases far more often: the machine slept. */
const sleptMs = 40_000;
/** Every event is looked at, some at a time: what is wrong stays in the log. */
const commitsAtOnce = 20;

/** Looks at a world whenever it is quiet, and at its end. */
export class Watch {
  readonly rules: LogRules;
  readonly #world: World;
  readonly #worldRules: WorldRules;
  readonly #idle: IdleRule;
  readonly #money = new MoneyRules();
  readonly #outcomes: OutcomeRules;
  readonly #parts = new PartRules();
  readonly #stages = new StageRules();
  readonly #seen: string[] = [];
  #commits = 0;
  #pos = 0;
  #idleAtMs = 0;

  /** `lateMs`: how late a call may begin after a pause or a stop. */
  constructor(world: World, lateMs: number) {
    this.#world = world;
    this.rules = new LogRules(world.settings, world.repository);
    this.#worldRules = new WorldRules({
      repository: world.repository,
      disk: world.disk,
      settings: world.settings,
      agents: world.machine.agents,
      allAgents: world.host.agents,
      lateMs,
    });
    this.#idle = new IdleRule(world.settings);
    this.#outcomes = new OutcomeRules(world.repository);
  }

  async look(): Promise<readonly string[]> {
    const world = this.#world;
    if (world.host.commits - this.#commits >= commitsAtOnce) await this.#read();
    if (world.clock.passedMs - this.#idleAtMs >= idleEveryMs) {
      await this.#read();
      await this.#lookForIdle();
    }
    return this.#found();
  }

  #found(): readonly string[] {
    const { violations, machine, lives } = this.#world;
    const spinning = lives
      .filter(({ life }) => life.spun)
      .map(({ life }) => `engine ${life.owner.pid} turns on the spot`);
    const tasks = [this.#outcomes, this.#parts, this.#stages];
    const rules = [this.rules, this.#worldRules, this.#idle, this.#money, ...tasks, machine];
    return [...rules.flatMap((rule) => rule.violations), ...violations, ...spinning, ...this.#world.lateToEnd()];
  }

  async #read(): Promise<void> {
    const { ledger, host } = this.#world;
    this.#commits = host.commits;
    for (const event of await ledger.log.since(this.#pos)) {
      this.#pos = event.pos;
      this.#seen.push(JSON.stringify(event));
      this.rules.take(event);
      this.#worldRules.take(event);
      this.#money.take(event);
      this.#outcomes.take(event);
      if (event.repository !== this.#world.repository) continue;
      this.#parts.take(event);
      this.#stages.take(event);
    }
    this.#worldRules.checkBudgets();
  }

  async atEnd(exitCode: number | null): Promise<readonly string[]> {
    await this.#read();
    return [
      ...this.#found(),
      ...(await this.#miscounted()),
      ...this.#outcomes.atEnd(await this.#over()),
      ...this.#parts.atEnd(),
      ...(await endViolations(this.#world, this.rules, this.#seen, exitCode)),
    ];
  }

  async #over(): Promise<readonly string[]> {
    const rows = await this.#world.ledger.tasks.list(this.#world.repository);
    return rows.filter(({ state }) => isTerminal(state)).map(({ id }) => id);
  }

  /** Budgets that the ledger has otherwise than its log tells. */
  async #miscounted(): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const [scope, micros] of this.#money.spent) {
      const counted = (await this.#world.ledger.account.spend(scope)).micros;
      if (counted !== micros) wrong.push(`${scope} counts ${counted} of ${micros}`);
    }
    return wrong;
  }

  async #lookForIdle(): Promise<void> {
    const { repository, ledger, lives, clock } = this.#world;
    if (clock.passedMs - this.#idleAtMs > sleptMs) this.#idle.forget();
    this.#idleAtMs = clock.passedMs;
    const [run] = await ledger.runs.runs(repository, 1);
    const working = lives
      .filter(({ life, end }) => life.state === "alive" && end === null)
      .map(({ life }) => life.owner.pid);
    const holder = await ledger.leases.holder(repository, "");
    if (
      run === undefined ||
      run.paused ||
      run.stopping !== "no" ||
      holder === null ||
      !working.includes(holder.owner.pid)
    ) {
      this.#idle.forget();
      return;
    }
    const rows = (await ledger.tasks.list(repository)).filter((row) => row.run === run.id);
    const owned = new Set<string>();
    for (const { id } of rows) {
      const lease = await ledger.leases.holder(repository, id);
      if (lease !== null && lease.untilMs > clock.now() && working.includes(lease.owner.pid)) owned.add(id);
    }
    const over = (await ledger.account.holds(repository)).filter(({ untilMs }) => (untilMs ?? Infinity) < clock.now());
    this.#idle.holds(over, clock.passedMs);
    this.#idle.look(rows, (task) => owned.has(task), clock.passedMs);
  }
}
