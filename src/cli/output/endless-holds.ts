import { brand } from "../../domain/brand.ts";
import { holdsOn } from "../../policy/limit-hold.ts";
import { lastRun, type KnownContext } from "../wiring/command-context.ts";

/** Says which holds on models of the last run here only a person ends, and how. Returns their number. */
export async function printEndlessHolds({ program, ledger, repository }: KnownContext): Promise<number> {
  const run = await lastRun(ledger, repository.id);
  const settings = run === null ? null : await ledger.runs.settings(run.settingsDigest);
  if (run === null || run.state === "ended" || settings === null) return 0;
  const now = program.clock.now();
  const endless = (await ledger.account.holds(repository.id)).filter(({ untilMs }) => untilMs === null);
  const ours = endless.filter((hold) => settings.models.some((model) => holdsOn(model, [hold], now).length > 0));
  for (const { scope, target, reason } of ours) {
    program.out.line(`${scope} ${target} is held until you release it: ${reason}`);
    program.out.line(`    ${brand.bin} release ${target}`);
  }
  return ours.length;
}
