import { expect, test } from "vitest";

import { task } from "../view/fixtures.ts";
import { openStore } from "./open-store.ts";

test("of a thousand finished tasks the log is asked a few times, and those undone are known", async () => {
  const rows = Array.from({ length: 1_000 }, (_, n) => task(`D${n}`, "d", { state: "DONE" }));
  const asked: number[] = [];
  const { ledger, store } = await openStore((of) => {
    of.rows.push(...rows);
    of.happen({ type: "merge.reverted", task: "D7", data: { commit: "r", of: "m" } });
    asked.push(0);
    const { since } = of.log;
    Object.assign(of.log, {
      since: (...given: Parameters<typeof since>) => {
        asked[0] = (asked[0] ?? 0) + 1;
        return since(...given);
      },
    });
  });
  expect([...store.getSnapshot("tasks", "").reverted]).toEqual(["D7"]);
  expect(asked[0]).toBeLessThan(10);
  expect(ledger.rows).toHaveLength(1_000);
});
