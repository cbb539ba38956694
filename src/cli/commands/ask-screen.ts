import type { InputOf } from "../../actions/table.ts";
import type { AskEnd } from "../../domain/ask.ts";
import { AskStore } from "../../screen/ask-store.ts";
import type { ScreenExit } from "../../screen/mount.ts";
import { openAsk } from "../../screen/open-ask.ts";
import { openTerminal } from "../../terminal/terminal.ts";
import { newBoard } from "../../view/ask/ask-board.ts";
import { answerLines } from "../../view/ask/ask-lines.ts";
import { requirePerson } from "../inputs/actor.ts";
import { screenLook } from "../inputs/read-screen.ts";
import { readAskInputs, scriptedOf, type AskInputs } from "../inputs/ask-inputs.ts";
import { exitCodeOf, printLines, printAskSummary, stopOnSignals } from "../output/ask-end.ts";
import type { Program } from "../program/program.ts";
import { followLog } from "../running/follow-log.ts";
import { wantsStockInk } from "../running/stock-ink.ts";
import { ask } from "../wiring/ask-parts.ts";
import { withLedger, type CommandContext } from "../wiring/command-context.ts";
import { vote } from "./vote.ts";

/** Asks behind a screen; its launcher owns the terminal and outlives it. At its end the answers stand on the first screen. */
export async function command(program: Program, input: InputOf<"ask">): Promise<number> {
  const inputs = await readAskInputs(program, input, false);
  return await withLedger(program, (context) => askOnScreen(context, inputs));
}

async function askOnScreen(context: CommandContext, inputs: AskInputs): Promise<number> {
  const { program, ledger } = context;
  const { clock } = program;
  const { theme } = await screenLook(program);
  const id = program.newId();
  const stop = new AbortController();
  const scripted = scriptedOf(inputs);
  const notice = scripted.size === 0 ? null : `scripted, what they say is made up: ${[...scripted].join(", ")}`;
  const board = newBoard(inputs.text, inputs.models, inputs.synthesize, clock.now());
  const store = new AskStore(clock, theme.motion, { ...board, notice });
  const following = followLog(ledger.log, await ledger.log.head(), { run: id }, (events) => store.take(events));
  const asking = ask(
    context,
    id,
    inputs,
    { scratch: store.scratch, onEnd: (end) => store.ended(end) },
    stop.signal,
  ).then((end) => {
    store.allEnded(end.synthesis ?? null);
    return end;
  });
  const unguard = stopAtSignals(stop);
  asking.catch((error: unknown) => store.say(error instanceof Error ? error.message : String(error)));
  const left = await openAsk({
    store,
    terminal: openTerminal(),
    stockInk: wantsStockInk(program),
    theme,
    vote: async (model) => {
      await requirePerson(program, { what: `vote for ${model}`, task: null });
      await vote(context, id, model, "ask");
      return `${model} has the best answer`;
    },
  });
  const off = stopOnSignals(context, id, stop);
  stop.abort("stop");
  try {
    const end = await asking;
    await following.stop();
    return said(program, left, end, scripted);
  } finally {
    off();
    unguard();
  }
}

/**
 * While the screen is up a signal is its end. Whoever listens inside Ink would end the process at once, were it the last to
 * get a signal; the calls are to end first.
 */
function stopAtSignals(stop: AbortController): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
  const onSignal = (): void => stop.abort("stop");
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

function said(program: Program, left: ScreenExit, end: AskEnd, scripted: ReadonlySet<string>): number {
  for (const one of [...end.results, ...end.failures]) printLines(program, answerLines(one, scripted));
  printAskSummary(program, end);
  switch (left.kind) {
    case "left":
      return exitCodeOf(end);
    case "signal":
      return left.exitCode;
    case "launcher_gone":
      return 1;
    case "error":
      program.err.line(`the screen failed: ${left.error instanceof Error ? left.error.message : String(left.error)}`);
      return 1;
  }
}
