import type { Roadmap, StageId, StageRecord, StageState } from "../domain/roadmap.ts";
import { bullets } from "./sections.ts";

/** A stage with how far it has come; without a state it is only thought of yet. */
export interface ToldStage extends Omit<Roadmap["stages"][number], "steps"> {
  readonly state?: StageState;
  readonly opening?: number;
  readonly steps: readonly { readonly id: string; readonly title: string }[];
}

export interface ToldRoadmap extends Omit<Roadmap, "stages"> {
  readonly stages: readonly ToldStage[];
}

/** The whole roadmap; of steps only their titles. */
export const roadmapText = ({ facts, unknown, guesses, stages }: ToldRoadmap): string =>
  [listed("Known", facts), listed("Not known", unknown), listed("Taken for granted", guesses), ...stages.map(stageText)]
    .filter((part) => part !== "")
    .join("\n\n");

export function stageText(stage: ToldStage): string {
  const { id, title, goal, files, needs, checks, doneWhen, steps, state, opening = 0 } = stage;
  const stands = state === undefined ? "" : ` [${state}${opening > 1 ? `, opened ${opening} times` : ""}]`;
  return [
    `${id}: ${title}${stands}`,
    goal,
    needs.length === 0 ? "" : `Needs: ${needs.join(", ")}`,
    files.length === 0 ? "" : `Files: ${files.join(", ")}`,
    checks.length === 0 ? "" : `Checks at its end: ${checks.join(", ")}`,
    listed("Done when", doneWhen),
    `Steps: ${steps.map((step) => `${step.id} ${step.title}`).join("; ")}`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

const listed = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : `${title}:\n${bullets(lines)}`;

/** Where a stage stands among the others: their titles and states, and all of its own. */
export const stageAmongOthers = (roadmap: ToldRoadmap, id: StageId): string =>
  [
    `The stages: ${roadmap.stages
      .map((stage) => `${stage.id} ${stage.title} [${stage.id === id ? "now" : (stage.state ?? "PENDING")}]`)
      .join("; ")}`,
    ...roadmap.stages.filter((stage) => stage.id === id).map(stageText),
  ].join("\n\n");

/** Four letters a token: at most 150 of these a record. */
const mostLetters = 600;

/** What a finished stage says to the later ones. */
export function recordText({ stage, opening, goal, files, findings, failures, met }: StageRecord): string {
  const parts = [
    `${stage}${opening > 1 ? ` (opened ${opening} times)` : ""}: ${goal}`,
    files.length === 0 ? "" : `changed ${files.join(", ")}`,
    met.length === 0 ? "" : `met: ${met.join("; ")}`,
    findings.length === 0 ? "" : `findings: ${findings.join("; ")}`,
    failures.length === 0 ? "" : `failed on the way: ${failures.join("; ")}`,
  ];
  const whole = parts.filter((part) => part !== "").join("\n");
  return whole.length <= mostLetters ? whole : `${whole.slice(0, mostLetters - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
