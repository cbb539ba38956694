import type { InputOf } from "../../actions/table.ts";
import { brand, envName } from "../../domain/brand.ts";
import { runBacklog } from "../commands/run.ts";
import { chooseUi } from "../inputs/choose-ui.ts";
import { readInputs } from "../inputs/read-inputs.ts";
import { requestOf } from "../inputs/run-request.ts";
import { trustWritten } from "../inputs/trust.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { runForeground } from "../running/run-foreground.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";
import { playPerson } from "./player.ts";
import type { Pace } from "./scenario.ts";
import { makeScratch, shippedBacklog, type ScratchProject } from "./scratch.ts";

const unhurried: Pace = 1;
const fast: Pace = 20;
const unasked = { yesTo: [], noWait: false, trust: false };
/** How long the demo's person thinks about a question. */
const thinkMs = 1_500;

/** The whole loop on scripted models: watched and decided in a terminal, else played to its end. */
export async function command(program: Program, input: InputOf<"demo">, displays: Displays): Promise<number> {
  const pace = input.fast ? fast : unhurried;
  const scratch = await makeScratch(await shippedBacklog(), pace, program.env);
  const inside: Program = {
    ...program,
    cwd: scratch.project,
    env: { ...program.env, [envName("HOME")]: scratch.home },
  };
  const ui = await chooseUi(program, displays);
  const watched = ui !== "plain";
  sayWhere(program, scratch, ui === "screen");
  const code = await withRepository(
    inside,
    async (context) => {
      await trustWritten(inside, context.repository);
      return await (watched ? runBacklog(context, unasked, null, displays) : playThrough(context, displays, pace));
    },
    "engine",
  );
  if (!displays.json) sayNext(program, scratch);
  return code;
}

/** Without anybody at a terminal a program answers the questions, and the run goes to its end. */
async function playThrough(context: RepositoryContext, displays: Displays, pace: Pace): Promise<number> {
  const { program, ledger, repository } = context;
  const inputs = await readInputs(program, { file: null, repositoryTop: repository.top, flags: {} });
  const over = new AbortController();
  const person = playPerson(
    { ledger, clock: program.clock, repository: repository.id, thinkMs: thinkMs / pace },
    over.signal,
  );
  try {
    const request = await requestOf(context, unasked, inputs, { only: null, linger: true });
    return await runForeground(context, request, displays.json ? "json" : "plain");
  } finally {
    over.abort();
    await person;
  }
}

function sayWhere(program: Program, { project }: ScratchProject, watched: boolean): void {
  const { err } = program;
  err.line(
    `A demo: scripted models work on a small project in ${project}. Nothing is paid and nothing of yours is touched.`,
  );
  if (!watched) return;
  err.line(
    "Some tasks will wait for you: 3 shows them. To see it survive, look up the engine's process in the log (6),",
  );
  err.line("end it from another terminal with kill -9, and press R.");
}

function sayNext(program: Program, { folder, project, home }: ScratchProject): void {
  const { err } = program;
  err.line();
  err.line(`The project and its history stay in ${project}:`);
  err.line(`  git -C ${project} log --graph --oneline ${brand.integrationBranch}`);
  err.line(`  cd ${project} && ${envName("HOME")}=${home} ${brand.bin} list`);
  err.line(`Remove it all with: rm -r ${folder}`);
}
