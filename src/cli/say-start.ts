import { isTerminal } from "../domain/task.ts";
import { startLines } from "../view/summary-lines.ts";
import { countUncommitted } from "./checkout-facts.ts";
import { adaptersOf } from "./engine-parts.ts";
import { expectWork } from "./expectation.ts";
import { expectationFacts } from "./expectation-facts.ts";
import type { RepositoryGround } from "./ground.ts";
import type { EngineRequest } from "./host-engine.ts";
import type { Output } from "./program.ts";

/** What a person should know before a run starts. */
export async function sayStart(ground: RepositoryGround, request: EngineRequest, out: Output): Promise<void> {
  const { program, ledger, repository } = ground;
  const { settings, backlog, found } = request.inputs;
  const over = new Set(
    (await ledger.tasks.list(repository.id)).filter(({ state }) => isTerminal(state)).map(({ id }) => id),
  );
  const specs = backlog.tasks
    .map(({ spec }) => spec)
    .filter(({ id }) => !over.has(id) && (request.only === null || request.only.includes(id)));
  const expected = expectWork(specs, await expectationFacts(ground, settings, adaptersOf(program)));
  const base = settings.git.base ?? repository.branch ?? "HEAD";
  for (const notice of repository.notices) out.line(notice);
  if (found.length > 0)
    out.line(`no models are configured; found ${found.map(({ name, how }) => `${name} (${how})`).join(", ")}`);
  const lines = startLines({
    tasks: specs.length,
    models: settings.models,
    permissions: settings.permissions,
    uncommitted: await countUncommitted(ground),
    base,
    integration: settings.git.mergeInto,
    calls: specs.length === 0 ? null : { least: expected.calls.least, most: expected.calls.most },
    cost: expected.cost,
  });
  for (const line of lines) out.line(line);
  out.line();
}
