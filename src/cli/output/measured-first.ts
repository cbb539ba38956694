import { brand } from "../../domain/brand.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { Settings } from "../../domain/settings.ts";
import type { TaskSpec } from "../../domain/task.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { likelyNames } from "../../policy/check-scope.ts";
import { duration } from "../../view/text/durations.ts";

/** Which checks a run of these tasks measures before anything is paid, and how long each took when it was measured last. */
export async function measuredFirst(
  ledger: Ledger,
  repository: RepositoryId,
  { checks, areas }: Pick<Settings, "checks" | "areas">,
  tasks: readonly TaskSpec[],
): Promise<readonly { readonly name: string; readonly lastMs: number | null }[]> {
  const names = likelyNames(checks, tasks, areas);
  const used = checks.filter(({ name }) => names.has(name));
  const measured = await ledger.log.since(0, { repository, types: ["base.measured"], limit: 20, last: true });
  const known = measured.toReversed().flatMap((event) => (event.type === "base.measured" ? event.data.checks : []));
  return used.map(({ name, run }) => ({
    name,
    lastMs: known.find((check) => check.name === name && check.command === run)?.durationMs ?? null,
  }));
}

export function measuredFirstLine(checks: Awaited<ReturnType<typeof measuredFirst>>): string {
  if (checks.length === 0) return `checks: none; nothing proves what is merged (checks in ${brand.settingsFile})`;
  const each = checks.map(({ name, lastMs }) => (lastMs === null ? name : `${name} (${duration(lastMs)})`));
  return `first, where nothing is changed yet and before anything is paid: ${each.join(", ")}`;
}
