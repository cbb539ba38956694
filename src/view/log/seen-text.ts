import { brand } from "../../domain/brand.ts";
import type { Seen, SeenItem } from "../../domain/seen.ts";
import { instant } from "../text/durations.ts";

/** What was changed behind our back, since when, what ran meanwhile, and what became of it. */
export function seenText({ sinceMs, items, ran }: Seen, now: number): string {
  const since = sinceMs === 0 ? "" : ` since ${instant(sinceMs, now)}`;
  return `changed behind ${brand.name}'s back${since} ${ranText(ran)}: ${items.map(itemText).join("; ")}`;
}

/** The same for a line that comes and goes; the log has all of it. */
export function seenNotice({ items, asks }: Seen): string {
  const [first] = items;
  const more = items.length > 1 ? ` and ${items.length - 1} more` : "";
  const next = asks.length > 0 ? `${asks.join(", ")} will ask` : "the log says what";
  return `changed behind ${brand.name}'s back: ${first?.name ?? ""}${more}; ${next}`;
}

const short = (commit: string): string => commit.slice(0, 7);

const ranText = (ran: Seen["ran"]): string =>
  ran.length === 0 ? "while nothing ran" : `while ${ran.map(({ task, what }) => `${task} ran ${what}`).join(" and ")}`;

/** refs/heads/main moved from 1234567 to 89abcde, left as it is */
function itemText({ kind, name, from, to, outcome, kept }: SeenItem): string {
  const word = from === null ? "was made" : to === null ? "was deleted" : "was changed";
  const commits = kind === "file" || from === null || to === null ? word : `moved from ${short(from)} to ${short(to)}`;
  const became: Record<SeenItem["outcome"], string> = {
    put_back: "put back",
    take_over: "left, and asked about",
    told: "left as it is",
  };
  return `${name} ${commits}, ${became[outcome]}${kept === null ? "" : ` (kept as ${kept})`}`;
}
