import type { Problem } from "../domain/problem.ts";
import type { AdapterName, Settings } from "../domain/settings.ts";
import { type Found, type LocatedMap, sourceOf, toProblems } from "./located.ts";
import { suggester } from "./nearest.ts";
import { defaultSettings } from "./settings-defaults.ts";
import { accountFaults } from "./account-settings.ts";
import { mergeSettings } from "./settings-layers.ts";
import {
  checkFlags,
  type Environment,
  environmentSource,
  flagsSource,
  readEnvironment,
  type SettingsFlags,
  withEnvironment,
  withFlags,
} from "./settings-overrides.ts";
import { type KnownNames, knownNames, ownFaults, settingsReferences } from "./settings-references.ts";
import { settingsSchema } from "./settings-schema.ts";
import { toSettings } from "./settings-values.ts";
import { validate, type ValidateOptions } from "./validate.ts";
import { readYaml } from "./yaml-tree.ts";

export interface SettingsFile {
  /** As problems name it. */
  readonly file: string;
  /** Absolute folder the file stands in. */
  readonly folder: string;
  readonly text: string;
  /** The user's own, which may say what a repository may not. */
  readonly own?: boolean;
}

export interface SettingsInput {
  /** The weakest first: the user's own, then the project's. A list of found models may go before them. */
  readonly files: readonly SettingsFile[];
  readonly env: Environment;
  readonly flags: SettingsFlags;
  /** Adapters that work; a model with another one is a problem. */
  readonly adapters: readonly AdapterName[];
}

export interface ParsedSettings {
  /** Null when there is any problem. */
  readonly settings: Settings | null;
  /** Names a backlog may use, known also where something else is wrong; null when a file cannot be read. */
  readonly known: KnownNames | null;
  readonly problems: readonly Problem[];
}

const synonyms = { apikey: "key_env", apikeyenv: "key_env", url: "base_url", endpoint: "base_url", command: "argv" };

/**
 * Settings of all layers with their defaults, or every problem of every layer. With no models at all, names of models are
 * not checked: look for models, then parse again with them as the first file.
 */
export function parseSettings(input: SettingsInput): ParsedSettings {
  const suggest = suggester();
  const read = input.files.map(({ file, folder, text }) => readYaml(sourceOf(file, folder), text));
  const sources = [...read.map(({ source }) => source), environmentSource, flagsSource];
  const roots = read.flatMap(({ root }) => root ?? []);
  const options: ValidateOptions = { suggest, synonyms, partial: true };
  const ownFiles = new Set(input.files.flatMap(({ own, file }) => (own === true ? [file] : [])));
  const env = readEnvironment(input.env);
  const found: Found[] = [...read.flatMap((one) => one.found), ...env.found];
  for (const root of roots) found.push(...validate(settingsSchema, root, options).found);
  found.push(...input.files.flatMap(({ own }, at) => (own === true ? [] : ownFaults(read[at]?.root ?? null))));

  const unreadable = read.some((one) => one.root === null && one.found.length > 0);
  const merged = roots.filter((root) => root.kind === "map").reduce<LocatedMap | null>(over, null);
  const known = unreadable ? null : merged === null ? { models: [], checks: [] } : knownNames(merged);
  let settings = defaultSettings;
  if (known !== null && merged !== null) {
    const { data, found: ofAll } = validate(settingsSchema, merged, { ...options, partial: false });
    const usable = env.mockModels ? "all" : input.adapters;
    found.push(...ofAll, ...settingsReferences(merged, usable, suggest));
    if (data !== null) {
      settings = toSettings(data, merged);
      found.push(...accountFaults(merged, settings.models, ownFiles, suggest));
    }
  }
  if (known !== null)
    found.push(
      ...checkFlags(
        input.flags,
        known.models.map(({ name }) => name),
        suggest,
      ),
    );
  const problems = toProblems(found, sources);
  if (problems.length > 0) return { settings: null, known, problems };
  return { settings: withFlags(withEnvironment(settings, env), input.flags), known, problems };
}

const over = (below: LocatedMap | null, above: LocatedMap): LocatedMap =>
  below === null ? above : mergeSettings(below, above);
