import { z } from "zod";

import { workKinds } from "../../src/domain/analysis.ts";
import { verdictsOfPersons, type Outcome, type OutcomeEvents, type Reopening } from "../../src/domain/outcome.ts";
import { modes } from "../../src/domain/task.ts";
import { body, type Bodies } from "./event-body.ts";
import { cost, integer, object, risk, role, text, texts } from "./value-schemas.ts";

const y = z.union([z.literal(0), z.literal(1), z.null()]);
export const judged = { y, why: text };
export const outcomeOfWork: z.ZodType<Outcome> = object({
  id: text,
  task: text,
  run: text.nullable(),
  unit: text,
  role,
  model: text,
  area: text.nullable(),
  kind: z.enum(workKinds).nullable(),
  risk,
  mode: z.enum(modes),
  complexity: integer.nullable(),
  promptHash: text.nullable(),
  ...judged,
  durationMs: integer.nullable(),
  cost,
  tokens: integer.nullable(),
  rounds: integer.nullable(),
  gateFailures: integer.nullable(),
  failure: text.nullable(),
  person: z.enum(verdictsOfPersons).nullable(),
  commit: text.nullable(),
});

export const reopening: z.ZodType<Reopening> = object({ check: text, failures: texts, commit: text });

export const outcomeBodies: Pick<Bodies, keyof OutcomeEvents> = {
  "outcome.recorded": body("outcome.recorded", object({ outcome: outcomeOfWork })),
  "outcome.corrected": body("outcome.corrected", object({ id: text, ...judged, commit: text.exactOptional() })),
  "regression.found": body(
    "regression.found",
    object({
      check: text,
      failures: texts,
      task: text.nullable(),
      green: text.nullable(),
      red: text,
      runs: integer,
      dependants: texts,
    }),
  ),
};
