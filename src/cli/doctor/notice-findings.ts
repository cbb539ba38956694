import type { RepositoryId } from "../../domain/ids.ts";
import type { NotifySettings } from "../../domain/settings.ts";
import { brand } from "../../domain/brand.ts";
import { failingName, sentName } from "../../notify/notifier.ts";
import type { OpenLedger } from "../../../state/open-ledger.ts";
import { age } from "../../view/text/durations.ts";
import type { Program } from "../program/program.ts";
import { sinksOf } from "../wiring/notices.ts";
import type { Finding } from "./finding.ts";

/** Each way to tell a person, and whether notices came through of late. */
export async function noticeFindings(
  program: Program,
  { cursors }: Pick<OpenLedger, "cursors">,
  repository: RepositoryId | null,
  settings: NotifySettings,
): Promise<readonly Finding[]> {
  const nowMs = program.clock.now();
  const findings: Finding[] = [];
  for (const { name } of sinksOf(program, settings)) {
    const sent = repository === null ? null : await cursors.get(sentName(repository, name));
    const failing = repository === null ? null : await cursors.get(failingName(repository, name));
    const last = sent === null || sent.at === 0 ? "none was sent yet" : `the last went out ${age(nowMs - sent.at)} ago`;
    findings.push(
      failing === null
        ? { what: `notices ${name}`, state: "ok", text: last }
        : {
            what: `notices ${name}`,
            state: "warn",
            text: `takes none since ${age(nowMs - failing.at)}; ${last}; ${brand.bin} notify --test says why`,
          },
    );
  }
  return findings;
}
