import type { AskEnd, SynthesisEnd } from "../../domain/ask.ts";
import { microsPerUsd } from "../../domain/money.ts";
import type { ModelName } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import { inForce, pricesOf, rowFor } from "../../policy/prices.ts";
import type { AskDoor } from "../../screen/screen-asks.ts";
import { dollars, tokens } from "../../view/text/amounts.ts";
import { vote } from "../commands/vote.ts";
import { requirePerson } from "../inputs/actor.ts";
import { readAskInputs, scriptedOf, type AskInputs } from "../inputs/ask-inputs.ts";
import type { Program } from "../program/program.ts";
import { ask } from "../wiring/ask-parts.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { readAsks } from "../wiring/kept-asks.ts";
import { requireSandbox } from "../wiring/walls.ts";
import { followLog, type LogFollower } from "./follow-log.ts";

/** What an answer of usual length is taken to have. */
const usualAnswer = 1_000;
const lettersAToken = 4;

/** Asks as the command `ask` does, beside a screen: trust, walls and budgets are asked for as there, but nobody is asked to type. */
export function askDoor(context: RepositoryContext): AskDoor {
  const { program, ledger, repository, paths } = context;
  const quiet: Program = { ...program, mayAsk: false };
  const inputsOf = async (text: string, models: readonly ModelName[]): Promise<AskInputs> => {
    const inputs = await readAskInputs(
      quiet,
      { text, models: [...models], synthesize: false, cached: false, trust: false },
      false,
    );
    await requireSandbox(quiet, inputs.settings);
    return inputs;
  };
  return {
    look: async (text, models) => costLines(await inputsOf(text, models), program.clock.now()),
    async start(text, models, on, signal) {
      const inputs = await inputsOf(text, models);
      const id = program.newId();
      const following = followLog(ledger.log, await ledger.log.head(), { run: id }, on.onEvents);
      const asking = ask({ ...context, program: quiet }, id, inputs, on, signal);
      const scripted = [...scriptedOf(inputs)];
      return {
        id,
        models: inputs.models,
        notice: scripted.length === 0 ? null : `scripted, what they say is made up: ${scripted.join(", ")}`,
        ended: endOf(asking, following),
      };
    },
    async vote(id, model) {
      await requirePerson(program, { what: `vote for ${model}`, task: null });
      await vote(context, id, model, "screen");
      return `${model} has the best answer`;
    },
    past: () => readAsks(ledger.log, paths, repository.id),
  };
}

/** What followed the calls ends with them. */
async function endOf(asking: Promise<AskEnd>, following: LogFollower): Promise<SynthesisEnd | null> {
  try {
    return (await asking).synthesis ?? null;
  } finally {
    await following.stop();
  }
}

function costLines({ text, models, settings }: AskInputs, nowMs: number): readonly string[] {
  const input = Math.ceil(text.length / lettersAToken);
  const caps =
    settings.budget.callMicros === null ? [] : [`no call may cost more than ${dollars(settings.budget.callMicros)}`];
  return [
    `about ${tokens(input)} tokens to each of ${models.length}:`,
    ...models.map((name) => `  ${name}: ${costOf(name, settings, input, nowMs)}`),
    ...caps,
  ];
}

function costOf(name: ModelName, settings: Settings, input: number, nowMs: number): string {
  const model = settings.models.find((one) => one.name === name);
  if (model === undefined) return "not in the settings";
  if (model.billing !== "metered") return `${model.billing}, nothing beyond its plan`;
  const row = rowFor(inForce(pricesOf(model, settings.prices ?? []), nowMs), input);
  if (row === null) return "metered; nobody knows its price";
  const { input: into, output: out } = row.microsPerMillion;
  const micros = Math.ceil((input * into + usualAnswer * out) / microsPerUsd);
  return `about ${dollars(micros)} with an answer of ${tokens(usualAnswer)} tokens (${dollars(into)} in, ${dollars(out)} out a million)`;
}
