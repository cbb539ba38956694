import type { AdapterName, ModelSettings } from "../domain/settings.ts";
import { child, entriesOf, type Found, type Located } from "./located.ts";
import { didYouMean, quoted, type Suggester } from "./nearest.ts";

/** Adapters whose programs keep their login in a folder that can be another. */
const withHomes: readonly AdapterName[] = ["claude-code", "codex", "gemini", "opencode"];

/**
 * Accounts that no model has, and folders of a login that no program reads. With no models at all nothing is said. `own`: files of the
 * user's, which speak of what other repositories use as well.
 */
export function accountFaults(
  settings: Located,
  models: readonly ModelSettings[],
  own: ReadonlySet<string>,
  suggest: Suggester,
): Found[] {
  const known = new Set(models.map(({ account }) => account));
  if (known.size === 0) return [];
  return entriesOf(child(settings, "accounts")).flatMap(([name, { keyAt, node }]): Found[] => {
    if (!known.has(name)) {
      if (own.has(keyAt.source.file)) return [];
      const hint = didYouMean(suggest(name, known)) ?? `known accounts: ${[...known].slice(0, 12).join(", ")}`;
      return [{ at: keyAt, code: "unknown_account", message: `no model has the account ${quoted(name)}`, hint }];
    }
    const home = child(node, "home");
    const isRead = models.some(({ account, adapter }) => account === name && withHomes.includes(adapter));
    if (home === undefined || isRead) return [];
    const message = `no program of the account ${quoted(name)} has a login in a folder that could be another`;
    return [{ at: home.at, code: "unsupported", message, hint: `these have: ${withHomes.join(", ")}` }];
  });
}
