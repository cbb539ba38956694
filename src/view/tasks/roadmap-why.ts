import { isList, isRecord, type Json } from "../../domain/json.ts";
import type { TaskRoadmap } from "../../domain/roadmap.ts";
import type { ResultRow } from "../../domain/rows.ts";
import { revisionWords, stageNote } from "./roadmap-words.ts";
import { labelled, type WhyRow } from "./why-row.ts";

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

/** Why the stages of a task are these and in this order. */
export function roadmapRows(map: TaskRoadmap, ends: readonly Supervision[]): readonly WhyRow[] {
  const needs = new Map(map.roadmap.stages.map((stage) => [stage.id, stage.needs]));
  const stages = map.stages.map((stage) => {
    const before = needs.get(stage.id) ?? [];
    const notes = [before.length === 0 ? null : `needs ${before.join(", ")}`, stageNote(map, stage)];
    return [`${stage.id} "${stage.title}"`, ...notes.filter((note) => note !== null)].join(", ");
  });
  const revisions = map.revisions.flatMap((revision) => {
    const [text, ...changes] = revisionWords(revision);
    return [text ?? "", ...changes.map((change) => `- ${change}`)];
  });
  return [
    ...labelled("stages", stages),
    ...labelled("roadmap", revisions),
    ...labelled("supervisor", supervisorTexts(ends, new Set(map.revisions.map(({ why }) => why)))),
  ];
}

/** Ends of stages that called for nobody are told at once. */
function supervisorTexts(ends: readonly Supervision[], told: ReadonlySet<string>): readonly string[] {
  const quiet = ends.filter(({ model }) => model === null).map(({ after }) => placeWords(after));
  const asked = ends.flatMap(({ after, model, reasons, why }) => {
    if (model === null) return [];
    const because = reasons.length === 0 ? "" : `, as ${reasons.join("; ")}`;
    return [`${model} was asked after ${placeWords(after)}${because}${why === "" || told.has(why) ? "" : ` - ${why}`}`];
  });
  return [...asked, ...(quiet.length === 0 ? [] : [`not asked after ${quiet.join(", ")}, as nothing called for it`])];
}

/** `ST2.2` as a person calls it. */
function placeWords(after: string): string {
  const [stage, opening] = after.split(".");
  return opening === undefined ? after : `${stage} (opening ${opening})`;
}
