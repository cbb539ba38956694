import type { RecordedEvent } from "../../domain/events.ts";
import type { ModelName } from "../../domain/ids.ts";
import type { Role } from "../../domain/task.ts";
import { roleWord } from "../log/event-lines.ts";
import { counted, dollars, tokens } from "../text/amounts.ts";

/** What one attempt had to do with caches. */
export interface CacheUse {
  readonly model: ModelName;
  readonly role: Role;
  /** Tokens, those of the cache among them. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Null: not known. */
  readonly savedMicros: number | null;
  /** Nothing was asked: an earlier answer was taken. */
  readonly isKept: boolean;
}

/** The same of some attempts. */
export interface CacheFigures {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** What is known; null: nothing is. */
  readonly savedMicros: number | null;
  /** Attempts that used a cache, of which nobody knows what they saved. */
  readonly unknown: number;
  /** Earlier answers that were taken. */
  readonly kept: number;
}

export interface NamedCache extends CacheFigures {
  readonly model: ModelName;
  readonly role: Role;
}

const usedCache = ({ cacheRead, cacheWrite }: Pick<CacheUse, "cacheRead" | "cacheWrite">): boolean =>
  cacheRead > 0 || cacheWrite > 0;

/** Adds up; null: no cache was used, and no earlier answer. */
export function cacheFigures(uses: readonly CacheUse[]): CacheFigures | null {
  const sum = (of: (use: CacheUse) => number): number => uses.reduce((all, use) => all + of(use), 0);
  const used = uses.filter(usedCache);
  const kept = uses.filter(({ isKept }) => isKept).length;
  if (used.length === 0 && kept === 0) return null;
  const known = used.filter(({ savedMicros }) => savedMicros !== null);
  return {
    input: sum(({ input }) => input),
    cacheRead: sum(({ cacheRead }) => cacheRead),
    cacheWrite: sum(({ cacheWrite }) => cacheWrite),
    savedMicros: known.length === 0 && used.length > 0 ? null : sum(({ savedMicros }) => savedMicros ?? 0),
    unknown: used.length - known.length,
    kept,
  };
}

/** By model and role, the model that saved most first; those that used no cache are left out. */
export function cachesByRole(uses: readonly CacheUse[]): readonly NamedCache[] {
  const groups = Map.groupBy(uses, ({ model, role }) => JSON.stringify([model, role]));
  return [...groups.values()]
    .flatMap((own): readonly NamedCache[] => {
      const [figures, first] = [cacheFigures(own), own[0]];
      return figures === null || first === undefined ? [] : [{ model: first.model, role: first.role, ...figures }];
    })
    .toSorted((a, b) => (b.savedMicros ?? 0) - (a.savedMicros ?? 0));
}

/** Who did what, its input, what of that was read from the cache, what was written to it, what that saved, and earlier answers. */
export const cacheCells = ({ model, role, input, cacheRead, cacheWrite, savedMicros, kept }: NamedCache) => [
  model,
  roleWord[role],
  tokens(input),
  `${tokens(cacheRead)} (${shareText(cacheRead, input)})`,
  tokens(cacheWrite),
  savedMicros === null ? "?" : dollars(savedMicros),
  String(kept),
];

/** The attempts that events tell of; whose role is not told among them are left out. */
export function cacheUses(events: readonly RecordedEvent[]): readonly CacheUse[] {
  const roles = new Map<string, Role>();
  const uses: CacheUse[] = [];
  for (const event of events) {
    if (event.call === undefined) continue;
    if (event.type === "call.started") roles.set(event.call, event.data.role);
    const role = roles.get(event.call);
    if (event.type !== "attempt.ended" || role === undefined) continue;
    const { model, usage, savedMicros = null, cost } = event.data;
    const { input, cacheRead, cacheWrite } = usage;
    uses.push({ model, role, input, cacheRead, cacheWrite, savedMicros, isKept: cost.source === "cached" });
  }
  return uses;
}

/** saved $0.43; 62 % of 1.2M input tokens read from providers' caches; 3 answers taken from earlier calls */
export function cacheText({ input, cacheRead, cacheWrite, savedMicros, unknown, kept }: CacheFigures): string {
  const open = unknown > 0 && savedMicros !== null ? ` (of ${counted(unknown, "call")} nobody knows)` : "";
  const used = [
    `${savedText(savedMicros)}${open}`,
    `${shareText(cacheRead, input)} of ${tokens(input)} input tokens read from providers' caches`,
  ];
  return [
    ...(cacheRead + cacheWrite === 0 ? [] : used),
    ...(kept === 0 ? [] : [`${counted(kept, "answer")} taken from earlier calls`]),
  ].join("; ");
}

function savedText(micros: number | null): string {
  if (micros === null) return "nobody knows what was saved";
  return micros < 0 ? `cost ${dollars(-micros)} more than was saved` : `saved ${dollars(micros)}`;
}

const shareText = (part: number, whole: number): string =>
  whole === 0 ? "-" : `${Math.round((part / whole) * 100)} %`;
