import { analystPrompt } from "../../src/prompts/analyst.ts";
import { joinerPrompt } from "../../src/prompts/joiner.ts";
import type { Template } from "../../src/prompts/override.ts";
import { plannerPrompt } from "../../src/prompts/planner.ts";
import type { Prompt } from "../../src/prompts/prompt.ts";
import { splitterPrompt } from "../../src/prompts/splitter.ts";
import { supervisorPrompt, type SupervisorInput } from "../../src/prompts/supervisor.ts";
import { synthesizerPrompt } from "../../src/prompts/synthesizer.ts";
import { plan, prompts, round, task, type Outside } from "./sample.ts";

type Make = (round: number, out: Outside, template: Template | null) => Prompt;

const criteria = (out: Outside) => [{ id: "A1", text: out.details }];
const roadmap = (out: Outside): SupervisorInput["roadmap"] => ({
  facts: [out.finding],
  unknown: [],
  guesses: [out.plan],
  stages: [
    {
      id: "ST1",
      title: out.plan,
      goal: out.plan,
      files: [out.file],
      needs: [],
      checks: ["test"],
      doneWhen: [out.plan],
      steps: [{ id: "S1", title: out.plan }],
    },
  ],
});

/** Every prompt there is, of every role. */
export const everyPrompt: Readonly<Record<string, Make>> = {
  ...prompts,
  "planner of roadmaps": (n, out, own) =>
    plannerPrompt(
      { ...task(out), ...round(n, out), previous: n === 1 ? null : plan(out), asRoadmap: { mostStages: 12 } },
      own,
    ),
  analyst: (_n, out, own) =>
    analystPrompt({ ...task(out), said: [out.words], found: [{ path: out.file, symbols: [out.plan] }] }, own),
  supervisor: (n, out, own) =>
    supervisorPrompt(
      {
        ...task(out),
        ...round(n, out),
        roadmap: roadmap(out),
        stage: `ST${n}`,
        reasons: [out.trouble],
        decisions: n === 1 ? [] : [out.diff],
        mostStages: 12,
        refused: n === 1 ? null : out.finding,
      },
      own,
    ),
  "who splits a task": (_n, out) =>
    splitterPrompt("planner", { spec: task(out).spec, criteria: criteria(out), files: [out.file], most: 6 }),
  "who joins parts": (n, out) =>
    joinerPrompt({
      spec: task(out).spec,
      criteria: criteria(out),
      reports: [{ id: `T-1.${n}`, goal: out.plan, covers: ["A1"], isDone: n === 1, said: out.words }],
    }),
  synthesizer: (n, out, own) =>
    synthesizerPrompt({ question: out.goal, answers: [{ model: out.file, text: `${out.plan}${n}` }] }, own),
};
