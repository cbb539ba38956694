import type { InnerInput } from "../../actions/inner.ts";
import { brand } from "../../domain/brand.ts";
import { problemLine } from "../../domain/problem.ts";
import { goalTask } from "../inputs/goal-task.ts";
import { readInputs, readInputsFor, type Inputs } from "../inputs/read-inputs.ts";
import { namedTasks, requestOf, settingsFlags } from "../inputs/run-request.ts";
import { NotTrusted } from "../inputs/trust.ts";
import { BadFiles, CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { reportToStarter } from "../running/background-engine.ts";
import { keepLastWords } from "../running/engine-said.ts";
import { hostEngine } from "../running/host-engine.ts";
import { stopOnSignals } from "../running/stop-signals.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";

/** What works behind a screen: tells its starter when it has the run, then goes on by itself until the run is over. */
export async function command(program: Program, input: InnerInput<"engine">): Promise<number> {
  try {
    return await withRepository(program, (context) => work(context, input), "engine");
  } catch (error) {
    if (error instanceof BadFiles) reportToStarter({ kind: "failed", why: error.problems.map(problemLine) });
    else if (error instanceof NotTrusted)
      reportToStarter({
        kind: "failed",
        why: [`${error.message}: ${brand.bin} resume in a terminal shows them and asks`],
      });
    else if (error instanceof CommandError) reportToStarter({ kind: "failed", why: [error.message, ...error.more] });
    else reportToStarter({ kind: "failed", why: [error instanceof Error ? error.message : String(error)] });
    throw error;
  }
}

async function work(context: RepositoryContext, input: InnerInput<"engine">): Promise<number> {
  const inputs = await readFor(context, input);
  const { goalId, task } = input;
  const only = goalId === undefined ? await namedTasks(context, task, inputs) : [goalId];
  const request = await requestOf(context, input, inputs, { only, linger: true });
  const signals = stopOnSignals(context);
  try {
    const end = await hostEngine(context, request, {
      started: signals.started,
      opened: (run) => {
        reportToStarter(run === null ? { kind: "busy" } : { kind: "opened", run });
        signals.opened();
      },
      events: () => undefined,
    });
    return end.kind === "ended" ? end.exitCode : 2;
  } catch (error) {
    keepLastWords(context, error, true);
    throw error;
  } finally {
    signals.off();
  }
}

/** The backlog of a file, one task from the command line, or what the last run has already. */
async function readFor({ program, repository }: RepositoryContext, input: InnerInput<"engine">): Promise<Inputs> {
  const question = { repositoryTop: repository.top, flags: settingsFlags(input) };
  const { goal, goalId = "" } = input;
  if (goal !== undefined) return await readInputsFor(program, question, goalTask(input, goalId, goal));
  if (input.resume) return await readInputsFor(program, question, null);
  return await readInputs(program, { ...question, file: input.file ?? null });
}
