import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { inFolder, median, ms, type Figure } from "./figures.ts";
import { runProgram, type Project, type Ran } from "./program.ts";
import { namedTasks, scriptedProject } from "./scripted-project.ts";

const rounds = 3;
const few = 1;
const some = 11;
const many = 300;
const keptTrees = 1_000;
const parallel = 5;

/** What the real program takes for tasks with real git whose models answer at once. How many git processes: `floors`. */
export async function gitWork(): Promise<readonly Figure[]> {
  const cpu: number[] = [];
  const wall: number[] = [];
  const beside: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const first = await played(few);
    const more = await played(some);
    const among = await played(some, keepTrees);
    cpu.push((more.cpuMs - first.cpuMs) / (some - few));
    wall.push((more.wallMs - first.wallMs) / (some - few));
    beside.push(among.wallMs / more.wallMs);
  }
  const { rssMb } = await played(many);
  const what = `engine's CPU a task (wall), real git, instant models, five at once`;
  const taskMs = median(cpu);
  return [
    { what, figure: `${ms(taskMs)} (${ms(median(wall))}), n ${rounds}`, goal: "<= 80 ms", met: taskMs <= 80 },
    {
      what: `  wall of ${some} tasks beside ${keptTrees} kept worktrees, against none`,
      figure: `${median(beside).toFixed(2)}, n ${rounds}`,
      goal: "<= 1.05",
      met: median(beside) <= 1.05,
    },
    {
      what: `  memory of the engine after ${many} tasks`,
      figure: `${rssMb.toFixed(0)} MB`,
      goal: "<= 140 MB",
      met: rssMb <= 140,
    },
  ];
}

const played = (tasks: number, before: (project: Project) => void = () => undefined): Promise<Ran> =>
  inFolder(async (folder) => {
    const project = scriptedProject(folder, { tasks: namedTasks(tasks, "two-loop"), parallel });
    before(project);
    return await runProgram(project, ["run", "--plain", "--trust"]);
  });

/** Worktrees as git has them, written as files: to add so many takes git minutes. */
function keepTrees({ folder, project }: Project): void {
  const head = execFileSync("git", ["rev-parse", "HEAD"], { cwd: project, encoding: "utf8" });
  for (let n = 0; n < keptTrees; n += 1) {
    const tree = join(folder, "kept", `K${n}`);
    const gitDir = join(project, ".git", "worktrees", `K${n}`);
    mkdirSync(tree, { recursive: true });
    mkdirSync(gitDir, { recursive: true });
    writeFileSync(join(tree, ".git"), `gitdir: ${gitDir}\n`);
    writeFileSync(join(gitDir, "gitdir"), `${join(tree, ".git")}\n`);
    writeFileSync(join(gitDir, "commondir"), "../..\n");
    writeFileSync(join(gitDir, "HEAD"), head);
  }
}
