import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { parseBacklog } from "../../backlog/backlog.ts";
import { taskDigest } from "../../backlog/digest.ts";
import { parseScenario } from "../../backlog/scenario.ts";
import type { SettingsFlags } from "../../backlog/settings-overrides.ts";
import type { KnownNames } from "../../backlog/settings-references.ts";
import { brand } from "../../domain/brand.ts";
import type { Problem } from "../../domain/problem.ts";
import type { Settings } from "../../domain/settings.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { TaskSpec } from "../../domain/task.ts";
import type { Backlog } from "../../engine/run/backlog-sync.ts";
import { BadFiles, CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { askProblems } from "./ask-permission.ts";
import type { FoundModel } from "./discover-models.ts";
import { readBacklog, type ReadBacklog } from "./kept-backlog.ts";
import { readPrompts, type PromptOverrides } from "./prompt-overrides.ts";
import { noModel, readSettingsHere, settingsFiles } from "./read-settings.ts";
import { readText, shownPath } from "./read-text.ts";

/** What a run is made from, read and without fault. */
export interface Inputs {
  readonly settings: Settings;
  readonly backlog: Backlog;
  readonly prompts: PromptOverrides;
  readonly found: readonly FoundModel[];
}

export interface InputQuestion {
  /** As typed; null: the usual name. */
  readonly file: string | null;
  readonly repositoryTop: string;
  readonly flags: SettingsFlags;
}

/** Reads backlog, settings, scenarios and prompts. BadFiles with all their problems at once; CommandError without a model. */
export async function readInputs(program: Program, question: InputQuestion): Promise<Inputs> {
  const path = tasksFile(program, question);
  const read = await readSettingsHere(program, {
    tasksFile: path,
    repositoryTop: question.repositoryTop,
    flags: question.flags,
  });
  const parsed = readBacklogAt(program, path, read.known);
  const rest = checked(program, { ...question, tasksFile: path }, read.settings, [
    ...parsed.problems,
    ...read.problems,
  ]);
  return { ...rest, found: read.found, backlog: { file: path, tasks: parsed.tasks } };
}

/** The same without a file: one task from the command line; null: only what the run has already. */
export async function readInputsFor(
  program: Program,
  question: Omit<InputQuestion, "file">,
  task: TaskSpec | null,
): Promise<Inputs> {
  const read = await readSettingsHere(program, {
    tasksFile: null,
    repositoryTop: question.repositoryTop,
    flags: question.flags,
  });
  const rest = checked(program, { ...question, tasksFile: null }, read.settings, read.problems);
  const tasks = task === null ? [] : [{ spec: task, digest: taskDigest(task) }];
  return { ...rest, found: read.found, backlog: { file: null, tasks } };
}

/** Settings and backlog of a file that changed while it is worked on; its problems instead where there are any. */
export function rereadBacklog(program: Program, path: string, settings: Settings): Backlog | readonly Problem[] {
  const parsed = readBacklogAt(program, path, settings);
  return parsed.problems.length > 0 ? parsed.problems : { file: path, tasks: parsed.tasks };
}

const readBacklogAt = (program: Program, path: string, settings: KnownNames | null): ReadBacklog =>
  readBacklog(program, path, { file: shownPath(program.cwd, path), text: readText(path), settings });

function checked(
  program: Program,
  question: Pick<InputQuestion, "repositoryTop"> & { readonly tasksFile: string | null },
  settings: Settings | null,
  found: readonly Problem[],
): Pick<Inputs, "settings" | "prompts"> {
  const prompts = readPrompts(program, question.repositoryTop);
  const unasked = settings === null ? [] : askProblems(settings, settingsFiles(program, question));
  const problems = [...found, ...unasked, ...scenarioProblems(program, settings), ...prompts.problems];
  if (problems.length > 0 || settings === null) throw new BadFiles(problems.toSorted(byPlace));
  if (settings.models.length === 0) throw noModel();
  return { settings, prompts: prompts.texts };
}

const byPlace = (a: Problem, b: Problem): number =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;

/** Ids that the usual backlog names; none where it is not there or does not read well. */
export function knownTasks(program: Program, repositoryTop: string): readonly TaskId[] {
  const path = usualFile(program, repositoryTop);
  if (path === null) return [];
  return parseBacklog({ file: path, text: readText(path), settings: null }).tasks.map(({ id }) => id);
}

/** Where the usual backlog lies; null: nowhere. */
export const usualFile = (program: Program, repositoryTop: string): string | null =>
  [join(program.cwd, usual), join(repositoryTop, usual)].find((place) => existsSync(place)) ?? null;

const usual = "tasks.yaml";

/** The backlog's real path, so that one file is one file however it is named. */
function tasksFile(program: Program, { file, repositoryTop }: InputQuestion): string {
  const named = file === null ? null : resolve(program.cwd, file);
  const path = named === null ? usualFile(program, repositoryTop) : existsSync(named) ? named : null;
  if (path !== null) return realpathSync(path);
  if (file !== null) throw new CommandError(`there is no ${file}`);
  throw new CommandError(
    `there is no ${usual} here; \`${brand.bin} init\` writes one, \`${brand.bin} do "…"\` needs none`,
  );
}

function scenarioProblems(program: Program, settings: Settings | null): readonly Problem[] {
  const paths = new Set(
    (settings?.models ?? []).flatMap(({ adapter, scenario }) =>
      adapter === "scripted" && scenario !== null ? [scenario] : [],
    ),
  );
  return [...paths].flatMap((path) => {
    const file = shownPath(program.cwd, path);
    if (!existsSync(path))
      return [
        {
          file,
          line: 1,
          column: 1,
          code: "missing_file",
          message: `there is no such scenario in ${dirname(path)}`,
          hint: null,
        },
      ];
    return parseScenario({ file, text: readText(path) }).problems;
  });
}
