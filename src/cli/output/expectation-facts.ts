import { adapterNames, type Settings } from "../../domain/settings.ts";
import { usedSince } from "../../policy/spread.ts";
import { capabilitiesOf } from "../../models/capabilities.ts";
import type { CommandContext } from "../wiring/command-context.ts";
import type { ExpectationFacts } from "./expectation.ts";

const runsLookedAt = 20;

/** What an expectation is made from, read from the ledger. */
export async function expectationFacts(
  { ledger, program }: CommandContext,
  settings: Settings,
): Promise<ExpectationFacts> {
  const nowMs = program.clock.now();
  const sinceMs = usedSince(settings, "implementer", null);
  const runs = await ledger.runs.runs(null, runsLookedAt);
  const history = await Promise.all(runs.map(({ id }) => ledger.runs.totals(id)));
  return {
    settings,
    holds: await ledger.account.holds(undefined, { settings, nowMs }),
    breakers: await ledger.breakers.list(),
    nowMs,
    ...(sinceMs === null ? {} : { use: await ledger.account.use(nowMs - sinceMs) }),
    history: history.flat(),
    adapters: new Map(adapterNames.map((name) => [name, capabilitiesOf[name]])),
  };
}
