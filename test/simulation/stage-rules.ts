import type { RecordedEvent } from "../../src/domain/events.ts";
import type { StepState } from "../../src/domain/task.ts";

interface Known {
  /** Where each step belongs by the last text of the roadmap; null: there is none. */
  stageOf: ReadonlyMap<string, string> | null;
  /** Stages as far as the events of this generation tell: what was kept of an earlier one is not known. */
  readonly states: Map<string, string>;
  readonly steps: Map<string, StepState>;
  /** STn.m, of this generation. */
  readonly ended: Set<string>;
}

const nothing = (stageOf: Known["stageOf"]): Known => ({
  stageOf,
  states: new Map(),
  steps: new Map(),
  ended: new Set(),
});

/** What must hold of stages, in every log: one at a time, and none is done twice without being opened again. */
export class StageRules {
  readonly violations: string[] = [];
  readonly #tasks = new Map<string, Known>();

  take(event: RecordedEvent): void {
    if (event.task === undefined) return;
    const task = this.#tasks.get(event.task) ?? nothing(null);
    this.#tasks.set(event.task, task);
    switch (event.type) {
      case "task.restarted":
        // Its roadmap is kept or made anew.
        this.#tasks.set(event.task, nothing(event.data.keep.length > 0 ? task.stageOf : null));
        break;
      case "roadmap.revised": {
        const { stages } = event.data.roadmap;
        task.stageOf = new Map(stages.flatMap(({ id, steps }) => steps.map((step) => [step.id, id] as const)));
        break;
      }
      case "stage.moved":
        this.#move(event, task);
        break;
      case "step.moved":
        task.steps.set(event.step ?? "", event.data.to);
        break;
      case "call.started":
        if (event.data.role === "implementer" && event.step !== undefined) this.#work(event, event.step, task);
        break;
      default:
    }
  }

  #move(event: RecordedEvent & { readonly type: "stage.moved" }, { states, ended }: Known): void {
    const { stage, opening, to } = event.data;
    const other = [...states].find(([id, state]) => id !== stage && state === "ACTIVE")?.[0];
    if (to === "ACTIVE" && other !== undefined && opening === 1)
      this.#wrong(event, `${stage} begins while ${other} is worked on`);
    if (to === "DONE") {
      if (ended.has(`${stage}.${opening}`)) this.#wrong(event, `${stage}.${opening} is done twice`);
      ended.add(`${stage}.${opening}`);
    }
    states.set(stage, to);
  }

  #work(event: RecordedEvent, step: string, { stageOf, states, steps }: Known): void {
    if (stageOf === null) return;
    const stage = stageOf.get(step);
    if (stage === undefined) return this.#wrong(event, `${step} is worked on, and is of no stage`);
    const state = states.get(stage) ?? "ACTIVE";
    if (state !== "ACTIVE") this.#wrong(event, `${step} is worked on, and its stage ${stage} is ${state}`);
    if (steps.get(step) === "COMPLETED") this.#wrong(event, `${step} is worked on, and was completed`);
  }

  #wrong(event: RecordedEvent, what: string): void {
    this.violations.push(`${event.type} at ${event.pos} of ${event.task ?? "-"}: ${what}`);
  }
}
