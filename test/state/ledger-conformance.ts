import { describe } from "vitest";

import { breakersConformance } from "./conformance/breakers.ts";
import { callsConformance } from "./conformance/calls.ts";
import { decisionsConformance } from "./conformance/decisions.ts";
import { leasesConformance } from "./conformance/leases.ts";
import { logConformance } from "./conformance/log.ts";
import { tasksConformance } from "./conformance/tasks.ts";
import type { OpenFresh } from "./sample.ts";

/** What every store must do. `open` gives a new and empty one each time. */
export function ledgerConformance(name: string, open: OpenFresh): void {
  describe(name, () => {
    describe("log", () => logConformance(open));
    describe("leases", () => leasesConformance(open));
    describe("calls", () => callsConformance(open));
    describe("breakers", () => breakersConformance(open));
    describe("decisions", () => decisionsConformance(open));
    describe("tasks", () => tasksConformance(open));
  });
}
