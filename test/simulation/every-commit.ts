import { expect } from "vitest";

import type { Action } from "../../src/domain/question.ts";
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

/** A person who says the same to whatever is asked. */
function answering(world: World, action: Action): () => void {
  const { ledger, repository, clock } = world;
  const anna = { kind: "person", name: "anna", pid: null } as const;
  const say = async (): Promise<void> => {
    for (const { question, answer } of await ledger.account.questions(repository)) {
      if (answer !== null) continue;
      const effectiveAt = clock.now();
      await ledger.decisions.answer({
        question: question.id,
        action,
        text: null,
        model: null,
        actor: anna,
        effectiveAt,
      });
    }
  };
  return ledger.log.follow(() => void say());
}

/**
 * Plays the same tasks again and again, each time with an engine that dies at another of its commits: just before one, just after the
 * next. All rules of the simulation must hold each time, and `told` say of the world what it says of the one where nobody died.
 */
export async function dieAtEveryCommit(
  worldOf: () => World | Promise<World>,
  tasks: readonly TaskSpec[],
  told: (world: World) => Promise<unknown>,
  answer: Action = "approve",
): Promise<{ readonly commits: number; readonly told: unknown }> {
  let commits = Infinity;
  let undisturbed: unknown = null;
  for (let n = 0; n <= commits; n += 1) {
    const world = await worldOf();
    const watch = new Watch(world, 8_000);
    const before = world.lives.length;
    const fate: Fate = n === 0 ? longLife : { dieAtCommit: { n, when: n % 2 === 0 ? "before" : "after" } };
    const silence = answering(world, answer);
    const exitCode = await played(world, tasks, fate);
    silence();
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
