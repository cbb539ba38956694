import type { StageId } from "../domain/roadmap.ts";

/** A way from a stage over its needs back to it, the stage first and last; null: there is none. Unknown needs count as done. */
export function cycleOf(
  stages: readonly { readonly id: StageId; readonly needs: readonly StageId[] }[],
): readonly StageId[] | null {
  const needs = new Map(stages.map((stage) => [stage.id, stage.needs]));
  const done = new Set<StageId>();
  const walk = (id: StageId, way: readonly StageId[]): readonly StageId[] | null => {
    if (way.includes(id)) return [...way.slice(way.indexOf(id)), id];
    if (done.has(id)) return null;
    for (const need of needs.get(id) ?? []) {
      const cycle = walk(need, [...way, id]);
      if (cycle !== null) return cycle;
    }
    done.add(id);
    return null;
  };
  for (const { id } of stages) {
    const cycle = walk(id, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
