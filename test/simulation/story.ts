import type { Backlog } from "../../src/engine/run/backlog-sync.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { goodMood } from "./behaviour.ts";
import { backlogOf, randomTask } from "./backlogs.ts";
import type { Chance } from "./chance.ts";
import type { Fate, Host } from "./host.ts";
import { People } from "./people.ts";
import type { Plan } from "./plan.ts";
import { Watch } from "./watch.ts";
import { type Mistake, type Running, World } from "./world.ts";

export interface StoryParts {
  readonly seed: string;
  readonly chance: Chance;
  readonly plan: Plan;
  readonly settings: Settings;
  readonly host: Host;
  readonly repository: string;
  readonly mistake: Mistake | undefined;
}

/** What happens in one repository: its engines come and go, its people answer, and all of it is watched. */
export class Story {
  readonly world: World;
  readonly #watch: Watch;
  #exitCode: number | null = null;
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

  constructor({ chance, plan, ...of }: StoryParts) {
    this.#chance = chance.fork("story");
    this.#plan = plan;
    this.#crashes = plan.crashes;
    this.#freezes = plan.freezes;
    this.#backlog = this.#firstBacklog();
    const { settings, repository } = of;
    this.world = new World({
      ...of,
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
      tasks: () =>
        this.#backlog.tasks.flatMap(({ spec: { id, mode } }) =>
          mode === "context-aware" ? [id, `${id}.1`, `${id}.2`] : [id],
        ),
      isCalm: () => this.#isCalm(),
      isOver: () => this.#over,
      changeBacklog: () => this.#changeBacklog(),
    });
    const { lossy, freezes, sleeps } = plan;
    this.#watch = new Watch(this.world, lossy || freezes > 0 || sleeps > 0 ? 400_000 : 8_000);
  }

  get isOver(): boolean {
    return this.#over;
  }

  begin(): void {
    const { clock, host } = this.world;
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
    for (const fault of this.#plan.ledgerFaults) this.#forAWhile((isOn) => (host.ledgerFault = isOn ? fault : null));
    for (let n = 0; n < this.#plan.outages; n += 1) this.#forAWhile((isOn) => (this.#isGitOut = isOn));
    for (let n = 0; n < this.#plan.absences; n += 1) this.#forAWhile((isOn) => (this.world.isGone = isOn));
    this.#start();
  }

  /** What is wrong by now. */
  look(): Promise<readonly string[]> {
    return this.#watch.look();
  }

  atEnd(): Promise<readonly string[]> {
    return this.#watch.atEnd(this.#exitCode);
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
    this.#exitCode = end.exitCode;
    if (end.exitCode !== 0 && end.exitCode !== 1) return this.#startSoon(this.#chance.skewed(500, 30_000));
    if (others) return this.#startSoon(20_000);
    void this.#comeBack(end.exitCode);
  }

  /** After the end somebody may want a task done again. */
  async #comeBack(exitCode: number): Promise<void> {
    const { ledger, repository } = this.world;
    const rows = await ledger.tasks.list(repository, { states: [exitCode === 0 ? "DONE" : "FAILED"] });
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
