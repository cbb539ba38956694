import type { TaskId } from "../domain/ids.ts";
import type { ScreenCommand } from "../view/screen/screen-command.ts";
import type { ScreenSource } from "../view/screen/screen-source.ts";
import { pagedText, type Paged } from "./paged-text.ts";

/** The person's own programs, in the terminal that is lent to them. Each rejects with why it could not. */
export interface Workplace {
  /** Opens a file of the task's worktree in the person's editor. */
  edit(task: TaskId, file: string, line: number): Promise<void>;
  /** A shell in the task's worktree. */
  shell(task: TaskId): Promise<void>;
  /** Null: the person's pager has shown it; else the text that no pager took. */
  page(paged: Paged): Promise<string | null>;
}

/** Opens what was asked for. The text that no pager took; null: nothing is left to show. */
export async function useWorkplace(
  place: Workplace,
  source: Pick<ScreenSource, "getSnapshot">,
  command: Extract<ScreenCommand, { readonly kind: "edit_file" | "shell" | "page" }>,
): Promise<string | null> {
  if (command.kind === "page") return await place.page(pagedText(source, command.task, command.thing));
  if (command.kind === "shell") await place.shell(command.task);
  else await place.edit(command.task, command.file, command.line);
  return null;
}
