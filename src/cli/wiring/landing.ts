import { brand } from "../../domain/brand.ts";
import type { EventData } from "../../domain/events.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Brought, PickRequest, Verify, Workspace } from "../../engine/ports/workspace.ts";
import { landedOn, landingEvents, type Landed } from "../../policy/landed.ts";
import { mostRaces } from "../../workspace/bring.ts";
import { requireKnownBranch } from "../inputs/known-branch.ts";
import type { LandingPlace } from "../inputs/landing-place.ts";
import { CommandError } from "../program/command-error.ts";
import type { Displays } from "../program/typed-input.ts";
import { gateOf, refusal } from "./command-gate.ts";
import type { RepositoryContext } from "./command-context.ts";
import { commandWorkspace } from "./engine-parts.ts";

type Refused = Extract<Brought, { kind: "conflict" | "red" | "blocked" }>;
/** `there`: a command that was cut off, or a person, had done it. */
export type Done = Extract<Brought, { kind: "there" | "brought" }>;

/** What a command brings to a branch that people work on, and by what checks. */
export interface Landing {
  readonly context: RepositoryContext;
  readonly displays: Displays;
  readonly place: LandingPlace;
  readonly workspace: Workspace;
  readonly verify: Verify;
  /** Why nothing moved. */
  readonly refuse: (refused: Refused) => CommandError;
  /** Writes down that the branch has moved. */
  readonly record: (
    done: Done,
    what: { readonly tasks: readonly TaskId[]; readonly undone: readonly TaskId[] },
  ) => Promise<void>;
}

export async function openLanding(
  context: RepositoryContext,
  place: LandingPlace,
  settings: Settings,
  displays: Displays,
): Promise<Landing> {
  const { program, ledger, repository } = context;
  const { run, into } = place;
  const workspace = await commandWorkspace(context, settings);
  const hasChecks = settings.checks.length > 0;
  const isByHand = settings.git.follow === "off" || settings.git.merge === "none";
  const mend =
    into === run.base && !isByHand
      ? `${brand.bin} run brings ${into} into ${run.integration} through the checks, and asks where they are red; or mend it on ${into} and land again`
      : `mend it on ${into}, or merge ${into} into ${run.integration} by hand, and land again`;
  const gate = gateOf(context, workspace, settings, run, (text) => {
    if (!displays.json) program.out.line(text);
  });
  return {
    context,
    displays,
    place,
    workspace,
    verify: async (commit, base) => {
      const results = await gate(commit, base);
      // An agent may work meanwhile: what it has put there is not built on.
      await requireKnownBranch(context, workspace, run.integration, run.base);
      return results;
    },
    refuse: (refused) => refusal(refused, { into, both: `${into} together with what would land`, mend }),
    record: async (done, { tasks, undone }) => {
      const data = { into, tasks, undone, ...movedTo(done, hasChecks) };
      await ledger.log.append({ repository: repository.id, run: run.id, events: [{ type: "land.done", data }] });
    },
  };
}

/** Where the branch stood is only known of a move of our own. */
function movedTo(done: Done, hasChecks: boolean): Pick<EventData["land.done"], "commit" | "from" | "proof"> {
  if (done.kind === "there") return { commit: done.tip };
  const { commit, from, proof, by } = done;
  return { commit, from, ...(proof !== null && by === "merge" && hasChecks ? { proof } : {}) };
}

/** Where the integration branch stands, as nobody else has left it. */
export async function knownTip({ context, workspace, place }: Landing): Promise<string> {
  const { integration, base } = place.run;
  const { history } = workspace;
  for (let races = 0; races < mostRaces; races += 1) {
    const tip = await history.tip(integration);
    if (tip === null) throw new CommandError(`there is no branch ${integration}: nothing was merged yet`, 1);
    await requireKnownBranch(context, workspace, integration, base);
    if ((await history.tip(integration)) === tip) return tip;
  }
  throw new CommandError(`${integration} moved ${mostRaces} times meanwhile; try again`, 1);
}

/**
 * What has landed on the branch, by the log and by the branch itself: what a person has merged there by hand, or a command that
 * was cut off, is written down first. `found`: its tasks.
 */
export async function landedHere(
  landing: Landing,
  integration: string,
): Promise<Landed & { readonly found: readonly TaskId[] }> {
  const { context, place, workspace, record } = landing;
  const { ledger, repository } = context;
  const { into } = place;
  const { history } = workspace;
  const read = async (): Promise<Landed> =>
    landedOn(await ledger.log.since(0, { repository: repository.id, types: landingEvents }), { into, integration });
  const landed = await read();
  const tip = await history.tip(into);
  if (tip === null || into === integration) return { ...landed, found: [] };
  const found: TaskId[] = [];
  // Each merge has those before it in its history.
  for (const [task, commit] of landed.waiting)
    if (await history.isAncestor(commit, tip)) found.push(task);
    else break;
  const undone: TaskId[] = [];
  for (const [task, commit] of landed.undone) if (await history.isAncestor(commit, tip)) undone.push(task);
  if (found.length + undone.length === 0) return { ...landed, found };
  await record({ kind: "there", tip }, { tasks: found, undone });
  return { ...(await read()), found };
}

/**
 * Does to the branch what some commits of the integration branch did. Where it is the base, the integration branch has all of it
 * first, so that both go on from there.
 */
export async function pickOnto(landing: Landing, commits: PickRequest["commits"], why: string): Promise<Done> {
  const { context, place, workspace, verify, refuse } = landing;
  const { run, into } = place;
  const isBase = into === run.base;
  await knownTip(landing);
  if (isBase) await bringUp(landing, (await workspace.history.tip(into)) ?? "");
  const source = isBase ? run.integration : null;
  const picked = await workspace.integration.pick({ commits, into, source, why, verify });
  if (picked.kind === "brought" || picked.kind === "there") return picked;
  if (picked.kind === "conflict") {
    const task = commits.find(({ commit }) => commit === picked.with)?.message.task ?? "it";
    const files = picked.files.slice(0, 5).join(", ");
    throw new CommandError(
      `${into} was not moved: ${task} goes back to lines of others that are not there (${files})`,
      3,
      [
        `land what it is built on too, or all: ${brand.bin} land${context.repository.branch === into ? "" : ` --into ${into}`}`,
      ],
    );
  }
  throw refuse(picked);
}

async function bringUp({ context, place, workspace, verify, refuse }: Landing, commit: string): Promise<void> {
  const { ledger, repository } = context;
  const { run, into: base } = place;
  const into = run.integration;
  const subject = `Merge branch '${base}' into ${into}`;
  const brought = await workspace.integration.bring({ commit, into, subject, run: run.id, verify });
  if (brought.kind === "there") return;
  if (brought.kind !== "brought") throw refuse(brought);
  const data = { base, from: run.baseCommit, to: commit, into, commit: brought.commit, by: brought.by };
  await ledger.log.append({ repository: repository.id, run: run.id, events: [{ type: "base.followed", data }] });
}
