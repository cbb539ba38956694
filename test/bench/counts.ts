import { join } from "node:path";

import { brand } from "../../src/domain/brand.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { VirtualClock } from "../simulation/virtual-clock.ts";
import { inFolder } from "./figures.ts";
import { modeCosts } from "./mode-costs.ts";
import { modeTasks } from "./mode-tasks.ts";
import { gitProcesses, runProgram } from "./program.ts";
import { namedTasks, scriptedProject, type ScriptedProject, type ScriptedTask } from "./scripted-project.ts";
import { countStatements } from "./statement-count.ts";
import { memoryRepository, startBench } from "./workbench.ts";

/** A count of what was done, equal on every machine. */
export interface Count {
  readonly what: string;
  readonly count: number;
  readonly goal: number | null;
  /** By how much it differs from run to run, where programs that run side by side meet by chance. */
  readonly spread?: number;
  /** What it is made of, for whoever wants to know what grew. */
  readonly parts: readonly string[];
}

/** All counts that have a floor, taken with the real engine and, where git or files are counted, the real program. */
export async function takeCounts(): Promise<readonly Count[]> {
  return [...(await programCounts()), ...(await ledgerCounts()), ...(await modeCounts())];
}

/**
 * Git processes of a task, from runs of one and of three, one after the other: what a run itself needs is not in it. Files of
 * modules that are read before a command has said what it has to say.
 */
async function programCounts(): Promise<readonly Count[]> {
  const one = namedTasks(1, "two-loop");
  const { git: first, list, plan } = await countRun(() => ({ tasks: one, parallel: 1 }), true);
  const inRun = async (given: Given): Promise<readonly string[]> => less((await countRun(given)).git, first);
  const twoLoop = await inRun(() => ({ tasks: namedTasks(3, "two-loop"), parallel: 1 }));
  const threeLoop = await inRun(() => ({ tasks: [...one, ...namedTasks(2, "three-loop", 2)], parallel: 1 }));
  const meeting = await inRun(meetingTasks);
  const listed = twoLoop.filter((one) => one === "worktree list");
  const beside = first.length - twoLoop.length / 2;
  return [
    { what: "git processes of a two-loop task", count: twoLoop.length / 2, goal: 20, parts: twoLoop },
    { what: "git processes of a three-loop task", count: threeLoop.length / 2, goal: 30, parts: threeLoop },
    {
      what: "git processes of a task whose merge meets another",
      count: meeting.length,
      goal: null,
      spread: 2,
      parts: meeting,
    },
    { what: "git worktree list of a two-loop task", count: listed.length / 2, goal: 0, parts: listed },
    { what: "git processes of a run beside its tasks", count: beside, goal: null, spread: 2, parts: first },
    { what: "files of modules read by list", count: list.length, goal: null, parts: list },
    { what: "files of modules read by plan", count: plan.length, goal: null, parts: plan },
  ];
}

type Given = (folder: string) => ScriptedProject;

/** Plays a project with the program; where it is asked for, two commands look at it afterwards. */
const countRun = (given: Given, looks = false): Promise<Record<"git" | "list" | "plan", readonly string[]>> =>
  inFolder(async (folder) => {
    const project = scriptedProject(folder, given(folder));
    gitProcesses(project);
    await runProgram(project, ["run", "--plain", "--trust"]);
    const git = gitProcesses(project);
    const filesOf = async (command: string): Promise<readonly string[]> =>
      looks ? (await runProgram(project, [command], { files: true })).files : [];
    return { git, list: await filesOf("list"), plan: await filesOf("plan") };
  });

/** What is in a list beyond what is in another. */
function less(all: readonly string[], some: readonly string[]): readonly string[] {
  const left = [...some];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Two tasks that begin from one base: the first goes on when the second works, the second when the first is merged. */
function meetingTasks(folder: string): ScriptedProject {
  const waits = (name: string, until: string): string => `#!/bin/sh
touch '${folder}/${name}'
until ${until}; do sleep 0.05; done
echo done > ${name}.txt
echo '{"type":"end"}'
`;
  const model = (name: string): string =>
    `  ${name}: {adapter: command, argv: ["${folder}/project/${name}.sh", "{prompt_file}"]}\n`;
  const task = (id: string, name: string): ScriptedTask => ({
    id,
    mode: "two-loop",
    more: `, models: {implementer: ${name}}`,
  });
  return {
    tasks: [task("T1", "first"), task("T2", "second")],
    parallel: 2,
    models: model("first") + model("second"),
    files: {
      "first.sh": waits("first", `[ -e '${folder}/second' ]`),
      "second.sh": waits("second", `[ -e '${folder}/project/.git/refs/heads/${brand.integrationBranch}' ]`),
    },
  };
}

/** Commits and statements of the real engine, on a made-up clock, so that no timer of a busy machine counts. */
async function ledgerCounts(): Promise<readonly Count[]> {
  const counted = countStatements();
  let calls = 0;
  try {
    await inFolder(async (folder) => {
      const clock = new VirtualClock(1_700_000_000_000);
      const ledger = openLedger({ path: join(folder, "ledger.db"), mode: "engine", clock, random: () => 0.5 });
      const { workspace, baseCommit, write } = memoryRepository();
      const specs = namedTasks(20, "two-loop").map(({ id }) => taskSpec(id));
      const models = { durationMs: () => 0, write, onStart: () => void (calls += 1) };
      const engine = startBench({ clock, ledger, workspace, baseCommit, limits: { parallel: 1 }, specs, models });
      let over = false;
      const ended = engine.end.finally(() => (over = true));
      await clock.run(() => over);
      const end = await ended;
      ledger.close();
      if (end.kind !== "ended" || end.exitCode !== 0) throw new Error(`the run ended with ${JSON.stringify(end)}`);
    });
  } finally {
    counted.stop();
  }
  const parts = [...counted.statements].flatMap(([text, times]) => Array.from({ length: times }, () => text));
  return [
    { what: "commits of the ledger per instant call", count: tenth(counted.commits / calls), goal: 6, parts },
    { what: "statements of the ledger per instant call", count: tenth(parts.length / calls), goal: null, parts },
  ];
}

/** What ten tasks come to in calls and micro-dollars, by real prompts and answers that are made up. */
async function modeCounts(): Promise<readonly Count[]> {
  const [fixture] = await modeTasks();
  if (fixture === undefined) return [];
  const counts: Count[] = [];
  for (const mode of ["two-loop", "three-loop"] as const) {
    const { calls, micros, byRole } = await modeCosts(mode, fixture.tasks, fixture.scenario(mode));
    const parts = [...byRole].flatMap(([role, times]) => Array.from({ length: times }, () => role));
    const spread = Math.floor(micros * costSpread);
    counts.push({ what: `calls of ten ${mode} tasks`, count: calls, goal: null, parts });
    counts.push({ what: `micro-dollars of ten ${mode} tasks`, count: micros, goal: null, spread, parts });
  }
  return counts;
}

/** By what share the cost of a mode may change unseen. */
const costSpread = 0.02;

const tenth = (value: number): number => Math.round(10 * value) / 10;
