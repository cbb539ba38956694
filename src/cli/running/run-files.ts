import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { RecordedEvent } from "../../domain/events.ts";
import type { RunId } from "../../domain/ids.ts";
import { logLevel } from "../inputs/log-level.ts";
import { runLog, runLogHead, runLogItem } from "../output/run-log.ts";
import { structuredLine } from "../output/structured-log.ts";
import { redactor } from "../program/redact.ts";
import type { CommandContext } from "../wiring/command-context.ts";
import { privateFolder, writeAtomically } from "../wiring/private-files.ts";

/** Files that tell a run: log.md for people, log.ndjson for log services. What they hold stands in the ledger too. */
export interface RunFiles {
  /** A file that cannot be written is told once and stops nothing. */
  take(events: readonly RecordedEvent[]): Promise<void>;
  /** Writes log.md anew from the ledger. */
  finish(): Promise<void>;
}

export async function openRunFiles({ program, paths, ledger }: CommandContext, run: RunId): Promise<RunFiles> {
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
  await trying(async () => {
    await privateFolder(paths.run(run));
    const row = await ledger.runs.run(run);
    const before = await ledger.log.since(0, { run });
    const text = `${row === null ? "" : runLogHead(row)}${before.map((event) => runLogItem(event) ?? "").join("")}`;
    await writeFile(markdown, redact(text), { mode: 0o600 });
    pos = before.at(-1)?.pos ?? 0;
  });
  return {
    take: (events) =>
      trying(async () => {
        const items = events
          .filter((event) => event.pos > pos)
          .map((event) => runLogItem(event) ?? "")
          .join("");
        const lines = events
          .flatMap((event) => structuredLine(event, level) ?? [])
          .map((line) => `${line}\n`)
          .join("");
        pos = Math.max(pos, events.at(-1)?.pos ?? 0);
        if (items !== "") await appendFile(markdown, redact(items), { mode: 0o600 });
        if (lines !== "") await appendFile(structured, redact(lines), { mode: 0o600 });
      }),
    finish: () =>
      trying(async () => {
        const row = await ledger.runs.run(run);
        if (row === null) return;
        const rows = (await ledger.tasks.list(row.repository)).filter((task) => task.run === run);
        await writeAtomically(
          markdown,
          redact(runLog(row, rows, await ledger.runs.totals(run), await ledger.log.since(0, { run }))),
        );
      }),
  };
}
