import { brand } from "../../domain/brand.ts";
import type { Json } from "../../domain/json.ts";
import type { ScenarioAct, ScenarioEdit } from "../../domain/scenario.ts";
import type { CallSpec } from "../../engine/ports/adapter.ts";

/** What a scripted model does where no rule says it: enough for a task to get through. */
export function usualAct(spec: CallSpec): ScenarioAct & { readonly kind: "written" } {
  const edits: readonly ScenarioEdit[] =
    spec.role === "implementer"
      ? [{ kind: "append", path: `${brand.bin}-scripted/${spec.task}.txt`, text: `${spec.key}\n` }]
      : [];
  const [text, answer] = usualAnswer(spec);
  return { kind: "written", text, answer: spec.schema === null ? undefined : answer, edits, end: { kind: "success" } };
}

function usualAnswer({ role, task, step, model }: CallSpec): readonly [string, Json] {
  switch (role) {
    case "planner": {
      const text = `The task ${task} is small enough for one step.`;
      return [
        text,
        {
          summary: text,
          steps: [{ id: "S1", title: `Do what ${task} asks for`, details: "As the task says." }],
          risks: [],
        },
      ];
    }
    case "plan_reviewer":
      return [
        "The plan does what the task asks for.",
        { verdict: "approve", summary: "The plan does what the task asks for.", findings: [] },
      ];
    case "code_reviewer":
      return [
        "The change does what it should.",
        { verdict: "approve", summary: "The change does what it should.", findings: [] },
      ];
    case "implementer":
      return [`I have written down that ${step ?? task} is done.`, { done: true }];
    case "analyst":
      return [`The task ${task} is simple.`, { complexity: 1, kind: "scripted", needs: [] }];
    case "supervisor":
      return ["Nothing of the roadmap has to change.", { changes: [], why: "Nothing has to change." }];
    case "synthesizer":
      return ["All agree.", { text: "All agree.", agrees: [`the scripted model ${model.name}`], differs: [] }];
    case "ask":
      return [`This is what ${model.name} says.`, { text: `This is what ${model.name} says.` }];
  }
}
