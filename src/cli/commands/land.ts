import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import { countWhole } from "../../domain/parts.ts";
import type { PickRequest } from "../../engine/ports/workspace.ts";
import type { Landed } from "../../policy/landed.ts";
import { counted } from "../../view/text/amounts.ts";
import { findTask } from "../inputs/find-task.ts";
import { landingPlace } from "../inputs/landing-place.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { requireTrustHere } from "../inputs/trust.ts";
import { printDone } from "../output/print-done.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";
import { knownTip, landedHere, openLanding, pickOnto, type Done, type Landing } from "../wiring/landing.ts";
import { landingAlone } from "../wiring/landing-lock.ts";

/** Brings what is merged to the base branch, or to another; or some tasks of it. */
export const command = (program: Program, input: InputOf<"land">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const { repository } = context;
    await requireTrustHere(program, repository, input.trust);
    return await landingAlone(context, displays, () => land(context, input, displays));
  });

async function land(context: RepositoryContext, input: InputOf<"land">, displays: Displays): Promise<number> {
  const { program } = context;
  const place = await landingPlace(context, input.into);
  const landing = await openLanding(context, place, await requireSettings(context, null, place.run), displays);
  const { run, into } = place;
  const commit = await knownTip(landing);
  const landed = await landedHere(landing, run.integration);
  if (input.task.length > 0) return await landSome(landing, landed, input.task);
  const tasks = [...landed.waiting.keys()];
  const undone = [...landed.undone.keys()];
  const brought = (await isPicked(landing, landed)) ? await pickAll(landing, landed) : await bringAll(landing, commit);
  if (brought.kind === "there") {
    const { found } = landed;
    const said = found.length === 0 ? "" : `: ${found.join(", ")} landed by hand, or by a command that was cut off`;
    return printDone(program, displays, `${into} has all of ${run.integration} already${said}`);
  }
  await landing.record(brought, { tasks, undone });
  const count = countWhole(tasks, await context.ledger.tasks.list(context.repository.id));
  return printDone(program, displays, `${landedWords(count, undone)} on ${into} as ${brought.commit.slice(0, 12)}`);
}

async function bringAll({ place, workspace, verify, refuse }: Landing, commit: string): Promise<Done> {
  const { run, into } = place;
  const subject = `Merge branch '${run.integration}' into ${into}`;
  const brought = await workspace.integration.bring({ commit, into, subject, run: run.id, verify });
  if (brought.kind === "there" || brought.kind === "brought") return brought;
  throw refuse(brought);
}

/**
 * Whether what landed there last did so by commits of its own, of which the integration branch is not told: a branch that is not its
 * base. A merge would bring the same once more, as if it were another change.
 */
async function isPicked({ place, workspace }: Landing, { last }: Landed): Promise<boolean> {
  const { run, into } = place;
  const tip = await workspace.history.tip(into);
  if (into === run.base || last === null || tip === null) return false;
  return !(await workspace.history.isAncestor(last, tip));
}

async function pickAll(landing: Landing, landed: Landed): Promise<Done> {
  const { context, workspace, place } = landing;
  const undoings = await Promise.all(
    [...landed.undone].map(async ([id, commit]) => {
      const { run, spec } = await findTask(context.ledger, context.repository.id, id);
      const text = { subject: `${id}: revert ${spec.goal}`, body: "" };
      return { commit, message: { ...text, task: id, run, key: `${id}/land/${commit}`, steps: [], models: [] } };
    }),
  );
  const commits = [...undoings, ...(await commitsOf(landing, landed, [...landed.waiting.keys()]))];
  if (commits.length === 0) return { kind: "there", tip: (await workspace.history.tip(place.into)) ?? "" };
  return await pickOnto(landing, commits, `land ${commits.map(({ message }) => message.task).join(", ")}`);
}

/** What some tasks have changed, and what a commit of its own says of each. */
const commitsOf = (
  { context: { ledger, repository } }: Landing,
  { waiting }: Landed,
  tasks: readonly TaskId[],
): Promise<PickRequest["commits"]> =>
  Promise.all(
    tasks.map(async (id) => {
      const { run, spec } = await findTask(ledger, repository.id, id);
      const commit = waiting.get(id) ?? "";
      const text = { subject: `${id}: ${spec.goal}`, body: spec.details ?? "" };
      return { commit, message: { ...text, task: id, run, key: `${id}/land/${commit}`, steps: [], models: [] } };
    }),
  );

/** `3 tasks landed`, `2 tasks landed and 1 undone (A-1)`. */
function landedWords(merged: number, undone: readonly TaskId[]): string {
  const gone = undone.length === 0 ? null : `${counted(undone.length, "task")} undone (${undone.join(", ")})`;
  if (gone !== null && merged === 0) return gone;
  return `${counted(merged, "task")} landed${gone === null ? "" : ` and ${gone}`}`;
}

/** Some tasks and what they need, in the order they were merged. */
async function landSome(landing: Landing, landed: Landed, names: readonly string[]): Promise<number> {
  const { context, place, displays } = landing;
  const { ledger, repository, program } = context;
  const { into } = place;
  const asked: TaskId[] = [];
  const wanted = new Set<TaskId>();
  const add = async (name: string, neededBy: TaskId | null): Promise<void> => {
    const { id, spec } = await findTask(ledger, repository.id, name);
    if (neededBy === null) asked.push(id);
    if (wanted.has(id)) return;
    const parts = (await ledger.tasks.list(repository.id, { parent: id })).filter(
      (part) => landed.waiting.has(part.id) || landed.there.has(part.id),
    );
    for (const part of parts) if (!landed.undone.has(part.id)) await add(part.id, neededBy === null ? null : id);
    if (parts.length > 0 && !landed.waiting.has(id)) return;
    if (landed.waiting.has(id)) {
      wanted.add(id);
      for (const need of spec.needs) await add(need, id);
    } else if (!landed.there.has(id) || landed.undone.has(id))
      throw new CommandError(`${neededBy === null ? "" : `${neededBy} needs ${id}, and `}${id} is not merged`, 1);
  };
  for (const name of names) await add(name, null);
  if (wanted.size === 0) return printDone(program, displays, `${into} has ${asked.join(", ")} already`);
  const tasks = [...landed.waiting.keys()].filter((task) => wanted.has(task));
  const commits = await commitsOf(landing, landed, tasks);
  const brought = await pickOnto(landing, commits, `land ${tasks.join(", ")}`);
  await landing.record(brought, { tasks, undone: [] });
  const tip = brought.kind === "there" ? brought.tip : brought.commit;
  const along = tasks.filter((task) => !asked.includes(task));
  const done = `${counted(tasks.length, "task")} landed on ${into} as ${tip.slice(0, 12)}: ${tasks.join(", ")}`;
  const needed = along.length === 0 ? "" : `; ${along.join(", ")} came along, for it is needed`;
  const rest = landed.waiting.size - tasks.length;
  const left = rest === 0 ? [] : [`${counted(rest, "task")} not landed yet: ${brand.bin} land brings them`];
  return printDone(program, displays, `${done}${needed}`, left);
}
