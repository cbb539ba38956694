import { cacheCells, cacheFigures, cachesByRole, cacheText, type CacheUse } from "../../view/stats/cache-figures.ts";

/** What caches did in a run, by model and role, as a table of Markdown; nothing where none was used. */
export function cacheTable(uses: readonly CacheUse[], words: (text: string) => string): readonly string[] {
  const all = cacheFigures(uses);
  if (all === null) return [];
  return [
    `\n${cacheText(all)}.\n`,
    "\n| model | work | input | read from the cache | written to it | saved | earlier answers |\n|---|---|---|---|---|---|---|\n",
    ...cachesByRole(uses).map((one) => `| ${cacheCells(one).map(words).join(" | ")} |\n`),
  ];
}
