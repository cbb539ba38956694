import { z } from "zod";

import { canonicalJson, toJson } from "../../src/domain/json.ts";
import type { Fence, Leases, OwnerIdentity } from "../../src/engine/ports/leases.ts";
import { flag, integer, json, text, type Row } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import { takeSlots } from "./slots.ts";
import { object } from "../events/value-schemas.ts";

const owner: z.ZodType<OwnerIdentity> = object({
  machine: z.string(),
  boot: z.string(),
  pidNamespace: z.string(),
  pid: z.number(),
  startTime: z.string(),
});

const ownerOf = (row: Row): OwnerIdentity => json(row, "owner", (data) => owner.parse(data));

/**
 * Who runs what. A row per task stays for ever, so that epochs only rise; `held` is 0 once it was given back. A lease whose end
 * has passed is still its owner's until somebody claims it: a late engine that nobody replaced loses nothing.
 */
export function createLeases(connection: LedgerConnection, now: () => number): Leases {
  const { sql } = connection;
  return {
    claim: (request) =>
      connection.write(() => {
        const { repository, task } = request;
        const me = canonicalJson(toJson(request.owner));
        const row = sql.get("SELECT * FROM lease WHERE repository = ? AND task = ?", repository, task);
        if (row !== null && isHeldByOther(row, me, now(), request.isDead)) return null;
        const epoch = (row === null ? 0 : integer(row, "epoch")) + 1;
        sql.run(
          "INSERT OR REPLACE INTO lease (repository, task, owner, epoch, until, held) VALUES (?, ?, ?, ?, ?, 1)",
          repository,
          task,
          me,
          epoch,
          request.untilMs,
        );
        const slots = request.slots === undefined ? null : takeSlots(sql, now(), repository, request.slots);
        return { repository, task, owner: me, epoch, ...(slots === null ? {} : { slots }) };
      }),
    renew: (fences, untilMs) =>
      connection.write(() => {
        connection.assertInPlace();
        return fences.filter(
          (fence) =>
            sql.run(
              "UPDATE lease SET until = ? WHERE repository = ? AND task = ? AND owner = ? AND epoch = ? AND held = 1",
              untilMs,
              ...fenceValues(fence),
            ) === 0,
        );
      }),
    release: (fence) =>
      connection.write(() => {
        sql.run(
          "UPDATE lease SET held = 0, until = min(until, ?) WHERE repository = ? AND task = ? AND owner = ? AND epoch = ? AND held = 1",
          now(),
          ...fenceValues(fence),
        );
      }),
    holder: (repository, task) =>
      connection.read(() => {
        const row = sql.get("SELECT * FROM lease WHERE repository = ? AND task = ?", repository, task);
        if (row === null) return null;
        const fence = { repository, task, owner: text(row, "owner"), epoch: integer(row, "epoch") };
        return { owner: ownerOf(row), untilMs: integer(row, "until"), fence: flag(row, "held") ? fence : null };
      }),
  };
}

function isHeldByOther(row: Row, me: string, nowMs: number, isDead: (owner: OwnerIdentity) => boolean): boolean {
  if (!flag(row, "held") || text(row, "owner") === me || integer(row, "until") <= nowMs) return false;
  return !isDead(ownerOf(row));
}

const fenceValues = (fence: Fence): readonly [string, string, string, number] => [
  fence.repository,
  fence.task,
  fence.owner,
  fence.epoch,
];
