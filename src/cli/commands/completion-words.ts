import type { InnerInput } from "../../actions/inner.ts";
import { branchNames } from "../inputs/checkout-facts.ts";
import { readSettings } from "../inputs/read-settings.ts";
import type { Program } from "../program/program.ts";
import { repositoryHere, withRepository } from "../wiring/command-context.ts";

/** Names for shells to complete, one a line. Silent where there are none. */
export async function command(program: Program, { kind }: InnerInput<"words">): Promise<number> {
  for (const word of await wordsOf(program, kind)) program.out.line(word);
  return 0;
}

async function wordsOf(program: Program, kind: string): Promise<readonly string[]> {
  switch (kind) {
    case "task":
      return await withRepository(program, async ({ ledger, repository }) =>
        (await ledger.tasks.list(repository.id)).map(({ id }) => id),
      );
    case "branch":
      return await withRepository(program, branchNames);
    case "model":
      return await modelNames(program);
    default:
      return [];
  }
}

/** Also outside of a repository, where models can be asked. */
async function modelNames(program: Program): Promise<readonly string[]> {
  const repositoryTop = (await repositoryHere(program))?.top ?? program.cwd;
  const { known } = readSettings(program, { tasksFile: null, repositoryTop, flags: {} });
  return (known?.models ?? []).map(({ name }) => name);
}
