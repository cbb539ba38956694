import { createElement } from "react";

import { App } from "../../components/App.tsx";
import { openScratch } from "../../state/open-scratch.ts";
import { mountScreen, type Left, type MountedScreen } from "../screen/mount.ts";
import { LedgerSource } from "../screen/ledger-source.ts";
import { Sender } from "../screen/sender.ts";
import { TextRates } from "../screen/text-rates.ts";
import { editText } from "../terminal/lent-program.ts";
import { openTerminal } from "../terminal/terminal.ts";
import { chooseTheme } from "../view/theme.ts";
import type { UiState } from "../view/ui-state.ts";
import { isAgent, personBehind } from "./actor.ts";
import type { Arguments } from "./arguments.ts";
import { startBackground } from "./background-engine.ts";
import { EngineWatch } from "./engine-watch.ts";
import { withRepository, type RepositoryGround } from "./ground.ts";
import type { Program } from "./program.ts";
import { sayLeft } from "./say-left.ts";
import { diffLoader } from "./screen-diffs.ts";
import { capabilitiesOf } from "./show-screen.ts";

/** The screen itself; its launcher owns the terminal and outlives it. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withRepository(program, (ground) => draw(ground, args.value("view")));

async function draw(ground: RepositoryGround, view: string | null): Promise<number> {
  const { program, paths, ledger, repository } = ground;
  const scratch = openScratch({ path: paths.scratch, clock: program.clock });
  const watch = new EngineWatch(ground, () => source.mark("run", ""));
  const screen: { mounted: MountedScreen | null } = { mounted: null };
  const source: LedgerSource = new LedgerSource({
    ledger,
    scratch,
    drafts: scratch.drafts,
    clock: program.clock,
    repository: repository.id,
    name: nameOf(repository.top),
    engine: () => watch.state,
    notices: () => sender.notices,
    now: () => program.clock.now(),
    rates: new TextRates(),
    loadDiff: diffLoader(ground),
    onFault: (error) => sender.notice("error", textOf(error)),
  });
  const sender: Sender = new Sender({
    ledger,
    clock: program.clock,
    newId: program.newId,
    repository: repository.id,
    drafts: scratch.drafts,
    run: () => source.getSnapshot("run", "").run?.id ?? null,
    holds: () => source.getSnapshot("tasks", "").holds,
    actor: personBehind,
    byAgent: () => isAgent(program.env, ledger),
    startEngine: () => resume(ground, source.getSnapshot("run", "").run?.file ?? null),
    leave: () => screen.mounted?.leave(),
    suspend: () => screen.mounted?.suspend(),
    repaint: () => screen.mounted?.repaint(),
    editOutside: (text, written) => editOutside(screen.mounted, sender, text, written, program),
    mark: (slice, id) => source.mark(slice, id),
  });
  try {
    await watch.open();
    await source.open();
    const left = await show(program, screen, source, sender, view);
    await sender.flush();
    return await said(ground, left);
  } finally {
    watch.close();
    source.close();
    scratch.close();
  }
}

async function show(
  program: Program,
  screen: { mounted: MountedScreen | null },
  source: LedgerSource,
  sender: Sender,
  view: string | null,
): Promise<Left> {
  const { depth, glyphs, scheme } = capabilitiesOf(program);
  const theme = chooseTheme({ depth, glyphs, scheme, motion: true });
  const initial: Partial<UiState> = view === "review" ? { view: "review" } : {};
  screen.mounted = mountScreen({
    terminal: openTerminal(),
    app: (size) => createElement(App, { source, send: sender.send, size, theme, initial }),
    onInput: () => source.touch(),
    onStray: (text) => sender.notice("info", text.trim()),
  });
  return await screen.mounted.left;
}

async function said(ground: RepositoryGround, left: Left): Promise<number> {
  switch (left.kind) {
    case "left":
      return await sayLeft(ground);
    case "signal":
      return left.exitCode;
    case "launcher_gone":
      return 1;
    case "error":
      ground.program.err.line(`the screen failed: ${textOf(left.error)}`);
      return 1;
  }
}

async function resume(
  ground: RepositoryGround,
  file: string | null,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const start = await startBackground(ground, file === null ? [] : [file]);
  if (start.kind === "opened") return { ok: true, text: "the engine goes on where it was" };
  return {
    ok: start.kind === "busy",
    text: start.kind === "busy" ? "an engine works here already" : start.why.join("; "),
  };
}

function editOutside(
  mounted: MountedScreen | null,
  sender: Sender,
  text: string,
  written: (text: string) => void,
  program: Program,
): void {
  mounted?.lend(async () => {
    const edited = await editText(text, program.env);
    if (edited.kind === "saved") written(edited.text);
    else sender.notice("error", edited.why);
  });
}

const nameOf = (top: string): string => top.split("/").slice(-2).join("/");

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
