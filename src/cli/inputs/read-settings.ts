import { existsSync } from "node:fs";
import { dirname } from "node:path";

import { locateSettings } from "../../backlog/locate-settings.ts";
import type { SettingsFlags } from "../../backlog/settings-overrides.ts";
import { parseSettings, type ParsedSettings, type SettingsFile } from "../../backlog/settings.ts";
import { brand } from "../../domain/brand.ts";
import type { AdapterName, Settings } from "../../domain/settings.ts";
import { availableAdapters } from "../../models/adapters.ts";
import { BadFiles, CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { Paths } from "../wiring/paths.ts";
import { readText, shownPath } from "./read-text.ts";
import { discoverLocalModels, discoverModels, type FoundModel } from "./discover-models.ts";

export interface SettingsQuestion {
  /** Absolute; settings beside it go before those at the repository's top. */
  readonly tasksFile: string | null;
  readonly repositoryTop: string | null;
  readonly flags: SettingsFlags;
  /** Adapters that work. Default: all that are built. */
  readonly adapters?: readonly AdapterName[];
  /** Models of servers on this machine. */
  readonly local?: readonly FoundModel[];
  /** Names for scripted models, where nobody has named a model and USE_MOCK_MODELS is set. */
  readonly mocks?: readonly string[];
}

export interface ReadSettings extends ParsedSettings {
  /** Models nobody configured, found on this machine. */
  readonly found: readonly FoundModel[];
}

/** All layers of the settings. With no model in any of them, what is found on this machine stands in. */
export function readSettings(program: Program, question: SettingsQuestion): ReadSettings {
  const { env } = program;
  const files = settingsFiles(program, question);
  const adapters = question.adapters ?? availableAdapters;
  const parsed = parseSettings({ files, env, flags: question.flags, adapters });
  if (parsed.known === null || parsed.known.models.length > 0) return { ...parsed, found: [] };
  const found = distinct([...discoverModels(env, adapters, question.mocks), ...(question.local ?? [])]);
  if (found.length === 0) return { ...parsed, found };
  return {
    ...parseSettings({ files: [foundFile(program, found), ...files], env, flags: question.flags, adapters }),
    found,
  };
}

const foundFile = ({ cwd }: Program, found: readonly FoundModel[]): SettingsFile => ({
  file: "found models",
  folder: cwd,
  text: `models:\n${found.map(({ name, yaml }) => `  ${JSON.stringify(name)}: ${yaml}\n`).join("")}`,
});

/** What the user's own file says, with nothing of a repository; null: it does not stand by itself. */
export function ownSettings(program: Program, found: readonly FoundModel[]): Settings | null {
  const files = settingsFiles(program, { tasksFile: null, repositoryTop: null });
  const first = found.length === 0 ? [] : [foundFile(program, found)];
  return parseSettings({ files: [...first, ...files], env: program.env, flags: {}, adapters: availableAdapters })
    .settings;
}

/** The same, where servers on this machine may be asked for their models: only if nobody has named one. */
export async function readSettingsHere(program: Program, question: SettingsQuestion): Promise<ReadSettings> {
  const read = readSettings(program, question);
  if (read.known === null || (read.known.models.length > 0 && read.found.length === 0)) return read;
  const local = await discoverLocalModels(program.env, question.adapters ?? availableAdapters);
  return local.length === 0 ? read : readSettings(program, { ...question, local });
}

/** The first of each name. */
export const distinct = (models: readonly FoundModel[]): readonly FoundModel[] =>
  models.filter(({ name }, at) => models.findIndex((other) => other.name === name) === at);

export const noModel = (): CommandError =>
  new CommandError(`no model found; \`${brand.bin} demo\` shows it work, \`${brand.bin} init\` sets one up`);

/** The settings around with at least one model, servers on this machine asked for theirs. BadFiles, CommandError. */
export async function modelSettings(program: Program, repository: { readonly top: string } | null): Promise<Settings> {
  const repositoryTop = repository?.top ?? program.cwd;
  const { settings, problems } = await readSettingsHere(program, { tasksFile: null, repositoryTop, flags: {} });
  if (settings === null) throw new BadFiles(problems);
  if (settings.models.length === 0) throw noModel();
  return settings;
}

/** The settings files that exist: the user's own, then the project's. */
export function settingsFiles(
  program: Program,
  question: Pick<SettingsQuestion, "tasksFile" | "repositoryTop">,
): readonly SettingsFile[] {
  const { configHome, home } = new Paths(program.env);
  const places = locateSettings({ ...question, xdgConfigHome: configHome, home });
  const project = places.project.find((path) => existsSync(path));
  return [places.user, project ?? null].flatMap((path) => {
    if (path === null || !existsSync(path)) return [];
    return [
      { file: shownPath(program.cwd, path), folder: dirname(path), text: readText(path), own: path === places.user },
    ];
  });
}
