import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { settingsJsonSchema, tasksJsonSchema } from "../../backlog/json-schemas.ts";
import { brand } from "../../domain/brand.ts";
import { availableAdapters } from "../../models/adapters.ts";
import { waysToAModel } from "../doctor/examine-agents.ts";
import { discoverLocalModels, discoverModels, type FoundModel } from "../inputs/discover-models.ts";
import { projectFacts, type ProjectFacts } from "../inputs/project-facts.ts";
import { distinct } from "../inputs/read-settings.ts";
import type { Program } from "../program/program.ts";
import { openRepository } from "../wiring/command-context.ts";
import { Paths } from "../wiring/paths.ts";
import { writeAtomically } from "../wiring/private-files.ts";

/** Writes a starter backlog and settings at the top of the repository from what is found there. Never overwrites. */
export async function command(program: Program): Promise<number> {
  const { top } = await openRepository(program);
  const env = { ...program.env, USE_MOCK_MODELS: undefined };
  const local = await discoverLocalModels(env, availableAdapters);
  const models = distinct([...discoverModels(env, availableAdapters), ...local]);
  const facts = projectFacts(top);
  const files: readonly (readonly [string, string])[] = [
    ["tasks.yaml", tasksText],
    [brand.settingsFile, settingsText(models, facts)],
  ];
  for (const [name, text] of files) {
    const path = join(top, name);
    if (existsSync(path)) {
      program.out.line(`${path} is there already and stays as it is`);
      continue;
    }
    writeFileSync(path, text, { flag: "wx" });
    program.out.line(`wrote ${path}`);
  }
  const { state } = new Paths(program.env);
  await writeAtomically(join(state, "schemas", "tasks.schema.json"), tasksJsonSchema());
  await writeAtomically(join(state, "schemas", "settings.schema.json"), settingsJsonSchema());
  if (models.length === 0) program.out.line("models: none found");
  else program.out.line(`models: ${models.map(({ name, how }) => `${name} (${how})`).join(", ")}`);
  if (models.length === 0) for (const way of waysToAModel()) program.out.line(`  ${way}`);
  program.out.line(
    `checks: ${facts.checks.length === 0 ? "none found" : facts.checks.map(({ run }) => run).join(", ")}`,
  );
  program.out.line(`schemas for editors: ${join(state, "schemas")}`);
  program.out.line(`next: write your tasks into tasks.yaml, then ${brand.bin} plan`);
  return 0;
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

function settingsText(models: readonly FoundModel[], { checks, setup }: ProjectFacts): string {
  const quoted = (text: string): string => JSON.stringify(text);
  return [
    models.length === 0 ? noModels : `models:\n${models.map(({ name, yaml }) => `  ${name}: ${yaml}\n`).join("")}`,
    "permissions: edits          # ask | edits | full\n",
    checks.length === 0
      ? "checks: []                  # as in: [{name: test, run: make test}]\n"
      : `checks:\n${checks.map(({ name, run }) => `  - {name: ${name}, run: ${quoted(run)}}\n`).join("")}`,
    setup === null ? "" : `setup: ${quoted(setup)}\n`,
  ].join("");
}

const noModels = `# models:
#   mine: {adapter: command, argv: [./agent.sh, "{prompt_file}"]}
`;
