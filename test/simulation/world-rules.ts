import type { RecordedEvent } from "../../src/domain/events.ts";
import type { AdapterName, Settings } from "../../src/domain/settings.ts";
import { isTerminal, type TaskSpec } from "../../src/domain/task.ts";
import type { Disk } from "./disk.ts";
import type { Agent } from "./machine.ts";
import { kinds } from "./sim-adapters.ts";

export interface RuledWorld {
  readonly repository: string;
  readonly disk: Disk;
  readonly settings: Settings;
  readonly agents: readonly Agent[];
  /** With those of other repositories on the same ledger. */
  readonly allAgents: readonly Agent[];
  /** How late a call may begin after a pause or a stop: notices get lost, and a tree is prepared before each call. */
  readonly lateMs: number;
}

interface TaskFacts {
  spec: TaskSpec;
  open: boolean;
  done: boolean;
  begun: boolean;
  restarted: boolean;
  /** When a person took it up again after its failure. */
  revivedAt?: number;
  /** A person went back to what lay in its tree, whoever put it there. */
  fromSnapshot: boolean;
  /** The result of the newest generation: its merge commit, or its tip where nothing is merged. */
  result: string | null;
  tip: string | null;
  /** All that stood on the integration branch when it began. */
  mergedBefore: readonly string[];
}

/** What must hold between the log and the world it tells of. */
export class WorldRules {
  readonly violations: string[] = [];
  readonly #world: RuledWorld;
  /** What was merged so far. */
  readonly #merged: string[] = [];
  /** Commits that people went back to. */
  readonly #rewoundTo = new Set<string>();
  readonly #tasks = new Map<string, TaskFacts>();
  /** The call of each durable key and the attempt that succeeded in it. */
  readonly #succeeded = new Map<string, string>();
  readonly #keyOfCall = new Map<string, string>();
  #grantedMicros = 0;
  /** What a yes to each question about a budget grants. */
  readonly #budgetQuestions = new Map<string, number>();
  #quietSinceMs: number | null = null;

  constructor(world: RuledWorld) {
    this.#world = world;
  }

  take(event: RecordedEvent): void {
    this.#takeGrant(event);
    if (event.repository === this.#world.repository) this.#takeOwn(event);
  }

  /** Of any repository: the day's budget is one. */
  #takeGrant(event: RecordedEvent): void {
    if (event.type === "question.asked" && event.data.question.kind === "budget") {
      const { id, evidence } = event.data.question;
      this.#budgetQuestions.set(id, Math.max(1_000_000, Number(evidence["raiseMicros"] ?? 0)));
    }
    if (event.type === "question.answered" && event.data.answer.action === "approve")
      this.#grantedMicros += this.#budgetQuestions.get(event.data.answer.question) ?? 0;
  }

  #takeOwn(event: RecordedEvent): void {
    if (event.type === "run.paused" || event.type === "run.stopping") this.#quietSinceMs ??= event.at;
    if (event.type === "run.resumed" || event.type === "run.started") this.#quietSinceMs = null;
    if (event.type === "task.added") {
      this.#tasks.set(event.data.spec.id, {
        spec: event.data.spec,
        open: true,
        done: false,
        begun: false,
        restarted: false,
        fromSnapshot: false,
        result: null,
        tip: null,
        mergedBefore: [],
      });
    }
    if (event.type === "call.started" && event.call !== undefined)
      this.#keyOfCall.set(event.call, `${event.task}/${event.data.key}`);
    if (
      event.type === "attempt.started" &&
      this.#quietSinceMs !== null &&
      event.at > this.#quietSinceMs + this.#world.lateMs
    ) {
      this.#wrong(event, "a call although the run is paused or stopping");
    }
    if (event.type === "attempt.ended" && event.data.outcome === "success") {
      const key = this.#keyOfCall.get(event.call ?? "");
      if (key !== undefined) this.#succeeded.set(key, `${key}#${event.data.attempt}`);
    }
    const task = event.task === undefined ? undefined : this.#tasks.get(event.task);
    if (task !== undefined) this.#takeTask(event, task);
  }

  #takeTask(event: RecordedEvent, task: TaskFacts): void {
    switch (event.type) {
      case "task.moved":
        if (event.data.from === "FAILED") task.revivedAt = event.at;
        // Who tries a failed task again by hand waits for no area.
        if (event.data.from === "NEW" && !isTerminal(event.data.to) && task.revivedAt !== event.at) {
          this.#checkArea(event, task);
          this.#checkNeeds(event, task);
        }
        // Who has only asked about the base works on nothing yet, and keeps nobody out of its area.
        if (event.data.to === "NEW") task.begun = false;
        else if (event.data.from === "NEW") task.begun = !isTerminal(event.data.to);
        task.open = !isTerminal(event.data.to);
        task.done = event.data.to === "DONE";
        if (task.done && task.result === null) task.result = task.tip;
        break;
      case "task.changed":
        task.spec = event.data.spec;
        break;
      case "task.begun":
        task.begun = true;
        task.mergedBefore = [...this.#merged];
        break;
      case "task.restarted":
        if (event.data.commit !== null) this.#rewoundTo.add(event.data.commit);
        task.fromSnapshot ||= event.data.commit !== null;
        Object.assign(task, {
          restarted: true,
          result: null,
          tip: null,
          open: !isTerminal(event.data.to),
          done: event.data.to === "DONE",
        });
        break;
      case "task.dropped":
        this.#tasks.delete(task.spec.id);
        break;
      case "commit.made":
        task.tip = event.data.commit;
        if (!task.fromSnapshot) this.#checkReaders(event, event.data.commit);
        break;
      case "merge.done":
        this.#merged.push(event.data.commit);
        task.result = event.data.commit;
        break;
      case "key.committed":
        if (/^g\d+\/main\/(start|base\/\d+)$/.test(event.data.key))
          this.#checkMerged(event, task, field(event.data.result, "commit"));
        if (/^g\d+\/main\/base\/\d+$/.test(event.data.key))
          this.#checkBase(event, task, field(event.data.result, "commit"));
        if (/\/implement\/\d+(\/try-\d+)?(\/again)?$/.test(event.data.key))
          this.#checkContent(event, `${task.spec.id}/${event.data.key}`, field(event.data.result, "commit"));
        break;
      default:
    }
  }

  #checkArea(event: RecordedEvent, task: TaskFacts): void {
    const { perArea } = this.#world.settings.limits;
    const { area } = task.spec;
    if (perArea === null || area === null) return;
    // A task and its parts are one.
    const family = ({ spec }: TaskFacts): string => spec.parent ?? spec.id;
    const others = [...this.#tasks.values()].filter(
      (other) =>
        family(other) !== family(task) &&
        other.spec.parent === undefined &&
        other.spec.area === area &&
        other.begun &&
        other.open &&
        !other.restarted,
    );
    if (others.length >= perArea)
      this.#wrong(event, `begins in area ${area} beside ${others.map(({ spec }) => spec.id).join(", ")}`);
  }

  /** A task begins when all it needs is done; what is done again afterwards stops nobody. */
  #checkNeeds(event: RecordedEvent, task: TaskFacts): void {
    for (const id of task.spec.needs) {
      const need = this.#tasks.get(id);
      if (need?.done !== true && need?.restarted !== true) this.#wrong(event, `begins before ${id} is done`);
    }
  }

  /** Where a task starts all stands that was merged before it began. */
  #checkMerged(event: RecordedEvent, task: TaskFacts, commit: string | null): void {
    if (commit === null) return;
    for (const merge of task.mergedBefore)
      if (!this.#world.disk.commits.isAncestor(merge, commit))
        this.#wrong(event, `it starts from ${commit}, which lacks ${merge}`);
  }

  /** The base of a task holds the work of all it needs. */
  #checkBase(event: RecordedEvent, task: TaskFacts, base: string | null): void {
    if (base === null) return;
    for (const id of task.spec.needs) {
      const need = this.#tasks.get(id);
      if (need?.done !== true || need.result === null) continue;
      if (!this.#world.disk.commits.isAncestor(need.result, base))
        this.#wrong(event, `its base ${base} lacks ${need.result} of ${id}`);
    }
  }

  /** What a model wrote that was only to read is in no commit, unless a person went back to a snapshot that has it. */
  #checkReaders(event: RecordedEvent, commit: string): void {
    const files = new Map(this.#world.disk.filesOf(commit));
    for (const chosen of this.#rewoundTo)
      for (const [path, text] of this.#world.disk.filesOf(chosen)) if (files.get(path) === text) files.delete(path);
    for (const { spec, wrote } of this.#world.agents) {
      if (spec.access === "write") continue;
      for (const [path, text] of wrote)
        if (files.get(path) === text) this.#wrong(event, `${commit} has what ${spec.attemptKey} wrote to ${path}`);
    }
  }

  /** What an implementer wrote before it said its end is in the commit that its key names. */
  #checkContent(event: RecordedEvent, key: string, commit: string | null): void {
    const attempt = this.#succeeded.get(key);
    if (commit === null || attempt === undefined) return;
    const files = this.#world.disk.filesOf(commit);
    const agents = this.#world.agents.filter(({ spec }) => spec.attemptKey === attempt);
    const wrote = new Map(agents.flatMap((agent) => (agent.saidEnd ? [...agent.wrote] : [])));
    for (const [path, text] of wrote)
      if (files.get(path) !== text) this.#wrong(event, `${commit} lacks what ${attempt} wrote to ${path}`);
  }

  /** Where every metered model can be held to a cap, no cap is ever exceeded by what calls really cost. */
  checkBudgets(): void {
    const { models, budget } = this.#world.settings;
    const metered = models.filter(({ billing }) => billing === "metered");
    if (metered.length === 0 || !metered.every(({ adapter }) => isBounded(adapter))) return;
    const spent = new Map<string, number>();
    const spend = (scope: string, micros: number): void => void spent.set(scope, (spent.get(scope) ?? 0) + micros);
    for (const { costMicros } of this.#world.allAgents) spend("the day", costMicros);
    for (const { spec, costMicros } of this.#world.agents) {
      const [, , run] = spec.folder.split("/");
      for (const scope of [`the run ${run}`, spec.task]) spend(scope, costMicros);
    }
    const granted = this.#grantedMicros;
    for (const [scope, micros] of spent) {
      const task = this.#tasks.get(scope);
      const ofTask = task === undefined ? null : (task.spec.budget.usdMicros ?? budget.taskMicros);
      const cap = scope === "the day" ? budget.dayMicros : scope.startsWith("the run ") ? budget.runMicros : ofTask;
      if (cap !== null && micros > cap + granted)
        this.violations.push(`${scope} cost ${micros} of ${cap}, granted ${granted}`);
    }
  }

  #wrong(event: RecordedEvent, what: string): void {
    this.violations.push(`${event.type} at ${event.pos} of ${event.task ?? "the run"}: ${what}`);
  }
}

function field(value: unknown, name: string): string | null {
  const found: unknown =
    typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
  return typeof found === "string" ? found : null;
}

function isBounded(adapter: AdapterName): boolean {
  const control = kinds[adapter]?.costControl;
  return control === "before" || control === "during";
}
