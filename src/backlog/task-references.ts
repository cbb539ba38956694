import { findCycles } from "./graph.ts";
import { child, type Found, listItems, type Located, stringOf } from "./located.ts";
import { didYouMean, quoted, type Suggester } from "./nearest.ts";
import { type KnownNames, unknownModels } from "./settings-references.ts";

const longestPathShown = 100;

interface NamedTask {
  readonly id: string;
  readonly idNode: Located;
  readonly needs: readonly { readonly id: string; readonly node: Located }[];
}

/**
 * What tasks say about each other and about the settings that cannot be. Looks at the data before it is checked, so that
 * these problems are found beside all others. `known` null: names of the settings are not checked.
 */
export function taskReferences(root: Located, known: KnownNames | null, suggest: Suggester): readonly Found[] {
  const items = listItems(child(root, "tasks"));
  const tasks = items.flatMap((item) => namedTask(item) ?? []);
  const firsts = new Map<string, NamedTask>();
  for (const task of tasks) if (!firsts.has(task.id.toLowerCase())) firsts.set(task.id.toLowerCase(), task);
  const unique = [...firsts.values()];
  return [
    ...tasks.flatMap((task) => duplicateId(task, firsts.get(task.id.toLowerCase()))),
    ...unknownNeeds(items, unique, suggest),
    ...cycles(unique),
    ...[child(root, "defaults"), ...items].flatMap((item) => settingsFaults(item, known, suggest)),
  ];
}

function namedTask(item: Located): NamedTask | null {
  const idNode = child(item, "id");
  const id = stringOf(idNode);
  if (idNode === undefined || id === null || id === "") return null;
  return { id, idNode, needs: needsOf(item) };
}

const needsOf = (item: Located): NamedTask["needs"] =>
  listItems(child(item, "needs")).flatMap((node) => {
    const id = stringOf(node);
    return id === null || id.trim() === "" ? [] : { id, node };
  });

function duplicateId(task: NamedTask, first: NamedTask | undefined): Found[] {
  if (first === undefined || first === task) return [];
  const line = `the first is on line ${first.idNode.at.line}`;
  const hint = first.id === task.id ? line : `${line}, ${quoted(first.id)}: case makes no difference`;
  return [{ at: task.idNode.at, code: "duplicate_id", message: `duplicate id ${quoted(task.id)}`, hint }];
}

function unknownNeeds(items: readonly Located[], unique: readonly NamedTask[], suggest: Suggester): Found[] {
  const ids = new Set(unique.map(({ id }) => id));
  return items.flatMap((item) => {
    const own = stringOf(child(item, "id"));
    return needsOf(item).flatMap(({ id, node }): Found[] => {
      if (id === own) {
        return [{ at: node.at, code: "self_need", message: `${quoted(id)} needs itself`, hint: "remove it" }];
      }
      if (ids.has(id)) return [];
      const hint = didYouMean(suggest(id, ids, own)) ?? "no task of this file has that id";
      return [{ at: node.at, code: "unknown_need", message: `unknown need ${quoted(id)}`, hint }];
    });
  });
}

function cycles(unique: readonly NamedTask[]): Found[] {
  const byId = new Map(unique.map((task, index) => [task.id, { task, index }]));
  const edges = unique.map(({ id, needs }) => ({
    id,
    needs: needs.flatMap((need) => (need.id === id ? [] : need.id)),
  }));
  return findCycles(edges).flatMap((cycle) => {
    const path = fromEarliest(cycle.slice(0, -1), (id) => byId.get(id)?.index ?? 0);
    const [first, second] = [path[0], path[1]];
    const task = first === undefined ? undefined : byId.get(first)?.task;
    const at = task?.needs.find(({ id }) => id === second)?.node.at;
    if (first === undefined || at === undefined) return [];
    const message = `cycle ${shownPath([...path, first]).join(" -> ")}`;
    return [{ at, code: "cycle", message, hint: "remove one of these needs" }];
  });
}

/** The same ring of tasks, beginning with the one that stands first in the file. */
function fromEarliest(ring: readonly string[], indexOf: (id: string) => number): string[] {
  const start = ring.reduce((best, id, at) => (indexOf(id) < indexOf(ring[best] ?? id) ? at : best), 0);
  return [...ring.slice(start), ...ring.slice(0, start)];
}

function shownPath(path: readonly string[]): readonly string[] {
  if (path.length <= longestPathShown) return path;
  const half = longestPathShown / 2;
  return [...path.slice(0, half), `… ${path.length - longestPathShown} more …`, ...path.slice(-half)];
}

function settingsFaults(item: Located | undefined, known: KnownNames | null, suggest: Suggester): Found[] {
  const models = new Set(known?.models.map(({ name }) => name));
  return [
    ...(known === null ? [] : unknownModels(child(item, "models"), models, suggest)),
    ...(known === null ? [] : unknownChecks(listItems(child(item, "checks")), known.checks, suggest)),
  ];
}

function unknownChecks(given: readonly Located[], known: KnownNames["checks"], suggest: Suggester): Found[] {
  const names = known.map(({ name }) => name);
  return given.flatMap((node) => {
    const name = stringOf(node);
    if (name === null || name.trim() === "" || names.includes(name)) return [];
    const list = names.length === 0 ? "the settings have no checks" : `known checks: ${names.join(", ")}`;
    const hint = didYouMean(suggest(name, names)) ?? list;
    return [{ at: node.at, code: "unknown_check", message: `unknown check ${quoted(name)}`, hint }];
  });
}
