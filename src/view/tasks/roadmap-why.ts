import { isList, isRecord, type Json } from "../../domain/json.ts";
import type { TaskRoadmap } from "../../domain/roadmap.ts";
import type { ResultRow } from "../../domain/rows.ts";
import { changeWords, revisionWords } from "./roadmap-words.ts";

/** What became of the end of one opening of a stage. */
export interface Supervision {
  /** `ST2`, or `ST2.2` where it was opened again. */
  readonly after: string;
  /** Who was asked whether the roadmap has to change; null: nobody, as nothing called for it. */
  readonly model: string | null;
  /** Why it was asked, a sentence each. */
  readonly reasons: readonly string[];
  /** What it said. */
  readonly why: string;
}

const ended = /^(?:g\d+\/)?road\/done\/(ST\d+)\.(\d+)$/;
const asked = /^(?:g\d+\/)?road\/after\/(ST\d+)\.(\d+)(?:\/again)?(?:\/try-\d+)?$/;

/** Of each end of a stage whether a supervisor was asked, and what for, by what the task committed. */
export function supervisionsOf(results: readonly ResultRow[]): readonly Supervision[] {
  const all = new Map<string, Supervision>();
  for (const { key, result } of results) {
    const end = ended.exec(key);
    const call = asked.exec(key);
    const [, stage, opening] = end ?? call ?? [];
    if (stage === undefined) continue;
    const after = opening === "1" ? stage : `${stage}.${opening}`;
    const said = call === null ? null : answerOf(result);
    if (end !== null || said !== null) all.set(after, { after, ...(said ?? { model: null, reasons: [], why: "" }) });
  }
  return [...all.values()];
}

function answerOf(result: Json): Omit<Supervision, "after"> | null {
  if (!isRecord(result) || result["kind"] !== "supervised") return null;
  const { model, why, reasons } = result;
  return {
    model: typeof model === "string" ? model : null,
    why: typeof why === "string" ? why : "",
    reasons: isList(reasons) ? reasons.filter((reason) => typeof reason === "string") : [],
  };
}

/** Why the stages of a task are these and in this order, a line each. */
export function roadmapWhy({ roadmap, revisions }: TaskRoadmap, ends: readonly Supervision[]): readonly string[] {
  const order = roadmap.stages.map(({ id, needs }) => (needs.length === 0 ? id : `${id} (needs ${needs.join(", ")})`));
  const told = new Set(revisions.map(({ why }) => why));
  return [
    `stages: ${order.join(", ")}`,
    ...revisions.flatMap((revision) => [
      `  roadmap ${revisionWords(revision)[0] ?? ""}`,
      ...revision.changes.map((change) => `      ${changeWords(change)}`),
    ]),
    ...ends.map(({ after, model, reasons, why }) =>
      model === null
        ? `  after ${after}: no supervisor was asked, as nothing called for it`
        : `  after ${after}: ${model} was asked${reasons.length === 0 ? "" : `, as ${reasons.join("; ")}`}${why === "" || told.has(why) ? "" : ` - ${why}`}`,
    ),
  ];
}
