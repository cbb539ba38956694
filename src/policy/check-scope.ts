import type { CheckSettings, Settings } from "../domain/settings.ts";
import type { TaskSpec } from "../domain/task.ts";
import { matchesAny } from "./glob.ts";

/** Services stand in the gate alone: elsewhere nobody can run what needs one. */
export const withoutServices = <C extends Pick<CheckSettings, "needsServices">>(checks: readonly C[]): readonly C[] =>
  checks.filter(({ needsServices = [] }) => needsServices.length === 0);

type Scoped = Pick<CheckSettings, "name" | "when" | "always">;

/** The checks of a task: those it names, else all; and those that are run for every change. */
export const checksOfTask = <C extends Scoped>(checks: readonly C[], named: TaskSpec["checks"]): readonly C[] =>
  checks.filter(({ name, always }) => named === null || named.includes(name) || always === true);

/** Of a task's checks, those that a change of these paths (`History.touched`) has to pass: what it names itself, whatever it changes. */
export const touchedChecks = <C extends Scoped>(
  checks: readonly C[],
  named: TaskSpec["checks"],
  paths: readonly string[],
): readonly C[] =>
  checks.filter((check) => isForAll(check, named) || paths.some((path) => isTouched(path, check.when)));

/** Of a path that ends with a slash all below it may be another now. */
const isTouched = (path: string, when: Scoped["when"] = []): boolean =>
  path.endsWith("/") ? when.some((glob) => mayMeet(headOf(glob), headOf(path))) : matchesAny(path, when);

/** Of a task's checks, those it is likely to have to pass: all, where nobody knows what its area is. */
export function likelyChecks<C extends Scoped>(
  checks: readonly C[],
  { checks: named, area }: Pick<TaskSpec, "checks" | "area">,
  areas: Settings["areas"] = {},
): readonly C[] {
  const paths = area !== null && Object.hasOwn(areas, area) ? areas[area] : undefined;
  const its = checksOfTask(checks, named);
  if (paths === undefined) return its;
  return its.filter(
    (check) =>
      isForAll(check, named) ||
      (check.when ?? []).some((glob) => paths.some((path) => mayMeet(headOf(glob), headOf(path)))),
  );
}

/** Names of checks that some of these tasks are likely to have to pass. */
export const likelyNames = (
  checks: readonly Scoped[],
  tasks: readonly Pick<TaskSpec, "checks" | "area">[],
  areas: Settings["areas"],
): ReadonlySet<string> => new Set(tasks.flatMap((task) => likelyChecks(checks, task, areas).map(({ name }) => name)));

const isForAll = ({ name, when, always }: Scoped, named: TaskSpec["checks"]): boolean =>
  when === undefined || always === true || named?.includes(name) === true;

/** The names before the first that stands for several. */
function headOf(glob: string): readonly string[] {
  const names = glob
    .trim()
    .toLowerCase()
    .split("/")
    .filter((name) => name !== "" && name !== ".");
  const first = names.findIndex((name) => /[*?{[]/.test(name));
  return first === -1 ? names : names.slice(0, first);
}

/** Whether what one names may lie in the other. */
const mayMeet = (one: readonly string[], other: readonly string[]): boolean => {
  const shorter = Math.min(one.length, other.length);
  return one.slice(0, shorter).join("/") === other.slice(0, shorter).join("/");
};
