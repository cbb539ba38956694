import { appendFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { RecordedEvent } from "../../domain/events.ts";
import type { RunId } from "../../domain/ids.ts";
import { logLevel } from "../inputs/log-level.ts";
import { isLogged, runLog, runLogHead, runLogItem } from "../output/run-log.ts";
import { structuredLine } from "../output/structured-log.ts";
import { redactor } from "../program/redact.ts";
import type { CommandContext } from "../wiring/command-context.ts";
import { privateFolder, writeAtomically } from "../wiring/private-files.ts";

/** Files that tell a run: log.md for people, log.ndjson for log services. What they hold stands in the ledger too. */
export interface RunFiles {
  /** They are written in their order, and waited for at the end. A file that cannot be written is told once and stops nothing. */
  take(events: readonly RecordedEvent[]): void;
  /** Writes log.md anew from the ledger. */
  finish(): Promise<void>;
}

const atOnce = 100;
/** What has been told before is no haste: the work that was interrupted goes on first. */
const betweenMs = 50;

/** What a run that goes on has told before is written beside the engine, which does not wait for it, however much it is. */
export function openRunFiles({ program, paths, ledger }: CommandContext, run: RunId): RunFiles {
  const redact = redactor(program.env);
  const level = logLevel(program.env);
  const markdown = join(paths.run(run), "log.md");
  const structured = join(paths.run(run), "log.ndjson");
  let failed = false;
  const trying = async (write: () => Promise<void>): Promise<void> => {
    try {
      await write();
    } catch (error) {
      if (!failed)
        program.err.line(`cannot write the log of the run: ${error instanceof Error ? error.message : String(error)}`);
      failed = true;
    }
  };
  let pos = 0;
  let ending = false;
  let writing = trying(async () => {
    await privateFolder(paths.run(run));
    const row = await ledger.runs.run(run);
    await writeFile(markdown, row === null ? "" : redact(runLogHead(row)), { mode: 0o600 });
    for (;;) {
      const before = await ledger.log.since(pos, { run, limit: atOnce });
      appendFileSync(markdown, redact(before.map((event) => runLogItem(event) ?? "").join("")));
      pos = before.at(-1)?.pos ?? pos;
      if (before.length < atOnce) return;
      if (!ending) await pause(betweenMs);
    }
  });
  return {
    take: (events) => {
      const write = (): void => {
        const items = events
          .filter((event) => event.pos > pos)
          .map((event) => runLogItem(event) ?? "")
          .join("");
        const lines = events
          .flatMap((event) => structuredLine(event, level) ?? [])
          .map((line) => `${line}\n`)
          .join("");
        pos = Math.max(pos, events.at(-1)?.pos ?? 0);
        if (items !== "") appendFileSync(markdown, redact(items), { mode: 0o600 });
        if (lines !== "") appendFileSync(structured, redact(lines), { mode: 0o600 });
      };
      writing = writing.then(() => trying(async () => write()));
    },
    finish: () => {
      ending = true;
      return trying(async () => {
        await writing;
        const row = await ledger.runs.run(run);
        if (row === null) return;
        const logged: RecordedEvent[] = [];
        for (let from = 0, page: readonly RecordedEvent[] = []; ; from = page.at(-1)?.pos ?? from) {
          page = await ledger.log.since(from, { run, limit: atOnce });
          if (page.length === 0) break;
          logged.push(...page.filter(isLogged));
        }
        const rows = (await ledger.tasks.list(row.repository)).filter((task) => task.run === run);
        await writeAtomically(markdown, redact(runLog(row, rows, await ledger.runs.totals(run), logged)));
      });
    },
  };
}
