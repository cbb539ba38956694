import type { Hold } from "../../domain/question.ts";
import type { Settings } from "../../domain/settings.ts";
import { holdsOn } from "../../policy/limit-hold.ts";
import { duration, instant } from "../../view/text/durations.ts";
import type { CommandContext } from "../wiring/command-context.ts";

/** The holds on these models, each with its end: what keeps them from being asked now. */
export async function heldModels(
  { ledger, program }: CommandContext,
  settings: Pick<Settings, "models" | "accounts">,
): Promise<readonly string[]> {
  const now = program.clock.now();
  const holds = await ledger.account.holds(undefined, { settings, nowMs: now });
  return holds.flatMap((hold) => {
    const names = settings.models.filter((model) => holdsOn(model, [hold], now).length > 0).map(({ name }) => name);
    return names.length === 0
      ? []
      : [`${names.join(", ")}: ${hold.scope} ${hold.target} is held ${endOf(hold, now)}: ${hold.reason}`];
  });
}

const endOf = ({ untilMs }: Hold, now: number): string =>
  untilMs === null ? "until you release it" : `until ${instant(untilMs, now)}, for ${duration(untilMs - now)}`;
