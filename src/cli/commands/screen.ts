import { openScratch } from "../../../state/live/open-scratch.ts";
import type { InnerInput } from "../../actions/inner.ts";
import { brand } from "../../domain/brand.ts";
import type { Settings } from "../../domain/settings.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { AccountReads } from "../../engine/ports/account-reads.ts";
import { isDeadByPid, readIdentity } from "../../processes/identity.ts";
import type { EngineStart, TaskChanges } from "../../screen/commands.ts";
import type { ScreenExit } from "../../screen/mount.ts";
import type { AskDoor } from "../../screen/screen-asks.ts";
import { openScreen } from "../../screen/open-screen.ts";
import { copyText } from "../../terminal/clipboard.ts";
import { editText } from "../../terminal/external-editor.ts";
import { openTerminal } from "../../terminal/terminal.ts";
import { initialUi, type UiState } from "../../view/screen/ui-state.ts";
import { refusalOf, settleDoubts, terminalActor } from "../inputs/actor.ts";
import { screenLook } from "../inputs/read-screen.ts";
import type { Program } from "../program/program.ts";
import { resumeArguments, startBackground } from "../running/background-engine.ts";
import { engineSaid } from "../running/engine-said.ts";
import { wantsStockInk } from "../running/stock-ink.ts";
import { workplaceOf } from "../running/workplace.ts";
import { lastRun, withRepository, type RepositoryContext } from "../wiring/command-context.ts";
import { readTranscript } from "../wiring/transcripts.ts";
import { diffLoader } from "../wiring/screen-diffs.ts";

/** The screen itself; its launcher owns the terminal and outlives it. */
export const command = (program: Program, input: InnerInput<"screen">): Promise<number> =>
  withRepository(program, (context) => drawScreen(context, input));

/** The screen in this process, which has a launcher, until it is left. The answer is an exit code. */
export const drawScreen = async (context: RepositoryContext, input: InnerInput<"screen">): Promise<number> =>
  draw(context, await placeOf(context, input));

/** What says where the screen opens. */
interface PlaceFacts {
  readonly repository: { readonly id: RepositoryId };
  readonly ledger: { readonly account: Pick<AccountReads, "questions"> };
}

/** Where the screen opens: at the question of a task, or where that asks nothing, at the task itself. */
export async function placeOf(
  { ledger, repository }: PlaceFacts,
  { view, task }: InnerInput<"screen">,
): Promise<Partial<UiState>> {
  if (task === undefined) return view === "review" ? { view } : {};
  const open = await ledger.account.questions(repository.id);
  const found = open.find(({ question, answer }) => question.task === task && answer === null);
  return found === undefined
    ? { detail: { task, tab: null, top: 0, anchor: null } }
    : { view: "review", review: { ...initialUi.review, question: found.question.id } };
}

async function draw(context: RepositoryContext, initial: Partial<UiState>): Promise<number> {
  const { program, paths, ledger, repository } = context;
  const { env, clock, newId } = program;
  const self = await readIdentity();
  const scratch = openScratch({ path: paths.scratch, clock });
  const { theme, keys, mouse } = await screenLook(program);
  const terminal = openTerminal();
  try {
    const left = await openScreen({
      ledger,
      scratch,
      clock,
      newId,
      repository: { id: repository.id, name: nameOf(repository.top) },
      settings: settingsOnce(context),
      isDeadByPid: (owner) => isDeadByPid(owner, self),
      engineSaid: () => engineSaid(context),
      forecast: async () => (await import("../wiring/run-forecast.ts")).runForecast(ledger, repository.id, clock.now()),
      drafts: scratch.drafts,
      loadDiff: diffLoader(context),
      readSaid: readTranscript,
      askDoor: lazyAskDoor(context),
      actor: () => terminalActor("screen"),
      refusal: (wanted) => refusalOf(context, repository.id, wanted),
      settled: (tookEffect) => settleDoubts(context, tookEffect),
      startEngine: () => goOn(context),
      wantsBell: async () => (await settingsHere(context))?.notify?.terminal !== false,
      looked: keepLooked(context),
      tasks: changesOf(context),
      workplace: workplaceOf(context),
      editText: (text) => editText(text, env),
      terminal,
      copy: (text) => copyText(text, { env, write: (sequence) => terminal.frames.write(sequence), file: paths.copied }),
      stockInk: wantsStockInk(program),
      theme,
      keys,
      mouse,
      initial,
    });
    return await said(context, left);
  } finally {
    scratch.close();
  }
}

async function said(context: RepositoryContext, left: ScreenExit): Promise<number> {
  switch (left.kind) {
    case "left":
      return await (await import("../output/print-after-screen.ts")).printAfterScreen(context);
    case "signal":
      return left.exitCode;
    case "launcher_gone":
      return 1;
    case "error":
      context.program.err.line(
        `the screen failed: ${left.error instanceof Error ? left.error.message : String(left.error)}`,
      );
      return 1;
  }
}

/** An engine for the unfinished run, on its own backlog. */
async function goOn(context: RepositoryContext): Promise<EngineStart> {
  const run = await lastRun(context.ledger, context.repository.id);
  const start = await startBackground(context, resumeArguments(run?.file ?? null));
  if (start.kind === "opened") return { ok: true, text: "the engine goes on where it was" };
  if (start.kind === "busy") return { ok: true, text: "an engine works here already" };
  // One line shows it: what asks or tells all there is goes first, as its end is cut off.
  return { ok: false, text: `not started; ${brand.bin} resume in a shell asks or says all: ${start.why.join("; ")}` };
}

/** What the files say now; what reads them is loaded for it. */
async function settingsHere({ program, repository }: RepositoryContext): Promise<Settings | null> {
  const { readSettings } = await import("../inputs/read-settings.ts");
  return readSettings(program, { tasksFile: null, repositoryTop: repository.top, flags: {} }).settings;
}

/** What a key shows was seen is written down at most this often. */
const lookedEveryMs = 5_000;

/** Writes it beside what is drawn; what cannot be written is shown as news once more. */
function keepLooked(context: RepositoryContext): () => void {
  const { program, ledger, repository } = context;
  let nextMs = 0;
  let person: Promise<boolean> | null = null;
  const keep = async (): Promise<void> => {
    const { isPerson, setLooked } = await import("../wiring/looked.ts");
    person ??= isPerson(context);
    if (await person) await setLooked(context, repository.id, await ledger.log.head());
  };
  return () => {
    const now = program.clock.now();
    if (now < nextMs) return;
    nextMs = now + lookedEveryMs;
    keep().catch(() => undefined);
  };
}

/** Loaded when a person changes something. */
function changesOf(context: RepositoryContext): TaskChanges {
  const changing = () => import("../running/change-task.ts");
  return {
    add: async (goal) => {
      const { done, now } = await (await changing()).addGoal(context, {}, goal);
      return now ? done : `${done}; ${brand.bin} run takes it up`;
    },
    note: async (task, text) => await (await changing()).noteTask(context, task, text, "screen"),
    prioritize: async (task, by) => await (await changing()).prioritizeTask(context, task, (now) => now + by, "screen"),
    landing: async () => await (await import("../running/landing-preview.ts")).landingPreview(context),
    land: async (into) => await (await import("../running/landing-preview.ts")).landOn(context, into),
    report: async () => await (await import("../running/screen-report.ts")).screenReport(context),
    edit: async (task) => await (await import("../running/edit-task.ts")).editTask(context, task),
  };
}

/** For a repository without a run: what the files say, read when it is first asked for. */
function settingsOnce(context: RepositoryContext): () => Promise<Settings | null> {
  let read: Promise<Settings | null> | null = null;
  return () => (read ??= settingsHere(context));
}

const nameOf = (top: string): string => top.split("/").slice(-2).join("/");

/** Loaded when somebody asks. */
function lazyAskDoor(context: RepositoryContext): AskDoor {
  let loaded: Promise<AskDoor> | null = null;
  const door = (): Promise<AskDoor> =>
    (loaded ??= import("../running/screen-ask-door.ts").then(({ askDoor }) => askDoor(context)));
  return {
    look: async (...asked) => await (await door()).look(...asked),
    start: async (...asked) => await (await door()).start(...asked),
    vote: async (...voted) => await (await door()).vote(...voted),
    past: async () => await (await door()).past(),
  };
}
