import type { DoneResult } from "../../actions/results/done.ts";
import { brand } from "../../domain/brand.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { runningEngine } from "../running/engine-lease.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

/** Says what was done, further lines behind it; or prints it for a program. The answer is the exit code. */
export function printDone(
  { out }: Program,
  { json }: Displays,
  done: string,
  more: readonly string[] = [],
  effect: DoneResult["effect"] = "now",
): number {
  if (json) out.json({ v: 1, done, effect } satisfies DoneResult);
  else for (const line of [done, ...more]) out.line(line);
  return 0;
}

/** The same of what an engine takes up: where none runs it waits for the next. */
export async function printEffect(context: RepositoryContext, displays: Displays, done: string): Promise<number> {
  const { ledger, program, repository } = context;
  const engine = await runningEngine(ledger, repository.id, program.clock.now());
  if (engine !== null) return printDone(program, displays, done);
  const text = displays.json ? done : `${done}; takes effect at the next \`${brand.bin} run\``;
  return printDone(program, displays, text, [], "next_run");
}
