import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { RecordedEvent } from "../../src/domain/events.ts";
import type { Settings } from "../../src/domain/settings.ts";
import type { TaskSpec } from "../../src/domain/task.ts";
import { backlogOf, modelSettings } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { longLife } from "./host.ts";
import { World, type Running, type WorldOptions } from "./world.ts";

const hourMs = 3_600_000;

/** A world in which nothing is in the way but what a test wants. */
export function quietWorld(
  seed: string,
  settings: Partial<Settings> = {},
  around: Partial<WorldOptions["around"]> = {},
  place: Pick<WorldOptions, "host" | "repository" | "mistake"> = {},
): World {
  const models = [modelSettings("one", { adapter: "claude-code" }), modelSettings("two", { adapter: "claude-code" })];
  return new World({
    ...place,
    seed,
    settings: { ...defaultSettings, models, git: { ...defaultSettings.git, base: "main" }, ...settings },
    around: {
      mood: () => goodMood,
      notices: () => ({ late: 0, doubled: 0, lost: 0 }),
      gitMs: 100,
      isDead: () => true,
      faults: () => ({ git: 0, red: 0 }),
      ...around,
    },
  });
}

export function startIn(world: World, tasks: readonly TaskSpec[]): Running {
  return world.start(backlogOf(tasks), longLife, { linger: false, noWait: false, yesTo: [] }, () => {});
}

/** Lets time pass until something holds, or the world is wrong. */
export async function passUntil(world: World, isSo: () => boolean): Promise<void> {
  await world.clock.run(() => isSo() || world.violations.length > 0, world.clock.now() + 24 * hourMs);
}

/** Plays tasks to their end. */
export async function playedIn(world: World, tasks: readonly TaskSpec[]): Promise<readonly RecordedEvent[]> {
  const running = startIn(world, tasks);
  await passUntil(world, () => running.end !== null);
  return world.ledger.log.since(0);
}
