import type { InputOf } from "../../actions/table.ts";
import type { RecordedEvent } from "../../domain/events.ts";
import type { Scratch } from "../../engine/ports/scratch.ts";
import { answerLines } from "../../view/ask/ask-lines.ts";
import { askJson } from "../../view/json/ask-json.ts";
import { eventLine, plainLine } from "../../view/log/event-lines.ts";
import { readAskInputs, scriptedOf, type AskInputs } from "../inputs/ask-inputs.ts";
import { isLogged, logLevel, type LogLevel } from "../inputs/log-level.ts";
import { exitCodeOf, printLines, printAskSummary, stopOnSignals } from "../output/ask-end.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { followLog } from "../running/follow-log.ts";
import { showAskScreen } from "../running/show-screen.ts";
import { ask } from "../wiring/ask-parts.ts";
import { withLedger, type CommandContext } from "../wiring/command-context.ts";
import { requireSandbox } from "../wiring/walls.ts";

/** Several models at once, anywhere. The answers are shown as they come. */
export async function command(program: Program, input: InputOf<"ask">, displays: Displays): Promise<number> {
  const inputs = await readAskInputs(program, input, true);
  await requireSandbox(program, inputs.settings);
  if (program.interactive && !displays.plain && !displays.json) return await showAskScreen(program, inputs);
  return await withLedger(program, (context) => askPlainly(context, inputs, displays.json));
}

async function askPlainly(context: CommandContext, inputs: AskInputs, json: boolean): Promise<number> {
  const { program, ledger } = context;
  const id = program.newId();
  const stop = new AbortController();
  const off = stopOnSignals(context, id, stop);
  const scripted = scriptedOf(inputs);
  const following = json
    ? null
    : followLog(ledger.log, await ledger.log.head(), { run: id }, callPrinter(program, logLevel(program.env)));
  try {
    const end = await ask(
      context,
      id,
      inputs,
      { scratch: noScratch, onEnd: (one) => (json ? undefined : printLines(program, answerLines(one, scripted))) },
      stop.signal,
    );
    await following?.stop();
    if (json) program.out.json(askJson(end, scripted));
    else printAskSummary(program, end);
    return exitCodeOf(end);
  } finally {
    off();
  }
}

/** Nobody watches the texts grow. */
const noScratch: Scratch = { tail: () => undefined, tool: () => undefined, read: () => null };

/** What the calls do, as the log of a run says it; whose call it is says its model. */
const callPrinter =
  ({ err }: Program, level: LogLevel) =>
  (events: readonly RecordedEvent[]): void => {
    for (const event of events) {
      const line = eventLine(event);
      const text =
        line !== null && isLogged(line.level, level) ? plainLine(event, { color: err.color, task: false }) : null;
      if (text !== null) err.cleaned(text);
    }
  };
