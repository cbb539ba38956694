import { z } from "zod";

import type { ModelName } from "../../src/domain/ids.ts";
import type { ModelLimits } from "../../src/domain/settings.ts";
import { takeFromLimits, type LimiterSlot } from "../../src/policy/limiter.ts";
import { json } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import { object } from "../events/value-schemas.ts";

const slots: z.ZodType<readonly LimiterSlot[]> = z.array(
  object({ second: z.number(), requests: z.number(), tokens: z.number() }),
);

/** Requests and tokens a minute of each model, counted over all processes. */
export class LimiterTable {
  readonly #sql: Sql;
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
  }

  /** How long to wait before one more request of `tokens` fits the minute; at 0 ms `take` counts it. */
  look(
    model: ModelName,
    limits: Pick<ModelLimits, "rpm" | "tpm">,
    tokens: number,
  ): { readonly waitMs: number; take(): void } {
    if (limits.rpm === null && limits.tpm === null) return { waitMs: 0, take: () => undefined };
    const row = this.#sql.get("SELECT slots FROM limiter WHERE model = ?", model);
    const before = row === null ? [] : json(row, "slots", (data) => slots.parse(data));
    const { waitMs, slots: after } = takeFromLimits(before, limits, tokens, this.#now());
    return { waitMs, take: () => this.#keep(model, after) };
  }

  #keep(model: ModelName, taken: readonly LimiterSlot[]): void {
    this.#sql.run("INSERT OR REPLACE INTO limiter (model, slots) VALUES (?, ?)", model, JSON.stringify(taken));
  }
}
