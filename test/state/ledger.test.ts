import { join } from "node:path";

import { afterAll } from "vitest";

import { openLedger } from "../../state/open-ledger.ts";
import { ledgerConformance } from "./ledger-conformance.ts";
import { openMemory, scratchFolder, StoppedClock } from "./sample.ts";

const folder = scratchFolder(afterAll);
let files = 0;

ledgerConformance("a ledger in memory", openMemory);

for (const mode of ["engine", "client"] as const) {
  ledgerConformance(`a ledger in a file, opened as ${mode}`, (more = {}) => {
    const clock = new StoppedClock();
    files += 1;
    return {
      clock,
      ledger: openLedger({ path: join(folder, `${files}.db`), mode, clock, random: () => 0.5, ...more }),
    };
  });
}
