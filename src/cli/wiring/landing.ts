import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Brought, PickRequest, Verify, Workspace } from "../../engine/ports/workspace.ts";
import type { LandingPlace } from "../inputs/landing-place.ts";
import { CommandError } from "../program/command-error.ts";
import type { Displays } from "../program/typed-input.ts";
import { gateOf, refusal } from "./command-gate.ts";
import type { RepositoryContext } from "./command-context.ts";
import { commandWorkspace } from "./engine-parts.ts";

type Refused = Extract<Brought, { kind: "conflict" | "red" | "blocked" }>;
type Moved = Extract<Brought, { kind: "brought" }>;

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
    moved: Moved,
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
  return {
    context,
    displays,
    place,
    workspace,
    verify: gateOf(context, workspace, settings, run, (text) => {
      if (!displays.json) program.out.line(`${into} has commits of its own: ${text}`);
    }),
    refuse: (refused) => refusal(refused, { into, both: `${into} together with what would land`, mend }),
    record: async ({ commit, from, proof, by }, { tasks, undone }) => {
      const proven = proof !== null && by === "merge" && hasChecks ? { proof } : {};
      const data = { into, commit, tasks, from, undone, ...proven };
      await ledger.log.append({ repository: repository.id, run: run.id, events: [{ type: "land.done", data }] });
    },
  };
}

/**
 * Does to the branch what some commits of the integration branch did. Where it is the base, the integration branch has all of it
 * first, so that both go on from there.
 */
export async function pickOnto(landing: Landing, commits: PickRequest["commits"], why: string): Promise<Moved> {
  const { context, place, workspace, verify, refuse } = landing;
  const { run, into } = place;
  const isBase = into === run.base;
  if (isBase) await bringUp(landing, (await workspace.history.tip(into)) ?? "");
  const source = isBase ? run.integration : null;
  const picked = await workspace.integration.pick({ commits, into, source, why, verify });
  if (picked.kind === "brought") return picked;
  if (picked.kind === "there") throw new CommandError(`${into} has it already`, 1);
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
