import { z } from "zod";

import { action } from "./action.ts";
import { list, model, needed, text } from "./fields.ts";
import { doneResult } from "./results/done.ts";
import { explainResult, modelsResult, pricesResult } from "./results/model.ts";

/** What concerns models, accounts and providers. */
export const modelActions = {
  models: action({
    group: "Models",
    title: "Show the models",
    help: "health, breakers, holds and cost of each model",
    input: z.strictObject({}),
    output: modelsResult,
    decides: false,
    needs: [],
    cli: { command: "models", displays: ["json"] },
  }),
  prices: action({
    group: "Models",
    title: "Show what each model costs",
    help: "what each model costs",
    input: z.strictObject({}),
    output: pricesResult,
    decides: false,
    needs: [],
    cli: { command: "models", by: "prices", displays: ["json"] },
  }),
  reset_breaker: action({
    group: "Models",
    title: "Reset the circuit breaker",
    help: "close its breaker",
    input: z.strictObject({ model: needed("close its breaker", "M", { flag: "reset", completes: "model" }) }),
    output: doneResult,
    decides: true,
    needs: [],
    cli: { command: "models", by: "reset", displays: ["json"] },
  }),
  explain: action({
    group: "Models",
    title: "Explain a recorded stream or answer",
    help: "what is made of a recorded stream or answer",
    input: z.strictObject({
      adapter: needed("what is made of a recorded stream, or of an answer over HTTP", "ADAPTER", { flag: "explain" }),
      file: text("with --explain: a recorded stream, or the body of an answer; - is standard input", "FILE", {
        positional: true,
        completes: "file",
      }),
      exit: text("with --explain: its exit code", "N"),
      signal: text("with --explain: the signal that ended it", "S"),
      stderr: text("with --explain: its standard error", "FILE", { completes: "file" }),
      status: text("with --explain, of an answer over HTTP: its status; default 200", "N"),
      header: list("with --explain, of an answer over HTTP: a header of it", "NAME:VALUE"),
    }),
    output: explainResult,
    decides: false,
    needs: [],
    cli: { command: "models", by: "explain", displays: ["json"] },
  }),
  hold: action({
    group: "Models",
    title: "Hold this model until I release it",
    help: "do not ask a model before an instant",
    input: z.strictObject({
      model,
      until: text("20:00, 2h or an ISO instant; without it until release", "T"),
    }),
    output: doneResult,
    decides: true,
    needs: [],
    cli: { command: "hold", displays: ["json"] },
  }),
  keep_hold: action({
    group: "Models",
    title: "Do not resume by itself",
    help: "let a hold last until a person ends it",
    input: z.strictObject({ model }),
    output: doneResult,
    decides: true,
    needs: [],
    cli: null,
  }),
  release: action({
    group: "Models",
    title: "Retry now: release the holds",
    help: "end the holds of a model",
    input: z.strictObject({ model }),
    output: doneResult,
    decides: true,
    needs: [],
    cli: { command: "release", displays: ["json"] },
  }),
};
