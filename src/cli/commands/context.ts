import type { ContextResult } from "../../actions/results/context.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { FoundContext } from "../../domain/analysis.ts";
import type { Settings } from "../../domain/settings.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { contextText } from "../../pipeline/context.ts";
import { hintsSection } from "../../prompts/hints.ts";
import { jsonVersion } from "../../view/json/json.ts";
import { counted } from "../../view/text/amounts.ts";
import { clean } from "../../view/text/clean.ts";
import { displayWidth } from "../../view/text/width.ts";
import { findTask } from "../inputs/find-task.ts";
import { readInputs, usualFile } from "../inputs/read-inputs.ts";
import { requireSettings } from "../inputs/task-settings.ts";
import { printHanging } from "../output/print-hanging.ts";
import { printTable } from "../output/print-table.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";
import { commandWorkspace, contextIndexOf } from "../wiring/engine-parts.ts";
import { branchesOfNextRun } from "../wiring/run-branches.ts";

/** Nobody else waits for it: a large repository that is read for the first time may take its time. */
const limitMs = 600_000;
const bytesOfToken = 4;
/** Three of six, each after a gap of two, and a gap. */
const columnsOfNumbers = 26;
/** With less it is not worth a column. */
const leastRoom = 12;

/** What a search of the files found for a task, or would find now, and why. */
export const command = (program: Program, input: InputOf<"context">, displays: Displays): Promise<number> =>
  withRepository(program, async (context) => {
    const told = await toldOf(context, input.task);
    if (displays.json) program.out.json(told);
    else say(program, told);
    return 0;
  });

interface Asked {
  readonly spec: TaskSpec;
  readonly settings: Settings;
  /** What it works from, if it has begun. */
  readonly base: string | null;
  /** What was found as it began, if that holds still, and whether its prompts tell it. */
  readonly found: FoundContext | null;
  readonly hints: boolean;
}

async function toldOf(context: RepositoryContext, id: string): Promise<ContextResult> {
  const asked = await askedOf(context, id);
  const { spec, found, hints } = asked;
  if (found === null) return resultOf(spec, "would_be", await findNow(context, asked));
  return resultOf(spec, hints ? "in_prompts" : "not_in_prompts", found);
}

/** A task that has run, or one of the backlog that no run has seen. */
async function askedOf(context: RepositoryContext, id: string): Promise<Asked> {
  const { ledger, program, repository } = context;
  const rows = await ledger.tasks.list(repository.id);
  const isKnown = rows.some((row) => row.id.toLowerCase() === id.toLowerCase());
  if (!isKnown && usualFile(program, repository.top) !== null) {
    const inputs = await readInputs(program, { file: null, repositoryTop: repository.top, flags: {} });
    const written = inputs.backlog.tasks.find(({ spec }) => spec.id.toLowerCase() === id.toLowerCase());
    if (written !== undefined)
      return { spec: written.spec, settings: inputs.settings, base: null, found: null, hints: false };
  }
  const row = await findTask(ledger, repository.id, id);
  const detail = await ledger.tasks.detail(repository.id, row.id);
  return {
    spec: row.spec,
    settings: await requireSettings(context, row),
    base: row.baseCommit,
    found: detail?.context ?? null,
    hints: detail?.chosenMode?.hints ?? true,
  };
}

async function findNow(context: RepositoryContext, { spec, settings, base }: Asked): Promise<FoundContext> {
  const commit = base ?? (await tipNow(context, settings));
  const index = contextIndexOf(context, { limitMs });
  try {
    return await index.find({ commit, text: contextText(spec) }, new AbortController().signal);
  } finally {
    await index.close();
  }
}

/** Where a task would begin now. */
async function tipNow(context: RepositoryContext, settings: Settings): Promise<string> {
  const { base, integration } = await branchesOfNextRun(context, settings);
  const { history } = await commandWorkspace(context, settings);
  const commit = (await history.tip(integration)) ?? (await history.tip(base)) ?? context.repository.head;
  if (commit === "") throw new CommandError("there is no commit yet, so there is nothing to search");
  return commit;
}

const resultOf = (spec: TaskSpec, place: ContextResult["place"], found: FoundContext): ContextResult => ({
  v: jsonVersion,
  task: spec.id,
  mode: spec.mode,
  place,
  commit: found.commit,
  terms: [...found.terms],
  files: found.files.map(({ path, score, text, churn, symbols }) => ({
    path,
    score,
    text,
    churn,
    symbols: [...symbols],
  })),
  searched: found.searched,
  leftOut: { ...found.leftOut },
  without: found.without === "" ? null : found.without,
  prompt: hintsSection(found.files),
});

function say(program: Program, told: ContextResult): void {
  const { out } = program;
  const { task, files, without, searched } = told;
  const tokens = Math.ceil(Buffer.byteLength(told.prompt) / bytesOfToken);
  if (without !== null) out.line(`no files found for ${task}: ${without}`);
  else
    printHanging(
      out,
      "",
      `${placeWords(told)} (about ${counted(tokens, "token")}, searched at ${told.commit.slice(0, 7)})`,
    );
  if (told.terms.length > 0) printHanging(out, "looked for   ", told.terms.join(" "));
  const left = Object.entries(told.leftOut).map(([why, count]) => `${count} ${why}`);
  const besides = left.length === 0 ? "" : `; not searched: ${left.join(", ")}`;
  if (searched > 0) printHanging(out, "searched     ", `${counted(searched, "file")}${besides}`);
  if (files.length === 0) return;
  out.line();
  const number = (value: number): string => value.toFixed(2).padStart(6);
  const widest = Math.max(...files.map(({ path }) => displayWidth(clean(path))));
  const room = out.isTerminal ? out.columns - widest - columnsOfNumbers : Number.POSITIVE_INFINITY;
  printTable(
    program,
    ["FILE", " SCORE", "  TEXT", " CHURN", ...(room < leastRoom ? [] : ["DEFINES"])],
    files.map(({ path, score, text, churn, symbols }) => [
      path,
      ...[score, text, churn].map(number),
      ...(room < leastRoom ? [] : [fitting(symbols, room)]),
    ]),
  );
  out.line();
  printHanging(
    out,
    "",
    "score = text + 0.15 ln(1 + churn): text is how well the words fit, of the best; churn how often it was changed lately",
  );
}

/** As many of the names as there is room for. */
function fitting(names: readonly string[], room: number): string {
  const count = names.findLastIndex((_name, at) => displayWidth(clean(names.slice(0, at + 1).join(", "))) <= room);
  return names.slice(0, count + 1).join(", ");
}

function placeWords({ place, task, mode, files }: ContextResult): string {
  const count = counted(files.length, "file");
  const hints = files.length === 1 ? "a hint" : "hints";
  if (place === "in_prompts")
    return `${count} ${files.length === 1 ? "stands" : "stand"} as ${hints} in the prompts of ${clean(task)}`;
  if (place === "not_in_prompts")
    return `${count} found for the analysis of ${clean(task)}; none stands in its prompts`;
  if (mode === "two-loop" || mode === "three-loop")
    return `${count} found now for ${clean(task)}, which is ${mode}: only context-aware and adaptive tasks get them into their prompts`;
  return `${count} would stand as ${hints} in the prompts of ${clean(task)}; ${brand.name} looks again when it begins`;
}
