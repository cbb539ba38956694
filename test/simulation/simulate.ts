import { randomSettings } from "./backlogs.ts";
import { Chance } from "./chance.ts";
import { Host } from "./host.ts";
import { besidePlanOf, isShared, planOf } from "./plan.ts";
import { Story } from "./story.ts";
import { type Mistake, repository, type World } from "./world.ts";

/** After everybody is calm a run has to be over within this time. */
const patienceMs = 2 * 3_600_000;

export interface Simulated {
  readonly seed: string;
  readonly violations: readonly string[];
  readonly host: Host;
  readonly worlds: readonly World[];
}

/** Plays one seed to its end, with a mistake in its engines if need be. */
export async function simulate(seed: string, mistake?: Mistake): Promise<Simulated> {
  const chance = new Chance(seed);
  const plan = planOf(chance.fork("plan"));
  const host = new Host(seed);
  const settings = randomSettings(chance.fork("settings"), plan);
  const stories = [new Story({ seed, chance, plan, settings, host, repository, mistake })];
  if (isShared(chance)) {
    const beside = chance.fork("beside");
    const own = { seed: `${seed}/beside`, chance: beside, plan: besidePlanOf(beside, plan), repository: "other" };
    stories.push(new Story({ ...own, settings, host, mistake }));
  }
  const violations = await play(host, stories, plan.calmAtMs + patienceMs);
  return { seed, violations, host, worlds: stories.map(({ world }) => world) };
}

/** Lets time pass until all are over, or something is wrong. */
async function play({ clock, startMs }: Host, stories: readonly Story[], untilMs: number): Promise<readonly string[]> {
  for (const story of stories) story.begin();
  for (;;) {
    await clock.settle();
    const wrong = (await Promise.all(stories.map((story) => story.look()))).flat();
    if (wrong.length > 0) return wrong;
    if (stories.every(({ isOver }) => isOver)) break;
    if (clock.now() - startMs > untilMs) return ["the run did not end in time"];
    clock.step();
  }
  return (await Promise.all(stories.map((story) => story.atEnd()))).flat();
}
