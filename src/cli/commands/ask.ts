import type { InputOf } from "../../actions/table.ts";
import type { AskEnd } from "../../domain/ask.ts";
import type { RecordedEvent } from "../../domain/events.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Scratch } from "../../engine/ports/scratch.ts";
import { answerLines } from "../../view/ask/ask-lines.ts";
import { askJson } from "../../view/json/ask-json.ts";
import { accessibleLine } from "../../view/log/accessible-lines.ts";
import { eventLine, plainLine } from "../../view/log/event-lines.ts";
import { requirePerson } from "../inputs/actor.ts";
import { chooseUi } from "../inputs/choose-ui.ts";
import { readAskInputs, scriptedOf, type AskInputs } from "../inputs/ask-inputs.ts";
import { isLogged, logLevel, type LogLevel } from "../inputs/log-level.ts";
import { exitCodeOf, printLines, printAskSummary, stopOnSignals } from "../output/ask-end.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { followLog } from "../running/follow-log.ts";
import { Numbered, over } from "../running/numbered.ts";
import { tellingOf } from "../running/told-of.ts";
import { showAskScreen } from "../running/show-screen.ts";
import { ask } from "../wiring/ask-parts.ts";
import { withLedger, type CommandContext } from "../wiring/command-context.ts";
import { vote } from "./vote.ts";
import { requireSandbox } from "../wiring/walls.ts";

/** Several models at once, anywhere. The answers are shown as they come. */
export async function command(program: Program, input: InputOf<"ask">, displays: Displays): Promise<number> {
  const inputs = await readAskInputs(program, input, true);
  await requireSandbox(program, inputs.settings);
  const ui = await chooseUi(program, displays);
  if (ui === "screen") return await showAskScreen(program, inputs);
  return await withLedger(program, (context) => askPlainly(context, inputs, displays.json ? "json" : ui));
}

async function askPlainly(
  context: CommandContext,
  inputs: AskInputs,
  format: "json" | "plain" | "accessible",
): Promise<number> {
  const json = format === "json";
  const { program, ledger } = context;
  const id = program.newId();
  const stop = new AbortController();
  const off = stopOnSignals(context, id, stop);
  const scripted = scriptedOf(inputs);
  const following = json
    ? null
    : followLog(
        ledger.log,
        await ledger.log.head(),
        { run: id },
        callPrinter(program, logLevel(program.env), format === "accessible"),
      );
  try {
    const end = await ask(
      context,
      id,
      inputs,
      {
        scratch: noScratch,
        onEnd: (one) => {
          if (!json)
            printLines(format === "plain" ? program : tellingOf(program, one.model), answerLines(one, scripted));
        },
      },
      stop.signal,
    );
    await following?.stop();
    if (json) program.out.json(askJson(end, scripted));
    else printAskSummary(program, end);
    if (format === "accessible") await askForVote(context, id, end, stop.signal);
    return exitCodeOf(end);
  } finally {
    off();
  }
}

/** Nobody watches the texts grow. */
const noScratch: Scratch = { tail: () => undefined, tool: () => undefined, read: () => null };

/** What the calls do, as the log of a run says it; whose call it is says its model. */
const callPrinter =
  ({ err }: Program, level: LogLevel, inWords: boolean) =>
  (events: readonly RecordedEvent[]): void => {
    for (const event of events) {
      const line = eventLine(event);
      const text =
        line === null || !isLogged(line.level, level)
          ? null
          : inWords
            ? accessibleLine(event)
            : plainLine(event, { color: err.color, task: false });
      if (text !== null) err.cleaned(text);
    }
  };

/** Whose answer was best, by its number; who types nothing keeps none. */
async function askForVote(context: CommandContext, id: RunId, { results }: AskEnd, signal: AbortSignal): Promise<void> {
  const { program } = context;
  if (results.length < 2 || !program.mayAsk) return;
  program.out.line("Whose answer was best?");
  const names = results.map(({ model }) => model);
  const chosen = await new Numbered(program, signal).choose([...names, "none"]);
  const model = chosen === over ? undefined : names[chosen];
  if (model === undefined) return;
  await requirePerson(program, { what: `vote for ${model}`, task: null });
  await vote(context, id, model, "ask");
  program.out.line(`${model} has the best answer.`);
}
