import { existsSync, readFileSync } from "node:fs";

import { parseBacklog } from "../../backlog/backlog.ts";
import { lineOfTask } from "../../backlog/place-of-task.ts";
import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import { problemLine } from "../../domain/problem.ts";
import { editFile } from "../../terminal/external-editor.ts";
import { findTask } from "../inputs/find-task.ts";
import { usualFile } from "../inputs/read-inputs.ts";
import { shownPath } from "../inputs/read-text.ts";
import { CommandError } from "../program/command-error.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { runningEngine } from "./engine-lease.ts";

/**
 * Opens the person's editor on the backlog, at the entry of a task. What they write is taken over as any change of the file is; we
 * write nothing to it. Says what comes of it.
 */
export async function editTask(context: RepositoryContext, task: TaskId): Promise<string> {
  const { program, ledger, repository } = context;
  const row = await findTask(ledger, repository.id, task);
  const named = (await ledger.runs.run(row.run))?.file ?? null;
  const places = [named, usualFile(program, repository.top)].filter((path) => path !== null && existsSync(path));
  const found = places.flatMap((path) => {
    const line = path === null ? null : lineOfTask(readFileSync(path, "utf8"), row.id);
    return path === null || line === null ? [] : [{ path, line }];
  })[0];
  if (found === undefined)
    throw new CommandError(`${row.id} stands in no backlog: it was added beside one, and its text stays as it is`);
  const before = readFileSync(found.path, "utf8");
  const failed = await editFile(found.path, found.line, program.env);
  if (failed !== null) throw new CommandError(failed);
  const text = readFileSync(found.path, "utf8");
  const file = shownPath(program.cwd, found.path);
  if (text === before) return `${file} is as it was`;
  const [problem] = parseBacklog({ file, text, settings: null }).problems;
  if (problem !== undefined) throw new CommandError(`the last good backlog stays: ${problemLine(problem)}`);
  const engine = await runningEngine(ledger, repository.id, program.clock.now());
  return engine === null ? `${brand.bin} run takes ${file} over as it is now` : `${file} is taken over as it is now`;
}
