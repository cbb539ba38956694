import { resolve } from "node:path";

import { isLoopback } from "../domain/loopback.ts";
import type { AccountSettings, AdapterName, Billing, EnvSettings, ModelSettings } from "../domain/settings.ts";
import { child, type Located } from "./located.ts";
import { noEnv } from "./settings-defaults.ts";
import type { WrittenEnv, WrittenModel } from "./settings-schema.ts";

/** Provider null: each model stands for itself. */
const adapters: Readonly<Record<AdapterName, { readonly provider: string | null; readonly billing: Billing }>> = {
  scripted: { provider: null, billing: "free" },
  command: { provider: null, billing: "free" },
  "claude-code": { provider: "anthropic", billing: "subscription" },
  codex: { provider: "openai", billing: "subscription" },
  gemini: { provider: "google", billing: "subscription" },
  opencode: { provider: "opencode", billing: "subscription" },
  acp: { provider: null, billing: "subscription" },
  anthropic: { provider: "anthropic", billing: "metered" },
  openai: { provider: "openai", billing: "metered" },
  google: { provider: "google", billing: "metered" },
  "openai-compatible": { provider: null, billing: "metered" },
};

export const isAdapter = (name: string): name is AdapterName => Object.hasOwn(adapters, name);

/** A model with its defaults. `node` is where it is written: relative paths start from the file of the value they stand in. */
export function toModel(name: string, written: WrittenModel, node: Located): ModelSettings {
  const baseUrl = "base_url" in written ? (written.base_url ?? null) : null;
  const keyEnv = "key_env" in written ? (written.key_env ?? null) : null;
  const billing = written.billing ?? defaultBilling(written.adapter, baseUrl, keyEnv);
  const provider = written.provider ?? defaultProvider(name, written, baseUrl);
  return {
    name,
    adapter: written.adapter,
    model: written.model ?? null,
    tier: written.tier ?? "medium",
    billing,
    account: written.account ?? (billing === "subscription" ? `${provider}-plan` : provider),
    provider,
    argv: "argv" in written && written.argv !== undefined ? toArgv(written.argv, folderOf(node, "argv")) : null,
    baseUrl,
    keyEnv,
    scenario: "scenario" in written ? resolve(folderOf(node, "scenario"), written.scenario) : null,
    env: toEnv(written.env),
    folder: folderOf(node, "argv" in written ? "argv" : "adapter"),
  };
}

/** The same with the login of its account. Who names a key there lets it pay, as with the model. */
export function withAccount(
  model: ModelSettings,
  written: WrittenModel | undefined,
  account: AccountSettings | undefined,
): ModelSettings {
  const { home, keyEnv } = account ?? {};
  if (home === undefined && keyEnv === undefined) return model;
  const isPaidByKey = keyEnv !== undefined && model.keyEnv === null;
  return {
    ...model,
    keyEnv: model.keyEnv ?? keyEnv ?? null,
    billing: isPaidByKey && model.billing !== "free" ? (written?.billing ?? "metered") : model.billing,
    login: { home: home ?? null },
  };
}

/** A server of this machine asks for nothing; who names a key lets it pay. */
function defaultBilling(adapter: AdapterName, baseUrl: string | null, keyEnv: string | null): Billing {
  if (isLoopback(baseUrl)) return "free";
  return keyEnv === null ? adapters[adapter].billing : "metered";
}

/** The same model played from a script: the built-in one, unless it has its own. It costs nothing and asks nobody. */
export const asScripted = ({ login: _login, ...model }: ModelSettings): ModelSettings => ({
  ...model,
  adapter: "scripted",
  billing: "free",
  argv: null,
  baseUrl: null,
  keyEnv: null,
});

export const toEnv = (written: WrittenEnv | undefined): EnvSettings => ({
  pass: [...new Set(written?.pass ?? noEnv.pass)],
  set: written?.set ?? noEnv.set,
});

function defaultProvider(name: string, written: WrittenModel, baseUrl: string | null): string {
  if (written.adapter === "openai-compatible") return hostOf(baseUrl) ?? name;
  const owner = written.adapter === "opencode" ? /^([^/]+)\//.exec(written.model ?? "")?.[1] : undefined;
  return owner ?? adapters[written.adapter].provider ?? name;
}

function toArgv(argv: readonly string[], folder: string): readonly string[] {
  const [program = "", ...rest] = argv;
  return [program.includes("/") ? resolve(folder, program) : program, ...rest];
}

const folderOf = (node: Located, key: string): string => (child(node, key) ?? node).at.source.folder;

const hostOf = (url: string | null): string | null => (url === null ? null : (URL.parse(url)?.host ?? null));
