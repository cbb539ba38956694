import type { TaskId } from "../domain/ids.ts";
import { child, listItems, sourceOf, stringOf } from "./located.ts";
import { readYaml } from "./yaml-tree.ts";

/** The line, from 1, on which a backlog's entry of a task begins; null: it has none, or cannot be read. */
export function lineOfTask(text: string, id: TaskId): number | null {
  const { root } = readYaml(sourceOf("backlog"), text);
  const entry = listItems(child(root ?? undefined, "tasks")).find((item) => stringOf(child(item, "id")) === id);
  return entry?.at.line ?? null;
}
