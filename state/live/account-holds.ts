import type { NewEvent } from "../../src/domain/events.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Hold } from "../../src/domain/question.ts";
import { accountHold, isHeld, type LastLimit, type LimitReport } from "../../src/policy/limit-hold.ts";
import { json } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import { hold as holdSchema } from "../events/value-schemas.ts";
import type { EventTable } from "../log/event-log.ts";

/** The event that a limit leads to, decided on the account's hold of this moment; none where that stays as it is. */
export function holdEvents(
  parts: { readonly sql: Sql; readonly events: EventTable; readonly nowMs: number },
  report: LimitReport,
  run: RunId | null,
): readonly (NewEvent & { readonly type: "hold.set" })[] {
  const { sql, events, nowMs } = parts;
  const hold = accountHold(
    report,
    currentHold(sql, report.account, nowMs),
    lastLimit(events, report.account, run),
    nowMs,
  );
  return hold === null ? [] : [{ type: "hold.set", data: { hold } }];
}

function currentHold(sql: Sql, account: string, nowMs: number): Hold | null {
  const row = sql.get("SELECT hold FROM hold WHERE scope = 'account' AND target = ?", account);
  const hold = row === null ? null : json(row, "hold", (data) => holdSchema.parse(data));
  return hold !== null && isHeld(hold, nowMs) ? hold : null;
}

function lastLimit(events: EventTable, account: string, run: RunId | null): LastLimit | null {
  if (run === null) return null;
  const set = events
    .since(0, { run, types: ["hold.set"] })
    .findLast(
      ({ type, data }) =>
        type === "hold.set" &&
        data.hold.by === "limit" &&
        data.hold.scope === "account" &&
        data.hold.target === account,
    );
  if (set?.type !== "hold.set") return null;
  const { hold } = set.data;
  const released = events
    .since(set.pos, { types: ["hold.released"] })
    .find(({ type, data }) => type === "hold.released" && data.id === hold.id);
  if (released?.type !== "hold.released") return { hold, over: null };
  return { hold, over: { atMs: released.at, byPerson: released.data.by.kind !== "engine" } };
}
