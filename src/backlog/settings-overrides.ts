import type { Settings } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";
import { role } from "./fields.ts";
import { type Found, type Source, startOf } from "./located.ts";
import { asScripted } from "./model-settings.ts";
import { didYouMean, quoted, type Suggester } from "./nearest.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the command line says over everything else. */
export interface SettingsFlags {
  /** Tasks at once. */
  readonly parallel?: number;
  /** For every role these models and no others, in this order. Routing rules do not apply then. */
  readonly models?: readonly string[];
}

/** Problems of values that come from no file stand at its line 1. */
export const environmentSource: Source = { file: "environment", folder: "/" };
export const flagsSource: Source = { file: "command line", folder: "/" };

export interface EnvironmentOverrides {
  readonly breakerEnabled: boolean | null;
  readonly breakerFailures: number | null;
  readonly breakerOpenForMs: number | null;
  readonly mockModels: boolean;
  readonly found: readonly Found[];
}

/** An unset or empty variable says nothing. */
export function readEnvironment(env: Environment): EnvironmentOverrides {
  const found: Found[] = [];
  const read = <T>(name: string, parse: (text: string) => T | null, hint: string): T | null => {
    const text = env[name]?.trim() ?? "";
    if (text === "") return null;
    const value = parse(text);
    if (value === null) {
      const message = `bad value ${quoted(text)} of ${name}`;
      found.push({ at: startOf(environmentSource), code: "bad_environment", message, hint });
    }
    return value;
  };
  const flag = (name: string): boolean | null => read(name, parseFlag, "true or false");
  const count = (name: string): number | null => read(name, parseCount, "a whole number from 1");
  return {
    breakerEnabled: flag("CIRCUIT_BREAKER_ENABLED"),
    breakerFailures: count("CIRCUIT_BREAKER_FAILURE_THRESHOLD"),
    breakerOpenForMs: count("CIRCUIT_BREAKER_TIMEOUT_MS"),
    mockModels: flag("USE_MOCK_MODELS") ?? false,
    found,
  };
}

export function checkFlags(flags: SettingsFlags, known: readonly string[], suggest: Suggester): Found[] {
  const at = startOf(flagsSource);
  const found: Found[] = [];
  if (flags.parallel !== undefined && (!Number.isSafeInteger(flags.parallel) || flags.parallel < 1)) {
    const message = `--parallel must be a whole number from 1, not ${flags.parallel}`;
    found.push({ at, code: "out_of_range", message });
  }
  for (const name of known.length === 0 ? [] : (flags.models ?? [])) {
    if (known.includes(name)) continue;
    const hint = didYouMean(suggest(name, known)) ?? `known models: ${known.slice(0, 12).join(", ")}`;
    found.push({ at, code: "unknown_model", message: `unknown model ${quoted(name)}`, hint });
  }
  return found;
}

export function withEnvironment(settings: Settings, env: EnvironmentOverrides): Settings {
  const { breaker, models } = settings;
  return {
    ...settings,
    models: env.mockModels ? models.map(asScripted) : models,
    breaker: {
      ...breaker,
      enabled: env.breakerEnabled ?? breaker.enabled,
      failures: env.breakerFailures ?? breaker.failures,
      openForMs: env.breakerOpenForMs ?? breaker.openForMs,
    },
  };
}

export function withFlags(settings: Settings, flags: SettingsFlags): Settings {
  const limits = { ...settings.limits, parallel: flags.parallel ?? settings.limits.parallel };
  const models = flags.models ?? [];
  if (models.length === 0) return { ...settings, limits };
  const roles: Partial<Record<Role, readonly string[]>> = {};
  for (const name of role.options) roles[name] = [...new Set(models)];
  return { ...settings, limits, roles, routing: [] };
}

function parseFlag(text: string): boolean | null {
  const word = text.toLowerCase();
  if (word === "true" || word === "1") return true;
  return word === "false" || word === "0" ? false : null;
}

function parseCount(text: string): number | null {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return count >= 1 ? count : null;
}
