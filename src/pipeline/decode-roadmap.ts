import { z } from "zod";

import type { Plan } from "../domain/answers.ts";
import { changeOps, type Roadmap, type RoadmapChange, type StageDraft } from "../domain/roadmap.ts";
import { cycleOf } from "../policy/roadmap-needs.ts";
import {
  cut,
  decode,
  decodePlan,
  ids,
  mostSteps,
  optionalText,
  orEmpty,
  plainId,
  sentence,
  texts,
  title,
  type Decoded,
} from "./decode-answers.ts";

/** A planner's answer in the adaptive mode. */
export interface PlannedRoadmap {
  /** The same steps in their order, without stages. */
  readonly plan: Plan;
  readonly roadmap: Roadmap;
  /** What of the answer was left out, a sentence each. */
  readonly notes: readonly string[];
}

const step = z.object({ title, details: optionalText, files: texts });

const mostWords = 30;
const few = texts.transform((values) => values.slice(0, mostWords).map(sentence));

const stageFields = { title, goal: optionalText, files: texts, needs: few, checks: few, done_when: few };

const stageSchema = z.object({
  id: optionalText,
  ...stageFields,
  steps: z
    .array(step)
    .min(1, "a stage has at least one step")
    .max(mostSteps, `a stage has at most ${mostSteps} steps; split it`),
});

const roadmapSchema = (mostStages: number) =>
  z.object({
    summary: optionalText,
    facts: few,
    unknown: few,
    guesses: few,
    stages: z
      .array(stageSchema)
      .min(1, "a roadmap has at least one stage")
      .max(mostStages, `a roadmap has at most ${mostStages} stages; join small ones`),
    risks: texts,
  });

export interface KnownOfRoadmap {
  readonly mostStages: number;
  /** Names of the checks that there are. */
  readonly checks: readonly string[];
}

/**
 * A roadmap, or plain steps, which are one stage. Stages are renamed ST1, ST2, ..., steps S1, S2, ... through all of them. A
 * check or a needed stage that does not exist is left out and noted.
 */
export function decodeRoadmap(answer: unknown, known: KnownOfRoadmap): Decoded<PlannedRoadmap> {
  if (isPlain(answer)) return oneStage(answer);
  const read = decode(roadmapSchema(known.mostStages), answer);
  if ("error" in read) return read;
  const { summary, facts, unknown, guesses, risks } = read.ok;
  const names = new Map(
    read.ok.stages.map(({ id }, index) => [plainId(id === "" ? `ST${index + 1}` : id), `ST${index + 1}`]),
  );
  const notes: string[] = [];
  let steps = 0;
  const stages = read.ok.stages.map(({ done_when: doneWhen, ...stage }, index) => {
    const id = `ST${index + 1}`;
    const needs = unique(
      stage.needs.flatMap((need) => names.get(plainId(need)) ?? noted(notes, `${id} needs ${need}, which is no stage`)),
    );
    const checks = unique(
      stage.checks.flatMap((check) =>
        known.checks.includes(check) ? [check] : noted(notes, `${id} names the check ${check}, which does not exist`),
      ),
    );
    const numbered = stage.steps.map((written) => ({ id: `S${(steps += 1)}`, ...written }));
    return { ...stage, id, needs: needs.filter((need) => need !== id), checks, doneWhen, steps: numbered };
  });
  const cycle = cycleOf(stages);
  if (cycle !== null) return { error: `stages: the needs go in a circle: ${cycle.join(" > ")}` };
  const plan: Plan = { summary, risks, steps: stages.flatMap((stage) => stage.steps) };
  return { ok: { plan, roadmap: { facts, unknown, guesses, stages }, notes: firstOf(notes) } };
}

/** Steps without stages, however it says that it has none. */
function isPlain(answer: unknown): boolean {
  if (typeof answer !== "object" || answer === null || !("steps" in answer)) return false;
  const stages = "stages" in answer ? answer.stages : null;
  return stages === null || stages === undefined || (Array.isArray(stages) && stages.length === 0);
}

function oneStage(answer: unknown): Decoded<PlannedRoadmap> {
  const read = decodePlan(answer);
  return "error" in read ? read : { ok: { plan: read.ok, roadmap: asOneStage(read.ok), notes: [] } };
}

/** A plan that was made without stages. */
export const asOneStage = ({ summary, steps }: Plan): Roadmap => ({
  facts: [],
  unknown: [],
  guesses: [],
  stages: [
    {
      id: "ST1",
      title: steps[0]?.title ?? "",
      goal: summary,
      files: unique(steps.flatMap(({ files }) => files)),
      needs: [],
      checks: [],
      doneWhen: [],
      steps,
    },
  ],
});

const word = z.string().trim().toLowerCase();
const idText = optionalText.transform((value) => (plainId(value) === "" ? null : plainId(value)));
const draftSchema = z
  .object({
    ...stageFields,
    needs: ids,
    keeps: ids,
    steps: orEmpty(z.array(step.extend({ replaces: ids })).max(mostSteps)),
  })
  .transform(({ done_when: doneWhen, ...draft }): StageDraft => ({ ...draft, doneWhen }));
const drafts = orEmpty(z.union([z.array(draftSchema), draftSchema.transform((draft) => [draft])]));

const changeSchema = z
  .object({
    op: word.pipe(z.enum(changeOps)),
    /** Of `add` it may be the stage itself. */
    stage: z.union([idText, draftSchema]).optional(),
    stages: ids,
    into: drafts,
    order: ids,
    met_by: idText,
    finding: optionalText,
    after: idText,
    steps: orEmpty(z.array(step).max(mostSteps)),
  })
  .transform((written, context): RoadmapChange => {
    const change = changeOf(written);
    if (typeof change !== "string") return change;
    context.addIssue({ code: "custom", message: change });
    return z.NEVER;
  });

const mostChanges = 20;
const changesSchema = z.object({
  changes: orEmpty(z.array(changeSchema).max(mostChanges, `at most ${mostChanges} changes`)),
  why: optionalText,
});

export interface ProposedChanges {
  readonly changes: readonly RoadmapChange[];
  readonly why: string;
}

/** A supervisor's answer. Whether the changes may be is not looked at here. */
export const decodeChanges = (answer: unknown): Decoded<ProposedChanges> => decode(changesSchema, answer);

interface Written {
  readonly op: RoadmapChange["op"];
  readonly stage?: string | null | StageDraft | undefined;
  readonly stages: readonly string[];
  readonly into: readonly StageDraft[];
  readonly order: readonly string[];
  readonly met_by: string | null;
  readonly finding: string;
  readonly after: string | null;
  readonly steps: readonly { readonly title: string; readonly details: string; readonly files: readonly string[] }[];
}

/** A sentence: what it lacks. */
function changeOf(written: Written): RoadmapChange | string {
  const { op, stages, into, order, finding, after, steps } = written;
  const id = typeof written.stage === "string" ? written.stage : null;
  const [first, second] = typeof written.stage === "object" && written.stage !== null ? [written.stage] : into;
  switch (op) {
    case "merge":
      return first === undefined || second !== undefined
        ? "a merge has one stage in `into`"
        : { op, stages, into: first };
    case "split":
      return id === null ? "a split names its `stage`" : { op, stage: id, into };
    case "reorder":
      return { op, order };
    case "skip":
      return id === null ? "a skip names its `stage`" : { op, stage: id, metBy: written.met_by };
    case "reopen":
      return id === null || finding === ""
        ? "a reopen names its `stage` and the `finding`"
        : { op, stage: id, finding, steps };
    case "add":
      return first === undefined || second !== undefined
        ? "an add has one stage in `into`"
        : { op, stage: first, after };
  }
}

function noted(notes: string[], note: string): readonly [] {
  notes.push(cut(note, longestNote));
  return [];
}

const mostNotes = 5;
const longestNote = 160;

const firstOf = (notes: readonly string[]): readonly string[] =>
  notes.length <= mostNotes
    ? notes
    : [...notes.slice(0, mostNotes), `${notes.length - mostNotes} more of what it names do not exist`];

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
