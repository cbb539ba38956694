import type { Clock } from "../ports/clock.ts";
import type { RunControl } from "../waiting/turn.ts";
import type { Waker } from "../waiting/waker.ts";
import { engineActor } from "../writing/questions.ts";
import type { TaskIndex } from "./task-index.ts";
import type { Settings } from "../../domain/settings.ts";
import { autoApprove } from "./auto-approve.ts";
import { answerRaisedBudgets } from "./raised-budgets.ts";
import { answerOvertaken } from "./overtaken-questions.ts";
import { takeCommands, type CommandParts } from "./commands.ts";

export interface HousekeepingParts extends CommandParts {
  readonly clock: Clock;
  readonly waker: Waker;
  readonly control: RunControl;
  readonly abortAll: () => void;
  readonly orphans: TaskIndex["orphans"];
  /** Approval questions of these kinds are answered with yes. */
  readonly yesTo: readonly ("plan" | "merge")[];
  readonly budget: Settings["budget"];
  readonly day: (atMs: number) => string;
}

/** What is done before each look at the tasks: people's commands, holds that are over, approvals by rule. */
export async function runHousekeeping(parts: HousekeepingParts): Promise<void> {
  await takeCommands(parts);
  for (const { task, why } of parts.orphans())
    await parts.interrupt(task.id, { kind: "fail", failure: { type: "aborted", reason: "parent", message: why } });
  await heed(parts);
  await releaseHolds(parts);
  if (parts.yesTo.length > 0) await autoApprove(parts.ledger, parts.repository, parts.yesTo, parts.clock.now());
  const waiting = await parts.ledger.account.questions(parts.repository);
  const open = waiting.flatMap(({ question, answer }) => (answer === null ? [question] : []));
  await answerRaisedBudgets(parts, open);
  await answerOvertaken(parts, open);
}

/** The run's row says whether it is paused or to be stopped, whoever wrote that and whatever notice of it got lost. */
async function heed({ ledger, writer, control, waker, abortAll }: HousekeepingParts): Promise<void> {
  const row = await ledger.runs.run(writer.run);
  if (row === null) return;
  const stopping = row.stopping !== "no";
  if (row.stopping === "now") abortAll();
  if (control.paused === row.paused && control.stopping === stopping) return;
  control.paused = row.paused;
  control.stopping = stopping;
  waker.notify();
}

async function releaseHolds({ ledger, writer, clock }: HousekeepingParts): Promise<void> {
  const nowMs = clock.now();
  const over = (await ledger.account.holds()).filter((hold) => hold.untilMs !== null && hold.untilMs <= nowMs);
  if (over.length === 0) return;
  await writer.append(
    over.map((hold) => ({
      type: "hold.released",
      data: { id: hold.id, by: engineActor, reason: "its time has come" },
    })),
  );
}
