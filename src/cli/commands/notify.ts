import type { NotifyResult } from "../../actions/results/notice.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { NotifySettings } from "../../domain/settings.ts";
import { jsonVersion } from "../../view/json/json.ts";
import { testNotice } from "../../view/json/notice-json.ts";
import { noticeFindings } from "../doctor/notice-findings.ts";
import { isFromAgent } from "../inputs/actor.ts";
import { readSettings } from "../inputs/read-settings.ts";
import { BadFiles, CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { repositoryHere, withLedger } from "../wiring/command-context.ts";
import { nameOf, sinksOf } from "../wiring/notices.ts";

/** Who is told, or with --test whether that comes through. 1: something does not. */
export async function command(program: Program, input: InputOf<"notify">, displays: Displays): Promise<number> {
  const repository = await repositoryHere(program);
  const read = readSettings(program, { tasksFile: null, repositoryTop: repository?.top ?? null, flags: {} });
  if (read.settings === null) throw new BadFiles(read.problems);
  const { notify } = read.settings;
  // Its programs run as their person, outside of every wall, and what comes to a person's eyes is ours.
  if (input.test && (await withLedger(program, isFromAgent)))
    throw new CommandError("refused: this is an agent, and notices are for people");
  const sinks = notify === undefined ? [] : await (input.test ? tried : known)(program, repository, notify);
  const result: NotifyResult = { v: jsonVersion, sinks };
  if (displays.json) program.out.json(result);
  else {
    for (const { sink, ok, text } of sinks)
      program.out.line(`${sink.padEnd(8)} ${(ok ? "ok" : "does not work").padEnd(13)} ${text}`);
    if (sinks.length === 0)
      program.out.line(
        `nobody is told; write notify: {desktop: true} into your own settings, ~/.config/${brand.folder}/config.yaml`,
      );
  }
  return sinks.every(({ ok }) => ok) ? 0 : 1;
}

type Here = { readonly id: RepositoryId; readonly top: string } | null;

async function tried(program: Program, repository: Here, settings: NotifySettings): Promise<NotifyResult["sinks"]> {
  const name = repository === null ? "no repository" : nameOf(repository.top);
  const notice = testNotice(program.newId(), program.clock.now(), name);
  return await Promise.all(
    sinksOf(program, settings).map(async (sink) => {
      const why = await sink.send(notice);
      return { sink: sink.name, ok: why === null, text: why ?? "it took a test notice" };
    }),
  );
}

async function known(program: Program, repository: Here, settings: NotifySettings): Promise<NotifyResult["sinks"]> {
  return await withLedger(program, async ({ ledger }) => {
    const findings = await noticeFindings(program, ledger, repository?.id ?? null, settings);
    return findings.map(({ what, state, text }) => ({ sink: what.replace("notices ", ""), ok: state === "ok", text }));
  });
}
