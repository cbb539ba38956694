import { spawn, type ChildProcess, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { z } from "zod";

import { killAll } from "../contract/folder-processes.ts";
import { gitIn, type Place } from "./place.ts";
import { bundledMain } from "../bundle.ts";

const world = join(import.meta.dirname, "world");

const listSchema = z.object({
  tasks: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      derived: z.string().nullable(),
      question: z.object({ kind: z.string() }).nullable(),
      waiting: z.object({ kind: z.string() }).nullable(),
    }),
  ),
});
type Task = z.infer<typeof listSchema>["tasks"][number];

/** Calls that are to wait in the middle, as patterns of "TASK ROLE KEY". */
const parked: Readonly<Record<string, string>> = {
  planning: "PLANNING planner *",
  "plan-review": "PLAN-REVIEW plan_reviewer *",
  "plan-again": "PLAN-AGAIN planner */plan/2*",
  steps: "STEPS implementer */S2/*",
  adopted: "ADOPTED implementer *",
  reviewed: "REVIEWED code_reviewer *",
  fixing: "FIXING implementer */fix-gate-*",
  behind: "CLASH-2 implementer */S1/*",
  conflict: "CLASH-2 implementer */conflict-*",
  rewound: "REWOUND implementer *",
  goal: "DO-1 implementer *",
  ask: "* ask *",
  // Words of the task or the check that look for them.
  check: "-",
  stuck: "-",
  overloaded: "-",
};

/** The last calls that must have begun, by the line their program writes. */
const begun: readonly string[] = [
  "PLANNING/g1/main/plan/1#",
  "PLAN-REVIEW/g1/main/plan/1/review#",
  "PLAN-AGAIN/g1/main/plan/2#",
  "STEPS/g1/main/S2/implement/1#",
  "ADOPTED/g1/main/S1/implement/1#",
  "REVIEWED/g1/main/whole/review/1#",
  "FIXING/g1/main/fix-gate-1-1/implement/1#",
  "CLASH-2/g1/main/conflict-1/implement/1#",
  "REWOUND/g2/main/S1/implement/1#",
  "DO-1/g1/main/S1/implement/1#",
  "/ask/ash#",
];

export class Middle {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** An earlier run that is over and landed, and an ask that was answered and voted on. */
  begin(): void {
    const { top, home } = this.#place;
    mkdirSync(home, { recursive: true });
    cpSync(world, top, { recursive: true });
    gitIn(this.#place, "init", "--quiet");
    gitIn(this.#place, "add", "--all");
    gitIn(this.#place, "commit", "--quiet", "-m", "start");
    this.say("run", "first.yaml", "--plain", "--trust");
    this.say("land");
    this.say("ask", "Which is better?", "--models", "ash,elm", "--plain");
    this.say("ask", "--vote", "ash");
  }

  /** A run up to the middle of everything, in which all of it dies at once. */
  async go(): Promise<void> {
    for (const [name, pattern] of Object.entries(parked)) this.#park(name, pattern);
    this.say("hold", "yew");
    const engine = this.#start("run", "tasks.yaml", "--json", "--trust");
    await this.#until("the first ones are done, and those that ask do so", (task) => {
      const done = ["DONE-2", "UNDONE", "CLASH-1", "BREAKS"].every((id) => task(id).state === "DONE");
      const asks = ["FAILED", "PLAN-YES", "PLAN-SAID", "ROUNDS", "MERGE-YES", "TAKEN", "STUCK", "ASKING"];
      return (
        done && asks.every((id) => task(id).question !== null) && this.#hasBegun("REWOUND/g1/main/S1/implement/1#")
      );
    });
    this.#decide();
    await this.#until("all have come to where they are to be found", (task) => {
      const waits = ["LIMITED", "HELD", "RETRIED"].every(
        (id) => task(id).waiting !== null || task(id).derived === "held",
      );
      const isThere = task("FAILED").state === "FAILED" && task("GATE").state === "QUALITY_GATE";
      const isTaken = task("TAKEN").question?.kind === "other" && task("DONE-2").derived === "stale";
      return waits && isThere && isTaken && begun.every((line) => this.#hasBegun(line));
    });
    this.say("pause");
    await this.#untilTrue("the pause", () => this.#value("SELECT paused FROM run ORDER BY pos DESC LIMIT 1") === 1);
    await this.#die(engine);
    // Nobody is there to take them up.
    this.say("task", "PLAN-SAID", "--approve");
    this.say("task", "FAILED", "--retry", "--message", "this way");
  }

  /** What a person does meanwhile. */
  #decide(): void {
    this.say("revert", "UNDONE");
    this.say("task", "FAILED", "--reject", "--message", "not this way");
    this.say("task", "TAKEN", "--answer", "take_over");
    this.say("rewind", "REWOUND", "--to", "S1");
    this.say("do", "Say hello", "--risk", "low", "--model", "oak");
    this.#unpark("behind");
    const file = join(this.#place.top, "tasks.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("Be done behind another", "Be done otherwise"));
    this.#start("ask", "What is late?", "--models", "ash", "--plain");
  }

  /** The engine first; one call comes to its end when nobody hears it; then all the others. */
  async #die(engine: ChildProcess): Promise<void> {
    const over = new Promise((resolve) => engine.once("exit", resolve));
    engine.kill("SIGKILL");
    await over;
    this.#unpark("adopted");
    await this.#untilTrue("the end of a call that nobody hears", () => {
      const folder = String(
        this.#value("SELECT folder FROM attempt WHERE call IN (SELECT id FROM call WHERE task = 'ADOPTED')"),
      );
      return existsSync(join(folder, "exit"));
    });
    this.kill();
  }

  #hasBegun(line: string): boolean {
    const lines = readFileSync(join(this.#place.home, "calls.log"), "utf8").split("\n");
    return lines.some((one) => one.startsWith("start ") && one.includes(line));
  }

  #value(sql: string): unknown {
    const ledger = new Database(join(this.#place.state, "ledger.db"), { readonly: true });
    try {
      return ledger.prepare(sql).pluck().get();
    } finally {
      ledger.close();
    }
  }

  /** One command that must end well. */
  say(...argv: readonly string[]): string {
    const { top, env } = this.#place;
    const done = spawnSync(process.execPath, [bundledMain(), ...argv], { cwd: top, env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${argv.join(" ")} ended with ${done.status}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  tasks(): readonly Task[] {
    return listSchema.parse(JSON.parse(this.say("list", "--json"))).tasks;
  }

  kill(): void {
    while (killAll(this.#place.folder) > 0);
  }

  #start(...argv: readonly string[]): ChildProcess {
    const { top, env } = this.#place;
    const child = spawn(process.execPath, [bundledMain(), ...argv], { cwd: top, env, stdio: "ignore" });
    return child;
  }

  #park(name: string, pattern: string): void {
    const folder = join(this.#place.home, "wait");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `.${name}`), `${pattern}\n`);
    renameSync(join(folder, `.${name}`), join(folder, name));
  }

  #unpark(name: string): void {
    rmSync(join(this.#place.home, "wait", name));
  }

  #until(what: string, holds: (task: (id: string) => Task) => boolean): Promise<void> {
    return this.#untilTrue(what, () => {
      const tasks = this.tasks();
      return holds((id) => tasks.find((task) => task.id === id) ?? nothing);
    });
  }

  async #untilTrue(what: string, holds: () => boolean): Promise<void> {
    for (let n = 0; !holds(); n += 1) {
      if (n > 300) throw new Error(`${what} did not come:\n${this.say("list")}${this.say("review")}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A task that is not there yet. */
const nothing: Task = { id: "", state: "", derived: null, question: null, waiting: null };
