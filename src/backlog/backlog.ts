import { brand } from "../domain/brand.ts";
import type { Problem } from "../domain/problem.ts";
import { modeForRisk, type TaskSpec } from "../domain/task.ts";
import { child, type Found, type Located, sourceOf, startOf, toProblems } from "./located.ts";
import { suggester } from "./nearest.ts";
import type { KnownNames } from "./settings-references.ts";
import { ms } from "./durations.ts";
import { micros, toRoles } from "./settings-values.ts";
import { taskReferences } from "./task-references.ts";
import { highestVersion, tasksSchema, type WrittenDefaults, type WrittenTask } from "./tasks-schema.ts";
import { validate } from "./validate.ts";
import { readYaml } from "./yaml-tree.ts";

export interface BacklogInput {
  /** As problems name it. */
  readonly file: string;
  readonly text: string;
  /** Whose models and checks tasks may name: Settings, or the names known from broken ones. Null: they are not checked. */
  readonly settings: KnownNames | null;
}

export interface ParsedBacklog {
  /** In the order of the file; none when there is any problem. */
  readonly tasks: readonly TaskSpec[];
  readonly problems: readonly Problem[];
}

const synonyms = {
  title: "goal",
  name: "goal",
  summary: "goal",
  description: "details",
  body: "details",
  dependson: "needs",
  dependencies: "needs",
  requires: "needs",
  after: "needs",
  files: "context",
};

/** The tasks of a backlog with their defaults, or every problem of the text. Never throws. */
export function parseBacklog({ file, text, settings }: BacklogInput): ParsedBacklog {
  const { source, root, found } = readYaml(sourceOf(file), text);
  const fail = (faults: readonly Found[]): ParsedBacklog => ({ tasks: [], problems: toProblems(faults, [source]) });
  if (root === null && found.length > 0) return fail(found);
  if (root === null) {
    const hint = 'it needs a list of tasks, each with an id and a goal, as in "tasks: [{id: A-1, goal: …}]"';
    return fail([{ at: startOf(source), code: "empty_file", message: "the file is empty", hint }]);
  }
  const newer = newerVersion(child(root, "version"));
  if (newer !== null) return fail([newer]);
  const suggest = suggester();
  const checked = validate(tasksSchema, root, { suggest, synonyms, partial: false });
  const faults = [...found, ...checked.found, ...taskReferences(root, settings, suggest)];
  if (checked.data === null || faults.length > 0) return fail(faults);
  const { tasks, defaults = {} } = checked.data;
  return { tasks: tasks.map((task) => toTask(task, defaults)), problems: [] };
}

/** A file of a later version means things this one cannot know: nothing else is said about it. */
function newerVersion(version: Located | undefined): Found | null {
  if (version?.kind !== "scalar" || typeof version.value !== "number" || version.value <= highestVersion) return null;
  const message = `version ${version.written} needs a newer ${brand.name}`;
  return { at: version.at, code: "newer_version", message, hint: `this one reads version ${highestVersion}` };
}

/** A task over the defaults: maps merge, everything else is replaced. */
function toTask(written: WrittenTask, defaults: WrittenDefaults): TaskSpec {
  const task = { ...defaults, ...written };
  const budget = { ...defaults.budget, ...written.budget };
  const risk = task.risk ?? "medium";
  return {
    id: task.id,
    goal: task.goal.trim(),
    details: task.details === undefined || task.details.trim() === "" ? null : task.details,
    risk,
    area: task.area ?? null,
    needs: distinct(task.needs ?? []),
    mode: task.mode ?? modeForRisk(risk),
    priority: task.priority ?? 0,
    context: distinct(task.context ?? []),
    checks: task.checks === undefined ? null : distinct(task.checks),
    models: toRoles({ ...defaults.models, ...written.models }),
    budget: { usdMicros: micros(budget.usd), tokens: budget.tokens ?? null },
    timeoutMs: ms(task.timeout, null),
    approve: distinct(task.approve ?? (risk === "high" ? ["merge"] : [])),
    ...((task.may_change ?? []).length === 0 ? {} : { mayChange: distinct(task.may_change ?? []) }),
  };
}

const distinct = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];
