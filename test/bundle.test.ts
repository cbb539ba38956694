import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { packageVersion } from "../src/cli/program/package-version.ts";
import { runProgram } from "./bench/program.ts";
import { namedTasks, scriptedProject } from "./bench/scripted-project.ts";
import { bundledMain } from "./bundle.ts";
import { scratchFolder } from "./processes/scratch.ts";

test("the program as it is built says what it is, plans, and an engine behind it does two tasks to their end", async () => {
  const folder = scratchFolder();
  const project = scriptedProject(folder, { tasks: namedTasks(2, "two-loop"), parallel: 2 });
  // Git tells who started it.
  const starters = join(folder, "starters");
  const git = join(folder, "bin", "git");
  writeFileSync(git, readFileSync(git, "utf8").replace("\n", `\nps -o args= -p $PPID >> '${starters}'\n`));
  const said = async (...argv: readonly string[]): Promise<string> => (await runProgram(project, argv)).out;

  const room = `import { getHeapSpaceStatistics } from "node:v8";
process.on("exit", () => console.log("room", getHeapSpaceStatistics().find((one) => one.space_name === "new_space").space_size));`;
  const env = { ...project.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(room)}` };
  const { out } = await runProgram({ ...project, env }, ["plan"]);
  expect(Number(/room (\d+)/.exec(out)?.[1])).toBeLessThanOrEqual(4 * 1024 ** 2);
  expect(await said("--version")).toBe(`${packageVersion()}\n`);
  expect(await said("--help")).toMatch(/^ +plan /m);
  expect(await said("plan")).toContain("T2");
  // By the thread that is built beside it.
  expect(await said("context", "T2")).toMatch(/^searched +\d+ file/m);
  await said("run", "--detach", "--trust");
  await said("watch", "--plain");
  expect(JSON.parse(await said("list", "--json"))).toMatchObject({ tasks: [{ state: "DONE" }, { state: "DONE" }] });
  expect(readFileSync(starters, "utf8")).toContain(join(bundledMain(), "..", "processes", "spawn-helper-main.js"));
});
