import { brand } from "../../src/domain/brand.ts";
import { makeProject, type Project } from "./program.ts";

export interface ScriptedTask {
  readonly id: string;
  readonly mode: "two-loop" | "three-loop";
  /** Keys of its line, as YAML. */
  readonly more?: string;
}

export interface ScriptedProject {
  readonly tasks: readonly ScriptedTask[];
  readonly parallel: number;
  /** Before each answer. Default: none. */
  readonly delayMs?: number;
  /** Models beside the two that play the script, as lines of YAML. */
  readonly models?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** A project whose two models play a script and whose one check is passed at once. */
export function scriptedProject(folder: string, given: ScriptedProject): Project {
  const { tasks, parallel, delayMs = 0, models = "", files = {} } = given;
  const lines = tasks.map(({ id, mode, more = "" }) => `- {id: ${id}, goal: Make ${id}, mode: ${mode}${more}}\n`);
  return makeProject(folder, {
    "src/a.txt": "as it was\n",
    "check.sh": "#!/bin/sh\nexit 0\n",
    "play.yaml": `version: 1\ndefaults: {delay: ${delayMs}ms, tokens_per_s: 0}\nrules: []\n`,
    "tasks.yaml": `tasks:\n${lines.join("")}`,
    [brand.settingsFile]: `models:
  one: {adapter: scripted, scenario: play.yaml, provider: one}
  two: {adapter: scripted, scenario: play.yaml, provider: two}
${models}roles: {planner: [one], plan_reviewer: [two], implementer: [one], code_reviewer: [two]}
limits: {parallel: ${parallel}}
checks: [{name: test, run: ./check.sh}]
sandbox: off
`,
    ...files,
  });
}

export const namedTasks = (count: number, mode: ScriptedTask["mode"], from = 1): readonly ScriptedTask[] =>
  Array.from({ length: count }, (_, n) => ({ id: `T${from + n}`, mode }));
