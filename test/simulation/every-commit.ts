import { expect } from "vitest";

import type { Action, Command } from "../../src/domain/question.ts";
import type { TaskSpec } from "../../src/domain/task.ts";

import { backlogOf } from "./backlogs.ts";
import { longLife, type Fate } from "./host.ts";
import { passUntil } from "./quiet-world.ts";
import { Watch } from "./watch.ts";
import type { World } from "./world.ts";

/** Plays tasks to their end, the first engine with a fate of its own and another one after it. */
async function played(world: World, tasks: readonly TaskSpec[], fate: Fate): Promise<number | null> {
  const ends: (number | null)[] = [];
  const start = (one: Fate): void => {
    const { life } = world.start(backlogOf(tasks), one, { linger: false, noWait: false, yesTo: [] }, ({ end }) => {
      if (end?.kind === "ended") ends.push(end.exitCode);
    });
    life.onDeath(() => start(longLife));
  };
  start(fate);
  await passUntil(world, () => ends.length > 0);
  return ends[0] ?? null;
}

const anna = { kind: "person", name: "anna", pid: null } as const;

/** What people do each time something was written; asked again by and by, so it has to look whether it was done. */
export type Person = (world: World) => Promise<void>;

/** Says the same to whatever is asked. */
export function saying(action: Action): Person {
  return async ({ ledger, repository, clock }) => {
    for (const { question, answer } of await ledger.account.questions(repository)) {
      if (answer !== null) continue;
      const effectiveAt = clock.now();
      const said = { action, text: null, model: null, actor: anna, effectiveAt };
      await ledger.decisions.answer({ question: question.id, ...said });
    }
  };
}

/** Gives a command once, as soon as it is time for it. */
export function giving(command: Command, isTime: (world: World) => Promise<boolean>): Person {
  const done = new Set<World>();
  return async (world) => {
    if (done.has(world) || !(await isTime(world)) || done.has(world)) return;
    done.add(world);
    const givenAt = world.clock.now();
    await world.ledger.decisions.give(world.repository, null, { id: "c1", command, actor: anna, givenAt });
  };
}

/**
 * Plays the same tasks again and again, each time with an engine that dies at another of its commits: just before one, just after the
 * next. All rules of the simulation must hold each time, and `told` say of the world what it says of the one where nobody died.
 */
export async function dieAtEveryCommit(
  worldOf: () => World | Promise<World>,
  tasks: readonly TaskSpec[],
  told: (world: World) => Promise<unknown>,
  person: Person = saying("approve"),
): Promise<{ readonly commits: number; readonly told: unknown }> {
  let commits = Infinity;
  let undisturbed: unknown = null;
  for (let n = 0; n <= commits; n += 1) {
    const world = await worldOf();
    const watch = new Watch(world, 8_000);
    const before = world.lives.length;
    const fate: Fate = n === 0 ? longLife : { dieAtCommit: { n, when: n % 2 === 0 ? "before" : "after" } };
    const leave = world.ledger.log.follow(() => void person(world));
    const exitCode = await played(world, tasks, fate);
    leave();
    const life = world.lives[before]?.life;
    if (n === 0 && life !== undefined) {
      commits = world.host.commitsOf(life);
      undisturbed = await told(world);
    }
    expect([n, exitCode, ...(await watch.atEnd(exitCode))]).toEqual([n, 0]);
    expect([n, await told(world)]).toEqual([n, undisturbed]);
  }
  return { commits, told: undisturbed };
}
