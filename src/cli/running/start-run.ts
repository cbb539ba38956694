import type { StartedResult } from "../../actions/results/run.ts";
import { brand } from "../../domain/brand.ts";
import type { RunId } from "../../domain/ids.ts";
import { jsonVersion } from "../../view/json/json.ts";
import { chooseUi } from "../inputs/choose-ui.ts";
import { printStart } from "../output/print-start.ts";
import { CommandError } from "../program/command-error.ts";
import type { Displays } from "../program/typed-input.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";
import { requireSandbox } from "../wiring/walls.ts";
import { attach } from "./attach.ts";
import { startBackground } from "./background-engine.ts";
import { runningEngine } from "./engine-lease.ts";
import type { EngineRequest } from "./host-engine.ts";
import { runForeground } from "./run-foreground.ts";

/**
 * Runs what was asked for in the way that fits the place: in this process where lines or JSON are wanted, else behind a
 * screen, or left alone with --detach.
 */
export async function startRun(
  context: RepositoryContext,
  displays: Displays,
  request: EngineRequest,
  engineArguments: readonly string[],
): Promise<number> {
  const { program } = context;
  await requireSandbox(program, request.inputs.settings);
  const detach = displays.detach;
  if (!detach && (await chooseUi(program, displays)) === "plain") {
    return await runForeground(context, request, displays.json ? "json" : "plain");
  }
  const run = await openBehind(context, displays, request, engineArguments);
  if (!detach) return await attach(context, displays);
  const started: StartedResult = { v: jsonVersion, run };
  if (displays.json) program.out.json(started);
  else program.out.line(`run ${run} goes on in the background: ${brand.bin} watch, ${brand.bin} stop`);
  return 0;
}

/** The run of the engine that works here, started if there is none. */
async function openBehind(
  context: RepositoryContext,
  displays: Displays,
  request: EngineRequest,
  engineArguments: readonly string[],
): Promise<RunId> {
  const { program, ledger, repository } = context;
  const there = await runningEngine(ledger, repository.id, program.clock.now());
  if (there === null) {
    if (!displays.json) await printStart(context, request, program.out);
    const start = await startBackground(context, engineArguments);
    if (start.kind === "opened") return start.run;
    const [first = "the engine did not start", ...more] = start.kind === "failed" ? start.why : [];
    if (start.kind === "failed") throw new CommandError(first, 2, more);
  }
  const run = await lastRun(ledger, repository.id);
  if (run === null)
    throw new CommandError("another engine has this repository and has not begun its run yet; try again");
  return run.id;
}
