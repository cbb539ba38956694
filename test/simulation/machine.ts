import type { CallEvent, CallSpec, ProcessRecord } from "../../src/engine/ports/adapter.ts";
import type { Settings } from "../../src/domain/settings.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import { marker } from "./memory-integration.ts";
import type { Act } from "./behaviour.ts";
import type { Disk, Worktree } from "./disk.ts";
import type { Host } from "./host.ts";

/** An agent at work: it changes the disk and says things, whether or not anybody listens. */
export class Agent {
  readonly spec: CallSpec;
  readonly output: CallEvent[] = [];
  /** What it wrote and where that lies now. */
  readonly wrote = new Map<string, string>();
  state: "gated" | "running" | "over" = "gated";
  /** Whether it ended by itself, so that there is an exit code. */
  exited = false;
  hasProcess = false;
  /** Micro-dollars it really cost. */
  costMicros = 0;
  readonly #machine: Machine;
  readonly #acts: readonly Act[];
  /** Approvals somebody has answered. */
  readonly answered = new Set<string>();
  #waiting: (() => void)[] = [];

  constructor(machine: Machine, spec: CallSpec, acts: readonly Act[]) {
    this.#machine = machine;
    this.spec = spec;
    this.#acts = acts;
  }

  get saidEnd(): boolean {
    return this.output.at(-1)?.type === "end";
  }

  /** Lives on a clock: that of the machine, or of the engine it is a part of. */
  async live(clock: Clock): Promise<void> {
    if (this.state !== "gated") return;
    this.state = "running";
    for (const act of this.#acts) {
      await clock.wait(act.afterMs);
      if (this.isOver() || act.kind === "hang") return;
      if (act.kind === "die") break;
      if (act.kind === "ask") await this.#ask(act);
      else if (act.kind === "say") this.#say(act.event);
      else this.#machine.change(this, act);
    }
    this.exited = true;
    this.kill();
  }

  /** Whether it waits for an answer. */
  get isAsking(): boolean {
    return this.output.some((event) => event.type === "approval" && !this.answered.has(event.id));
  }

  answer(id: string): void {
    if (this.answered.has(id)) this.#machine.violations.push(`${this.spec.attemptKey} was answered ${id} twice`);
    this.answered.add(id);
    this.#wake();
  }

  async #ask({ commands }: Extract<Act, { kind: "ask" }>): Promise<void> {
    for (const [id, command] of commands) this.#say({ type: "approval", id, tool: "run", command, diff: null });
    while (this.isAsking && !this.isOver()) {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
  }

  kill(): void {
    this.state = "over";
    this.#wake();
  }

  isOver(): boolean {
    return this.state === "over";
  }

  /** What it said from a place on, once there is something or it is over. */
  async read(from: number): Promise<readonly CallEvent[]> {
    while (this.output.length <= from && this.state !== "over") {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
    return this.output.slice(from);
  }

  #say(event: CallEvent): void {
    this.output.push(event);
    if (event.type === "cost") this.costMicros += event.cost.micros ?? 0;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** The operating system: processes that outlive the engines that started them. */
export class Machine {
  readonly disk: Disk;
  readonly agents: Agent[] = [];
  /** Faults that no engine sees. */
  readonly violations: string[] = [];
  readonly #host: Pick<Host, "agents" | "processes">;
  readonly #active = new Map<object, string[]>();

  constructor(disk: Disk, host: Pick<Host, "agents" | "processes">) {
    this.disk = disk;
    this.#host = host;
    disk.onBring = (tree) => this.#mustBeKept(tree);
  }

  /** An engine makes a call, new or adopted; until it is told that the call is over. */
  calls(engine: object, model: string, limits: Settings["limits"]): () => void {
    const active = this.#active.get(engine) ?? [];
    active.push(model);
    this.#active.set(engine, active);
    const same = active.filter((one) => one === model).length;
    const mostOfModel = limits.perModel[model]?.parallel ?? limits.parallel;
    if (active.length > limits.parallel) this.violations.push(`${active.length} calls at once of ${limits.parallel}`);
    if (same > mostOfModel) this.violations.push(`${same} calls of ${model} at once of ${mostOfModel}`);
    return () => void active.splice(active.indexOf(model), 1);
  }

  /** Models of the calls that an engine makes now. */
  callsOf(engine: object): readonly string[] {
    return this.#active.get(engine) ?? [];
  }

  /** A new agent for an attempt. Whoever begins an attempt anew that could be adopted, or that still runs, does wrong. */
  create(spec: CallSpec, acts: readonly Act[], durable: boolean): Agent {
    for (const before of this.agents) {
      if (before.spec.attemptKey !== spec.attemptKey) continue;
      if (durable && before.saidEnd) this.violations.push(`${spec.attemptKey} said its end and was started again`);
      if (before.state === "running" && before.hasProcess)
        this.violations.push(`${spec.attemptKey} runs and was started again`);
    }
    if (spec.start.kind === "fresh") this.#mustBeClean(spec);
    const agent = new Agent(this, spec, acts);
    this.agents.push(agent);
    this.#host.agents.push(agent);
    return agent;
  }

  /** What an implementer wrote gives way to nothing before it is in a commit or a snapshot. */
  #mustBeKept({ task, files }: Worktree): void {
    for (const { spec, wrote } of this.agents) {
      if (spec.task !== task || spec.access !== "write") continue;
      for (const [path, text] of wrote)
        if (files.get(path) === text && !this.disk.commits.has(path, text))
          this.violations.push(`what ${spec.attemptKey} wrote to ${path} is lost`);
    }
  }

  /** A fresh agent finds the last commit and nothing else, a merge under way aside. */
  #mustBeClean({ task, attemptKey }: CallSpec): void {
    const tree = this.disk.tree(task);
    const changed = tree.merging === null ? this.disk.changed(tree, tree.head) : [];
    if (changed.length > 0)
      this.violations.push(`${attemptKey} begins in a tree that is not clean: ${changed.join(", ")}`);
  }

  /** Gives an agent a process of its own, which does nothing before it is let go. */
  spawn(agent: Agent): ProcessRecord {
    const { processes } = this.#host;
    const pid = 1_001 + processes.size;
    processes.set(pid, agent);
    agent.hasProcess = true;
    return { pid, startTime: `p${pid}` };
  }

  find({ pid }: ProcessRecord): Agent | null {
    const agent = this.#host.processes.get(pid) ?? null;
    if (agent !== null && !this.agents.includes(agent))
      this.violations.push(`${agent.spec.attemptKey} of another repository is taken for one of this`);
    return agent;
  }

  /** Somebody is about to commit or put back the files of a task's tree. */
  touch(task: string, what: string): void {
    const agent = this.agents.find(
      ({ spec, state }) => state === "running" && spec.task === task && spec.access === "write",
    );
    if (agent !== undefined)
      this.violations.push(`the tree of ${task} was ${what} while ${agent.spec.attemptKey} works in it`);
  }

  conflictsIn(spec: CallSpec): readonly string[] {
    const files = this.disk.trees.get(spec.task)?.files ?? new Map<string, string>();
    return [...files].filter(([, text]) => text.includes(marker)).map(([path]) => path);
  }

  change(agent: Agent, act: Extract<Act, { kind: "edit" | "own_commit" }>): void {
    const { task, access, attemptKey } = agent.spec;
    const tree = this.disk.trees.get(task);
    if (tree === undefined) return;
    const others = this.agents.filter(
      (one) => one !== agent && one.state === "running" && one.spec.task === task && one.spec.access === "write",
    );
    const [other] = others;
    if (access === "write" && other !== undefined) {
      this.violations.push(`${attemptKey} and ${other.spec.attemptKey} work in one tree`);
    }
    if (act.kind === "edit") {
      tree.files.set(act.path, act.text);
      agent.wrote.set(act.path, act.text);
      return;
    }
    const parents = [tree.head, ...(tree.merging === null ? [] : [tree.merging])];
    tree.head = this.disk.commits.add(tree.files, parents).id;
    this.disk.branches.set(tree.branch, tree.head);
  }
}
