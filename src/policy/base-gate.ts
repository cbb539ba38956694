import { isBelowSources, isInputByName, readersOf, type ChangeEntry, type ReadingCheck } from "./gate-inputs.ts";
import { matchesAny } from "./glob.ts";
import { isManifest } from "./manifest-sections.ts";

/** What a person said, before or now, may differ from the base. */
export interface AllowedInputs {
  readonly globs: readonly string[];
  /** Paths, letter by letter. */
  readonly paths: readonly string[];
  /** Paths with the one content (git's id; null: removed) that was agreed to. */
  readonly contents: readonly { readonly path: string; readonly id: string | null }[];
}

/** An input of the gate that a change touches. */
export interface TouchedInput extends ChangeEntry {
  readonly readers: readonly string[];
  /** Only a check's command or a folder far above leads to it: it may be part of what is judged as well as of what judges. */
  readonly maybeProduct: boolean;
}

/** The inputs a change touches and nobody allowed it to. */
export function touchedInputs(
  entries: readonly ChangeEntry[],
  checks: readonly ReadingCheck[],
  allowed: AllowedInputs,
): readonly TouchedInput[] {
  return entries.flatMap((entry) => {
    if (isAllowed(entry, allowed)) return [];
    const readers = readersOf(entry.path, checks, entry.before === null);
    const maybeProduct = (!isInputByName(entry.path) || isBelowSources(entry.path)) && !isManifest(entry.path);
    return readers.length === 0 ? [] : [{ ...entry, readers, maybeProduct }];
  });
}

const isAllowed = ({ path, after }: ChangeEntry, { globs, paths, contents }: AllowedInputs): boolean =>
  paths.includes(path) ||
  matchesAny(path, globs) ||
  contents.some((content) => content.path === path && content.id === (after?.id ?? null));

/** With more of them it cannot be told what judges and what is judged. */
const mostVariants = 4;

/**
 * Which inputs are put back in each tree that the change is judged in: all of them; and where some may be the product, all
 * but one of these in turn, so that none of them is judged only by itself. Null: too many.
 */
export function variantsOf<T extends Pick<TouchedInput, "maybeProduct">>(
  touched: readonly T[],
): readonly (readonly T[])[] | null {
  const unsure = touched.filter(({ maybeProduct }) => maybeProduct);
  if (unsure.length > mostVariants) return null;
  return [touched, ...unsure.map((one) => touched.filter((other) => other !== one))].filter((some) => some.length > 0);
}

/** Tests that ran at the base and do not run any more. */
export function lostTests(
  before: { readonly ran: readonly string[] | null } | null,
  now: { readonly ran: readonly string[] | null } | null,
): readonly string[] {
  if (before?.ran == null || now?.ran == null) return [];
  const runs = new Set(now.ran);
  return before.ran.filter((id) => !runs.has(id));
}
