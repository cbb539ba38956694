import { basename, join } from "node:path";

import { withoutParts } from "../../domain/parts.ts";
import { isTerminal, type TaskSpec } from "../../domain/task.ts";
import { sandboxUseOf } from "../../processes/find-sandbox.ts";
import { startLines } from "../../view/json/summary-lines.ts";
import { heldModels } from "../doctor/held-models.ts";
import { payerNotices, versionNotices } from "../doctor/payer-notices.ts";
import { besideBacklog } from "../inputs/beside-backlog.ts";
import { countUncommitted, lackingWords } from "../inputs/checkout-facts.ts";
import { settingsFiles } from "../inputs/read-settings.ts";
import type { Output } from "../program/program.ts";
import type { EngineRequest } from "../running/host-engine.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";
import { branchesOfNextRun } from "../wiring/run-branches.ts";
import { sandboxHere } from "../wiring/walls.ts";
import { expectationFacts } from "./expectation-facts.ts";
import { expectWork } from "./expectation.ts";
import { paidStandIns } from "./paid-stand-ins.ts";

/** What a person should know before a run starts. */
export async function printStart(context: RepositoryContext, request: EngineRequest, out: Output): Promise<void> {
  const { program, repository } = context;
  const { settings, found } = request.inputs;
  const specs = await openSpecs(context, request);
  const facts = await expectationFacts(context, settings);
  const expected = expectWork(specs, facts);
  const branches = await branchesOfNextRun(context, settings);
  for (const notice of repository.notices) out.line(notice);
  if (found.length > 0)
    out.line(`no models are configured; found ${found.map(({ name, how }) => `${name} (${how})`).join(", ")}`);
  const lines = startLines({
    tasks: withoutParts(specs.map((spec) => ({ id: spec.id, spec }))).length,
    models: settings.models,
    permissions: settings.permissions,
    checks: settings.checks.map(({ name }) => name),
    sandbox: sandboxUseOf(await sandboxHere(program, settings)),
    uncommitted: await countUncommitted(context, ownFiles(context, request)),
    ...branches,
    calls: specs.length === 0 ? null : { least: expected.calls.least, most: expected.calls.most },
    cost: expected.cost,
  });
  for (const line of lines) out.line(line);
  const isFirst = (await lastRun(context.ledger, repository.id)) === null;
  const lacking = isFirst ? await lackingWords(program, repository.top) : null;
  const notices = [
    ...(lacking === null ? [] : [lacking]),
    ...paidStandIns(expected, facts),
    ...(await heldModels(context, settings)),
    ...payerNotices(program.env, settings),
    ...(await versionNotices(program.env, settings.models)),
  ];
  for (const notice of notices) out.line(`note: ${notice}`);
  out.line();
}

/** What is read from the checkout and not from a commit. */
function ownFiles({ program, repository }: RepositoryContext, { inputs }: EngineRequest): readonly string[] {
  const { file: tasksFile } = inputs.backlog;
  const settings = settingsFiles(program, { tasksFile, repositoryTop: repository.top });
  return [
    ...(tasksFile === null ? [] : [tasksFile]),
    ...settings.map(({ file, folder }) => join(folder, basename(file))),
  ];
}

/** What is to be done: open tasks of the backlog, and those that the run has beside it. */
async function openSpecs(context: RepositoryContext, { inputs, only }: EngineRequest): Promise<readonly TaskSpec[]> {
  const { ledger, repository } = context;
  const rows = await ledger.tasks.list(repository.id);
  const written = inputs.backlog.tasks.map(({ spec }) => spec);
  const known = new Set(written.map(({ id }) => id));
  // What is over and a person wants anew; the engine takes it up when it starts.
  const wanted = new Set(
    (await ledger.decisions.pending(repository.id)).flatMap(({ command }) =>
      command.kind === "again" ||
      command.kind === "mode" ||
      command.kind === "reopen" ||
      command.kind === "retry" ||
      command.kind === "rewind"
        ? [command.task]
        : [],
    ),
  );
  const over = new Set(rows.filter(({ state }) => isTerminal(state)).map(({ id }) => id));
  const left = (await besideBacklog(context, rows, known)).map(({ spec }) => spec);
  const anew = rows.filter(({ id }) => wanted.has(id) && !known.has(id) && !left.some((spec) => spec.id === id));
  return [...written, ...left, ...anew.map(({ spec }) => spec)].filter(
    ({ id }) => wanted.has(id) || (!over.has(id) && (only === null || only.includes(id))),
  );
}
