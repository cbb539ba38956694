import { realpathSync } from "node:fs";
import { Readable } from "node:stream";

import { readPrompts } from "../src/cli/inputs/prompt-overrides.ts";
import { readSettings } from "../src/cli/inputs/read-settings.ts";
import { trustParts } from "../src/cli/inputs/trust-parts.ts";
import { createProgram } from "../src/cli/program/program.ts";
import { repositoryHere } from "../src/cli/wiring/command-context.ts";
import { Paths } from "../src/cli/wiring/paths.ts";
import { addTrust } from "../src/cli/wiring/trust-record.ts";
import { systemClock } from "../src/processes/clock.ts";

/**
 * A person's yes to a repository of a test as it stands now: what the program would write after it. The program itself has
 * no way around its question.
 */
export async function trustAsItIs(where: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<void> {
  const program = createProgram({
    ...where,
    cwd: realpathSync(where.cwd),
    stdout: { write: () => undefined },
    stderr: { write: () => undefined },
    stdinIsTerminal: false,
    hasTerminal: () => false,
    clock: systemClock,
    random: Math.random,
    closed: () => true,
    onSignal: () => () => undefined,
    ask: () => Promise.resolve(null),
    input: () => Readable.from([]),
    exit: () => undefined,
  });
  const repository = await repositoryHere(program);
  const top = repository?.top ?? program.cwd;
  const { settings, found } = readSettings(program, { tasksFile: null, repositoryTop: top, flags: {} });
  const subject = { repository, settings, found, prompts: readPrompts(program, top).texts };
  const parts = await trustParts(program, subject, "tasks");
  await addTrust(new Paths(program.env), repository?.id ?? top, parts, "asked");
}
