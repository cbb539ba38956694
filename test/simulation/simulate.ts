import type { Backlog } from "../../src/engine/run/backlog-sync.ts";
import { goodMood } from "./behaviour.ts";
import { backlogOf, randomSettings, randomTask } from "./backlogs.ts";
import { Chance } from "./chance.ts";
import { People } from "./people.ts";
import { planOf, type Plan } from "./plan.ts";
import { Watch } from "./watch.ts";
import { type Fate, repository, type Running, World } from "./world.ts";

/** After everybody is calm a run has to be over within this time. */
const patienceMs = 2 * 3_600_000;

export interface Simulated {
  readonly seed: string;
  readonly violations: readonly string[];
  readonly world: World;
  readonly exitCode: number | null;
}

/** Plays one seed to its end. */
export async function simulate(seed: string): Promise<Simulated> {
  const chance = new Chance(seed);
  const run = new Simulation(seed, chance);
  await run.play();
  return { seed, world: run.world, violations: run.violations, exitCode: run.exitCode };
}

class Simulation {
  readonly world: World;
  readonly violations: string[] = [];
  exitCode: number | null = null;
  readonly #plan: Plan;
  readonly #chance: Chance;
  readonly #people: People;
  #backlog: Backlog;
  #editions = 1;
  #over = false;
  #starting = false;
  #isGitOut = false;
  #crashes: number;
  #freezes: number;
  #comebacks = 2;

  constructor(seed: string, chance: Chance) {
    this.#chance = chance.fork("story");
    const plan = planOf(chance.fork("plan"));
    this.#plan = plan;
    this.#crashes = plan.crashes;
    this.#freezes = plan.freezes;
    this.#backlog = this.#firstBacklog();
    const settings = randomSettings(chance.fork("settings"), plan);
    this.world = new World({
      seed,
      settings,
      around: {
        mood: () => (this.#isCalm() ? goodMood : plan.mood),
        notices: () => (plan.lossy ? { late: 0.1, doubled: 0.05, lost: 0.03 } : { late: 0, doubled: 0, lost: 0 }),
        gitMs: 150,
        isDead: (owner) =>
          plan.sameHost && this.world.lives.some(({ life }) => life.owner.pid === owner.pid && life.state === "dead"),
        faults: () => (this.#isCalm() ? { git: 0, red: 0 } : { git: this.#isGitOut ? 1 : plan.git, red: plan.red }),
      },
    });
    this.#people = new People({
      ledger: this.world.ledger,
      clock: this.world.clock,
      chance: chance.fork("people"),
      disk: this.world.disk,
      whims: plan.whims,
      repository,
      models: settings.models.map(({ name }) => name),
      tasks: () => this.#backlog.tasks.map(({ spec }) => spec.id),
      isCalm: () => this.#isCalm(),
      isOver: () => this.#over,
      changeBacklog: () => this.#changeBacklog(),
    });
  }

  async play(): Promise<void> {
    const { clock } = this.world;
    void this.#people.live();
    for (let n = 0; n < this.#plan.sleeps; n += 1) {
      clock.at(clock.now() + this.#chance.between(1_000, Math.max(1_000, this.#plan.calmAtMs)), () =>
        clock.sleep(this.#chance.skewed(11_000, 300_000)),
      );
    }
    for (let n = 0; n < this.#plan.backs; n += 1)
      clock.at(clock.now() + this.#chance.between(1_000, Math.max(1_000, this.#plan.calmAtMs)), () =>
        clock.goBack(this.#chance.skewed(1_000, 600_000)),
      );
    for (let n = 0; n < this.#plan.fulls; n += 1) this.#forAWhile((isOn) => (this.world.isFull = isOn));
    for (let n = 0; n < this.#plan.outages; n += 1) this.#forAWhile((isOn) => (this.#isGitOut = isOn));
    const { lossy, freezes, sleeps } = this.#plan;
    const lateMs = lossy || freezes > 0 || sleeps > 0 ? 400_000 : 8_000;
    const watch = new Watch(this.world, lateMs);
    this.#start();
    for (;;) {
      await clock.settle();
      this.violations.push(...(await watch.look()), ...this.world.lateToEnd());
      if (this.#over || this.violations.length > 0) break;
      if (this.world.nowMs > this.#plan.calmAtMs + patienceMs) {
        this.violations.push("the run did not end in time");
        break;
      }
      clock.step();
    }
    if (this.violations.length === 0) this.violations.push(...(await watch.atEnd(this.exitCode)));
  }

  /** Something does not work for a while, before all is calm. */
  #forAWhile(set: (isOn: boolean) => void): void {
    const { clock } = this.world;
    clock.at(clock.now() + this.#chance.between(500, Math.max(500, this.#plan.calmAtMs)), () => {
      if (this.#isCalm()) return;
      set(true);
      clock.at(clock.now() + this.#chance.skewed(1_000, 60_000), () => set(false));
    });
  }

  #isCalm(): boolean {
    return this.world.nowMs >= this.#plan.calmAtMs;
  }

  #start(): void {
    this.#starting = false;
    if (this.#over) return;
    const { clock } = this.world;
    const running = this.world.start(
      this.#backlog,
      this.#fate(),
      { linger: this.#plan.linger, noWait: this.#plan.noWait, yesTo: this.#plan.yesTo },
      (ended) => this.#ended(ended),
    );
    const { life } = running;
    life.onDeath(() => this.#startSoon(this.#chance.is(0.6) ? 0 : this.#chance.skewed(100, 20_000)));
    if (!this.#isCalm() && this.#crashes > 0 && this.#chance.is(0.4)) {
      this.#crashes -= 1;
      clock.at(clock.now() + this.#chance.skewed(50, 200_000), () => running.end === null && life.die());
    }
    if (!this.#isCalm() && this.#freezes > 0 && this.#chance.is(0.6)) this.#freezeLater(running);
  }

  #freezeLater({ life }: Running): void {
    const { clock } = this.world;
    this.#freezes -= 1;
    const atMs = clock.now() + this.#chance.skewed(500, 100_000);
    clock.at(atMs, () => {
      life.freeze();
      clock.at(clock.now() + this.#chance.skewed(500, 60_000), () => life.thaw());
      this.#startSoon(this.#chance.between(5_000, 30_000));
    });
  }

  #startSoon(ms: number): void {
    if (this.#starting) return;
    this.#starting = true;
    this.world.clock.at(this.world.clock.now() + ms, () => this.#start());
  }

  #fate(): Fate {
    if (this.#isCalm() || this.#crashes === 0 || this.#chance.is(0.4)) return { dieAtCommit: null };
    this.#crashes -= 1;
    return { dieAtCommit: { n: this.#chance.skewed(1, 150), when: this.#chance.pick(["before", "after"]) } };
  }

  #ended({ end, life }: Running): void {
    if (end === null || life.state === "dead") return;
    const others = this.world.lives.some((other) => other.life.state !== "dead" && other.end === null);
    if (end.kind === "busy") {
      if (!others) this.#startSoon(this.#chance.between(1_000, 5_000));
      return;
    }
    this.exitCode = end.exitCode;
    if (end.exitCode !== 0 && end.exitCode !== 1) return this.#startSoon(this.#chance.skewed(500, 30_000));
    if (others) return this.#startSoon(20_000);
    void this.#comeBack(end.exitCode);
  }

  /** After the end somebody may want a task done again. */
  async #comeBack(exitCode: number): Promise<void> {
    const rows = await this.world.ledger.tasks.list(repository, { states: [exitCode === 0 ? "DONE" : "FAILED"] });
    if (this.#comebacks === 0 || rows.length === 0 || !this.#chance.is(exitCode === 0 ? 0.1 : 0.4)) {
      this.#over = true;
      return;
    }
    this.#comebacks -= 1;
    const task = this.#chance.pick(rows).id;
    await this.#people.give(
      exitCode === 0 ? { kind: "again", task } : { kind: "retry", task, model: null, text: null },
    );
    this.#startSoon(1_000);
  }

  #firstBacklog(): Backlog {
    const names: string[] = [];
    const chance = this.#chance.fork("backlog");
    const specs = Array.from(
      {
        length: chance.weighted([
          [2, 1],
          [4, 2],
          [4, 3],
          [2, 4],
          [1, 6],
        ]),
      },
      (_, n) => {
        const spec = randomTask(chance, `T${n + 1}`, names);
        names.push(spec.id);
        return spec;
      },
    );
    return backlogOf(specs);
  }

  #changeBacklog(): void {
    const specs = this.#backlog.tasks.map(({ spec }) => spec);
    const chance = this.#chance;
    this.#editions += 1;
    const changed = chance.weighted<() => typeof specs>([
      [
        2,
        () => [
          ...specs,
          randomTask(
            chance,
            `T${specs.length + 1}n${this.#editions}`,
            specs.map(({ id }) => id),
          ),
        ],
      ],
      [3, () => specs.map((spec) => (chance.is(0.4) ? { ...spec, details: `edition ${this.#editions}` } : spec))],
      [1, () => specs.map((spec) => ({ ...spec, details: null }))],
      [2, () => specs.filter(({ id }) => specs.some(({ needs }) => needs.includes(id)) || chance.is(0.6))],
    ])();
    this.#backlog = backlogOf(changed.length === 0 ? specs : changed);
    for (const { life, engine, end } of this.world.lives)
      if (life.state === "alive" && end === null) engine.changed(this.#backlog);
  }
}
