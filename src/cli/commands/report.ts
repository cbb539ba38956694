import { brand } from "../../domain/brand.ts";
import type { InputOf } from "../../actions/table.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import { hasNews, reportJson } from "../../view/json/report-json.ts";
import { age, instant } from "../../view/text/durations.ts";
import { reportLines, totalLines } from "../../view/text/report-lines.ts";
import { readPast } from "../inputs/read-past.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { repositoryHere, withLedger, type CommandContext } from "../wiring/command-context.ts";
import { haveLooked } from "../wiring/looked.ts";
import { knownRepositories, reportOf, type OneReport } from "../wiring/report-facts.ts";

/** What happened since a person looked: here, or outside of a repository and with --all in all that the ledger knows. */
export async function command(program: Program, input: InputOf<"report">, displays: Displays): Promise<number> {
  const sinceMs = input.since === undefined ? null : readPast(input.since, program.clock.now());
  const here = input.all ? null : await repositoryHere(program);
  return await withLedger(program, async (context) => {
    const ids = here === null ? await knownRepositories(context) : [here.id];
    await report(context, ids, { sinceMs, json: displays.json, top: here?.top ?? null });
    return 0;
  });
}

/** Says it, and keeps that a person at a terminal has seen it. */
export async function report(
  context: CommandContext,
  ids: readonly RepositoryId[],
  how: { readonly sinceMs: number | null; readonly json: boolean; readonly top?: string | null },
): Promise<void> {
  const { program, ledger } = context;
  // What comes while it is read is news the next time.
  const head = await ledger.log.head();
  const all: OneReport[] = [];
  for (const id of ids) all.push(await reportOf(context, id, how.sinceMs, how.top));
  const result = reportJson(all.map((one) => one.report));
  if (how.json) program.out.json(result);
  else {
    if (all.length === 0) program.out.line("nothing ran on this machine yet");
    for (const one of all) {
      if (all.length > 1) program.out.line(one.report.repository);
      for (const line of reportLines(
        one.report,
        sinceWords(one, how.sinceMs, program.clock.now()),
        program.clock.now(),
      ))
        program.out.line(line);
      if (how.sinceMs === null && one.lookedMs !== null && !hasNews(one.report))
        program.out.line(`what was before: ${brand.bin} report --since 24h`);
      if (all.length > 1) program.out.line();
    }
    for (const line of totalLines(result)) program.out.line(line);
  }
  await haveLooked(context, ids, head);
}

/** The same above a summary: only where there is news since somebody looked. */
export async function printNews(context: CommandContext, id: RepositoryId): Promise<void> {
  const one = await reportOf(context, id, null);
  if (one.lookedMs === null || !hasNews(one.report)) return;
  const { out, clock } = context.program;
  for (const line of reportLines(one.report, sinceWords(one, null, clock.now()), clock.now())) out.line(line);
  out.line();
}

function sinceWords({ lookedMs, report: { since } }: OneReport, sinceMs: number | null, nowMs: number): string {
  if (sinceMs !== null) return instant(sinceMs, nowMs);
  if (lookedMs !== null) return `you looked, ${age(nowMs - lookedMs)} ago`;
  return since === null ? "the beginning" : "the last run began";
}
