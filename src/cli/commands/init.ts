import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { settingsJsonSchema, tasksJsonSchema } from "../../backlog/json-schemas.ts";
import { brand } from "../../domain/brand.ts";
import { availableAdapters } from "../../models/adapters.ts";
import { waysToAModel } from "../doctor/examine-agents.ts";
import { agentScript, agentScriptText } from "../inputs/agent-script.ts";
import { discoverLocalModels, discoverModels, type FoundModel } from "../inputs/discover-models.ts";
import { projectFacts, type ProjectFacts } from "../inputs/project-facts.ts";
import { distinct, readSettings } from "../inputs/read-settings.ts";
import { trustWritten } from "../inputs/trust.ts";
import type { Program } from "../program/program.ts";
import { openRepository } from "../wiring/command-context.ts";
import { Paths } from "../wiring/paths.ts";
import { writeAtomically } from "../wiring/private-files.ts";

/**
 * Writes a starter backlog and settings at the top of the repository from what is found there, and a script for an agent
 * where no model is. Never overwrites.
 */
export async function command(program: Program): Promise<number> {
  const repository = await openRepository(program);
  const { top } = repository;
  const env = { ...program.env, USE_MOCK_MODELS: undefined };
  const local = await discoverLocalModels(env, availableAdapters);
  const models = distinct([...discoverModels(env, availableAdapters), ...local]);
  const facts = projectFacts(top);
  const nobody = models.length === 0 && namesNoModel(program, top);
  // Settings that are there are never written to, so nothing would name the script.
  const withScript = nobody && !existsSync(join(top, brand.settingsFile));
  const scripts = withScript ? [{ name: agentScript.file, text: agentScriptText, mode: 0o777 }] : [];
  const files = [
    { name: "tasks.yaml", text: tasksText, mode: 0o666 },
    ...scripts,
    { name: brand.settingsFile, text: settingsText(models, facts, withScript), mode: 0o666 },
  ];
  const written = new Set<string>();
  for (const { name, text, mode } of files) {
    const path = join(top, name);
    if (existsSync(path)) {
      program.out.line(`${path} is there already and stays as it is`);
      continue;
    }
    writeFileSync(path, text, { flag: "wx", mode });
    written.add(name);
    program.out.line(`wrote ${path}`);
  }
  if (written.has(brand.settingsFile)) await trustWritten(program, repository);
  const { state } = new Paths(program.env);
  await writeAtomically(join(state, "schemas", "tasks.schema.json"), tasksJsonSchema());
  await writeAtomically(join(state, "schemas", "settings.schema.json"), settingsJsonSchema());
  printModels(program, models, withScript);
  if (nobody && !withScript)
    program.out.line(
      `  to use a program of yours, write models: into ${join(top, brand.settingsFile)}; see ${brand.bin} doctor`,
    );
  program.out.line(
    facts.checks.length === 0
      ? `checks: none found, so nothing would prove what is merged: write one into ${brand.settingsFile}, as in checks: [{name: test, run: make test}]`
      : `checks: ${facts.checks.map(({ run }) => run).join(", ")}`,
  );
  program.out.line(`schemas for editors: ${join(state, "schemas")}`);
  const first = withScript ? `fill in the line AGENT of ${agentScript.file}, ` : "";
  program.out.line(`next: ${first}write your tasks into tasks.yaml, then ${brand.bin} plan`);
  return 0;
}

/** Whether no settings that hold here name a model. What has problems is left as it is: nothing is known of it. */
function namesNoModel(program: Program, top: string): boolean {
  const { known, found } = readSettings(program, { tasksFile: null, repositoryTop: top, flags: {} });
  return known !== null && known.models.length === found.length;
}

function printModels({ out }: Program, models: readonly FoundModel[], withScript: boolean): void {
  if (models.length > 0) {
    out.line(`models: ${models.map(({ name, how }) => `${name} (${how})`).join(", ")}`);
    return;
  }
  out.line("models: none found");
  for (const way of waysToAModel(withScript ? agentScript.file : null)) out.line(`  ${way}`);
}

const tasksText = `version: 1
tasks: []
#  - id: AUTH-1
#    goal: Reject expired tokens
#    details: |
#      What the goal's line has no room for.
#    risk: medium            # low | medium | high
#    area: auth
#    needs: []
`;

function settingsText(models: readonly FoundModel[], { checks, setup }: ProjectFacts, withScript: boolean): string {
  const quoted = (text: string): string => JSON.stringify(text);
  return [
    models.length === 0
      ? scriptModel(withScript)
      : `models:\n${models.map(({ name, yaml }) => `  ${name}: ${yaml}\n`).join("")}`,
    "permissions: edits          # ask | edits | full\n",
    checks.length === 0
      ? "checks: []                  # nothing proves what is merged before there is one: [{name: test, run: make test}]\n"
      : `checks:\n${checks.map(({ name, run }) => `  - {name: ${name}, run: ${quoted(run)}}\n`).join("")}`,
    setup === null ? "" : `setup: ${quoted(setup)}\n`,
  ].join("");
}

const scriptModel = (withScript: boolean): string => {
  const [mark, note] = withScript ? ["", `   # ${agentScript.file} says what to fill in`] : ["# ", ""];
  return `${mark}models:\n${mark}  mine: {adapter: command, argv: ${agentScript.argv}}${note}\n`;
};
