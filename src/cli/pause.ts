import { personBehind, requirePerson } from "./actor.ts";
import { withRepository } from "./ground.ts";
import type { Program } from "./program.ts";
import { giveCommand, sayEffect } from "./take-effect.ts";

/** Lets nothing new start until resume; calls under way go on. */
export const command = (program: Program): Promise<number> =>
  withRepository(program, async (ground) => {
    const actor = personBehind("pause");
    await requirePerson(program, ground.ledger, { repository: ground.repository.id, what: "pause", actor });
    await giveCommand(ground, { kind: "pause" }, actor);
    await sayEffect(ground, "paused: calls under way go on, nothing new starts");
    return 0;
  });
