import { assert } from "../../src/domain/assert.ts";
import { totalTokens } from "../../src/domain/money.ts";
import type { Folds } from "./fold-type.ts";
import { daySpend, runSpend, taskSpend } from "./spend-scope.ts";

/** What belongs to accounts and not to one run: holds, breakers, money, checks gone on without. */
export const accountFolds: Pick<
  Folds,
  "hold.set" | "hold.released" | "account.used" | "breaker.moved" | "budget.settled" | "check.waived" | "check.regained"
> = {
  "hold.set"(sql, event) {
    const { hold } = event.data;
    const repository = hold.scope === "task" || hold.scope === "service" ? event.repository : null;
    sql.run("DELETE FROM hold WHERE scope = ? AND target = ? AND repository IS ?", hold.scope, hold.target, repository);
    sql.run(
      "INSERT OR REPLACE INTO hold (id, scope, target, repository, pos, hold) VALUES (?, ?, ?, ?, ?, ?)",
      hold.id,
      hold.scope,
      hold.target,
      repository,
      event.pos,
      JSON.stringify(hold),
    );
  },
  "hold.released"(sql, event) {
    sql.run("DELETE FROM hold WHERE id = ?", event.data.id);
  },
  "account.used"(sql, event) {
    const { account, windows } = event.data;
    for (const { name, share, resetAtMs } of windows)
      sql.run(
        "INSERT OR REPLACE INTO account_window (account, name, share, reset_at, at) VALUES (?, ?, ?, ?, ?)",
        account,
        name,
        share,
        resetAtMs,
        event.at,
      );
  },
  "breaker.moved"(sql, event) {
    const { model, from, to } = event.data;
    const present = sql.value("SELECT state FROM breaker WHERE model = ?", model) ?? "closed";
    assert(present === from, `the breaker of ${model} is ${JSON.stringify(present)}, not ${from}`);
    sql.run(
      `INSERT INTO breaker (model, state, opened_at) VALUES (?, ?, ?)
       ON CONFLICT (model) DO UPDATE SET state = excluded.state,
         opened_at = CASE excluded.state WHEN 'half_open' THEN opened_at ELSE excluded.opened_at END`,
      model,
      to,
      to === "open" ? event.at : null,
    );
  },
  "check.waived"(sql, event) {
    assert(event.repository !== null, "check.waived says no repository");
    const { check, command, by } = event.data;
    sql.run(
      "INSERT OR REPLACE INTO waived_check (repository, name, command, actor, at) VALUES (?, ?, ?, ?, ?)",
      event.repository,
      check,
      command,
      by,
      event.at,
    );
  },
  "check.regained"(sql, event) {
    assert(event.repository !== null, "check.regained says no repository");
    sql.run("DELETE FROM waived_check WHERE repository = ? AND name = ?", event.repository, event.data.check);
  },
  "budget.settled"(sql, event) {
    const { cost, usage, day, assumedMicros, notional = false } = event.data;
    const scopes = [daySpend(day)];
    if (event.run !== null) scopes.push(runSpend(event.run));
    if (event.repository !== null && event.task !== undefined) {
      scopes.push(taskSpend(event.repository, event.task));
      const parent = sql.value("SELECT parent FROM task WHERE repository = ? AND id = ?", event.repository, event.task);
      // What a part spends is its parent's too.
      if (typeof parent === "string") scopes.push(taskSpend(event.repository, parent));
    }
    for (const scope of scopes) {
      sql.run(
        `INSERT INTO spend (scope, micros, tokens, unknown_calls) VALUES (?, ?, ?, ?)
         ON CONFLICT (scope) DO UPDATE SET micros = micros + excluded.micros, tokens = tokens + excluded.tokens,
           unknown_calls = unknown_calls + excluded.unknown_calls`,
        scope,
        notional ? 0 : (assumedMicros ?? cost.micros ?? 0),
        totalTokens(usage),
        cost.micros === null && !notional ? 1 : 0,
      );
    }
  },
};
