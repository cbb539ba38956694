import { roleWord } from "../../view/log/event-lines.ts";
import { cacheFigures, cachesByRole, cacheText, shareText, type CacheUse } from "../../view/stats/cache-figures.ts";
import { dollars, tokens } from "../../view/text/amounts.ts";

/** What caches did in a run, by model and role, as a table of Markdown; nothing where none was used. */
export function cacheTable(uses: readonly CacheUse[], words: (text: string) => string): readonly string[] {
  const all = cacheFigures(uses);
  if (all === null) return [];
  return [
    `\n${cacheText(all)}.\n`,
    "\n| model | work | input | read from the cache | written to it | saved | earlier answers |\n|---|---|---|---|---|---|---|\n",
    ...cachesByRole(uses).map(
      ({ model, role, input, cacheRead, cacheWrite, savedMicros, kept }) =>
        `| ${words(model)} | ${roleWord[role]} | ${tokens(input)} | ${tokens(cacheRead)} (${shareText(cacheRead, input)}) | ${tokens(cacheWrite)} | ${savedMicros === null ? "?" : dollars(savedMicros)} | ${kept} |\n`,
    ),
  ];
}
