import { existsSync } from "node:fs";
import { join } from "node:path";

import { brand } from "../../domain/brand.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import type { UiMode } from "../../domain/screen-settings.ts";
import { chooseUi } from "../inputs/choose-ui.ts";
import type { Program } from "../program/program.ts";
import { attach } from "../running/attach.ts";
import { hereOrEverywhere } from "../running/everywhere.ts";
import { lastRun, type CommandContext, type RepositoryContext } from "../wiring/command-context.ts";

/** In a terminal the screen on the current or last run, or what to do first; else its summary. Outside of a repository the report. */
export const command = (program: Program, ui: UiMode | null): Promise<number> =>
  hereOrEverywhere(program, (context) => here(context, ui), everywhere);

async function here(context: RepositoryContext, ui: UiMode | null): Promise<number> {
  const { program, ledger, repository } = context;
  if ((await chooseUi(program, { ui })) === "plain") {
    const [{ printNews }, { summarise }] = await Promise.all([import("./report.ts"), import("./summary.ts")]);
    await printNews(context, repository.id);
    return await summarise(context, false);
  }
  const run = await lastRun(ledger, repository.id);
  if (run !== null) return await attach(context, { plain: false, json: false, ui });
  for (const line of firstSteps(context)) program.out.line(line);
  return 0;
}

async function everywhere(context: CommandContext, repositories: readonly RepositoryId[]): Promise<number> {
  await (await import("./report.ts")).report(context, repositories, { sinceMs: null, json: false });
  return 0;
}

function firstSteps({ program, repository }: RepositoryContext): readonly string[] {
  const has = (file: string): boolean => existsSync(join(program.cwd, file)) || existsSync(join(repository.top, file));
  const steps: readonly (readonly [string, string])[] = has("tasks.yaml")
    ? [
        ["plan", "see what tasks.yaml would take"],
        ["run", "run it"],
        ["doctor", "see what works and who pays"],
      ]
    : [
        ["demo", "see it work, on scripted models in a scratch repository"],
        ["init", "write a starter tasks.yaml"],
        ['do "…"', "one task without a file"],
        ["doctor", "see what works and who pays"],
      ];
  return [
    "nothing ran in this repository yet",
    "",
    ...steps.map(([name, what]) => `  ${`${brand.bin} ${name}`.padEnd(16)} ${what}`),
    "",
    `all commands: ${brand.bin} --help`,
  ];
}
