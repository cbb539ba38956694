import { realpathSync } from "node:fs";

import type { TrustPart, TrustScope } from "../../policy/trust.ts";
import { counted } from "../../view/text/amounts.ts";
import type { Repository } from "../../workspace/repository.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { withLedger } from "../wiring/command-context.ts";
import { Paths } from "../wiring/paths.ts";
import { addTrust, readTrust, trustDigest, type TrustRecord } from "../wiring/trust-record.ts";
import { requirePerson } from "./actor.ts";
import { readPrompts } from "./prompt-overrides.ts";
import { readSettings } from "./read-settings.ts";
import { settingsPartsHere, trustParts, type TrustSubject } from "./trust-parts.ts";

/** What was let through the door. Nothing that runs or sends what a repository names starts without one. */
class Pass {
  protected readonly passed = true;
}
export type Trusted = Pass;

/** Parts that nobody has said yes to. Nothing was run and nothing was sent. */
export class NotTrusted extends CommandError {}

/** How the door is passed. */
export interface TrustQuestion {
  readonly scope: TrustScope;
  /** A yes to everything, from the command line. */
  readonly given: boolean;
  /** Whether a person may be asked at this terminal; a screen needs it for itself. */
  readonly mayAsk: boolean;
}

/**
 * The door of everything that runs or sends what a repository names. Lets through what was trusted before; asks for just
 * what is new. NotTrusted where nobody can be asked.
 */
export async function requireTrust(program: Program, subject: TrustSubject, question: TrustQuestion): Promise<Trusted> {
  const paths = new Paths(program.env);
  const place = placeOf(program, subject.repository);
  const parts = await trustParts(program, subject, question.scope);
  const record = (await readTrust(paths, place)) ?? (await firstLook(program, subject, question.scope));
  warnOfKnown(program, parts, record);
  const fresh = parts.filter((part) => !record.has(trustDigest(part)));
  if (fresh.length === 0) return new Pass();
  if (question.given) {
    await addTrust(paths, place, fresh, "flag");
    return new Pass();
  }
  const { askForTrust, trustLines } = await import("./ask-for-trust.ts");
  if (!question.mayAsk || !program.mayAsk) throw notTrusted(fresh, trustLines(fresh));
  await requirePerson(program, { what: "trust", task: null });
  await askForTrust(program, fresh, record.size > 0);
  await addTrust(paths, place, fresh, "asked");
  return new Pass();
}

/** The same where a command reads no settings of its own. */
export async function requireTrustHere(
  program: Program,
  repository: Repository | null,
  given: boolean,
): Promise<Trusted> {
  return await requireTrust(program, subjectHere(program, repository), { scope: "tasks", given, mayAsk: true });
}

/** What a command of this program has just written is trusted, as far as it stands in the settings. */
export async function trustWritten(program: Program, repository: Repository): Promise<void> {
  const subject = subjectHere(program, repository);
  if ((await readTrust(new Paths(program.env), repository.id)) === null) await firstLook(program, subject, "tasks");
  await addTrust(new Paths(program.env), repository.id, settingsPartsHere(program, subject), "written");
}

function subjectHere(program: Program, repository: Repository | null): TrustSubject {
  const top = repository?.top ?? program.cwd;
  const { settings, found } = readSettings(program, { tasksFile: null, repositoryTop: top, flags: {} });
  return { repository, settings, found, prompts: readPrompts(program, top).texts };
}

/** Repositories keep theirs where they are moved; a copy and a clone are others. */
const placeOf = ({ cwd }: Program, repository: Repository | null): string => repository?.id ?? realpathSync(cwd);

/**
 * A repository that this program has worked in before it asked for trust is trusted as it stands, once. Any other is known
 * from its first task on, so that what comes later is seen to be new.
 */
async function firstLook(program: Program, subject: TrustSubject, scope: TrustScope): Promise<TrustRecord> {
  const { repository } = subject;
  if (repository === null) return new Map();
  const paths = new Paths(program.env);
  const ran = await withLedger(program, ({ ledger }) => ledger.runs.runs(repository.id, 1));
  const parts = ran.length === 0 ? [] : await trustParts(program, subject, "tasks");
  if (ran.length > 0 || scope === "tasks") await addTrust(paths, repository.id, parts, "known");
  return new Map(parts.map((part) => [trustDigest(part), "known"]));
}

/** What nobody has looked at and stands out is said each time. */
function warnOfKnown({ err }: Program, parts: readonly TrustPart[], record: TrustRecord): void {
  const open = parts.filter((part) => part.caution !== null && record.get(trustDigest(part)) === "known");
  for (const { what, words, caution } of open)
    err.line(`warning: ${what} ${words}: ${caution ?? ""}; the next version asks before it does`);
}

function notTrusted(fresh: readonly TrustPart[], lines: readonly string[]): NotTrusted {
  const what = `${counted(fresh.length, "thing")} that this repository starts or sends`;
  return new NotTrusted(`${what} ${fresh.length === 1 ? "is" : "are"} not trusted yet; nothing was run`, 2, [
    ...lines,
    "in a terminal the same command asks you; --trust says yes without being asked",
  ]);
}
