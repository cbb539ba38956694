import { posix } from "node:path";

import { defaultSandbox, type SandboxSettings } from "../domain/sandbox.ts";
import type { AccountSettings, CheckSettings, EnvSettings, ModelSettings, Settings } from "../domain/settings.ts";

/** What only tasks run, or what every call to a model may run or send. */
export type TrustScope = "calls" | "tasks";

/** One thing of a repository's that starts a program, or sends something of the user's. */
export interface TrustPart {
  /** Where it stands: `checks.test`, `models.mine.argv`, `.claude/settings.json`. */
  readonly what: string;
  /** Equal only where it would run and send the same. */
  readonly value: string;
  /** What it does, in one line. */
  readonly words: string;
  readonly scope: TrustScope;
  /** Why it stands out from its like; null: it does not. */
  readonly caution: string | null;
}

/** What settings mean on this machine. */
export interface TrustFacts {
  /** A path as it is told in every checkout: from the top of the repository where it is inside. */
  readonly placeOf: (path: string) => string;
  /** The variable a model is paid with where its settings name none; null: none. */
  readonly usualKey: (model: ModelSettings) => string | null;
  readonly isProviderKey: (name: string) => boolean;
  /** The branch that work starts from; null: none is checked out. */
  readonly base: string | null;
  /** What a file that settings name holds now; null: it cannot be read. */
  readonly textOf: (path: string) => string | null;
}

/**
 * Everything in settings that needs trust, whoever wrote it. Some stand there by default: only what the user's own settings do not
 * have is a repository's doing.
 */
export function settingsParts(settings: Settings, facts: TrustFacts): readonly TrustPart[] {
  const { git, setup, teardown } = settings;
  const inside = git.worktrees !== null && !posix.isAbsolute(facts.placeOf(git.worktrees));
  return [
    ...settings.models.flatMap((model) => modelParts(model, facts)),
    ...Object.entries(settings.accounts ?? {}).flatMap(([name, account]) => accountParts(name, account, facts)),
    ...envParts("env", settings.env, "models, checks and setup", "calls"),
    ...openings(settings.sandbox ?? defaultSandbox, facts),
    ...settings.checks.map(checkPart),
    ...Object.entries(settings.services ?? {}).flatMap(serviceParts),
    ...(setup === null ? [] : [task("setup", setup, `runs ${shown(setup)}`)]),
    ...(teardown === null ? [] : [task("teardown", teardown, `runs ${shown(teardown)}`)]),
    ...(settings.permissions === "full"
      ? [task("permissions", "full", "lets models run any command without asking")]
      : []),
    ...(git.worktrees === null
      ? []
      : [
          task(
            "git.worktrees",
            facts.placeOf(git.worktrees),
            `makes worktrees in ${facts.placeOf(git.worktrees)}`,
            inside ? "that is inside of your checkout" : null,
          ),
        ]),
    ...(git.mergeInto === facts.base
      ? [
          task(
            "git.merge_into",
            git.mergeInto,
            `merges finished work into ${git.mergeInto}`,
            "that is the base itself, where nobody lands it",
          ),
        ]
      : []),
  ];
}

const task = (what: string, value: string, words: string, caution: string | null = null): TrustPart => ({
  what,
  value,
  words,
  scope: "tasks",
  caution,
});

/** What the wall around models and checks lets through. */
function openings({ mode, network, write, read }: SandboxSettings, facts: TrustFacts): readonly TrustPart[] {
  const opening = (what: string, value: string, words: string): TrustPart => ({
    what,
    value,
    words: `lets models and checks ${words}`,
    scope: "calls",
    caution: null,
  });
  const without = mode === "off" ? "run without a wall around them" : "run without a wall where the system has none";
  return [
    ...(mode === "require" ? [] : [opening("sandbox", mode, without)]),
    ...(network === "off" ? [] : [opening("network", network, "reach the network")]),
    ...write.map((path) => opening("sandbox_write", facts.placeOf(path), `write ${shown(facts.placeOf(path))}`)),
    ...read.map((path) => opening("sandbox_read", facts.placeOf(path), `read ${shown(facts.placeOf(path))}`)),
  ];
}

const checkPart = ({ name, run }: CheckSettings): TrustPart => task(`checks.${name}`, run, `runs ${shown(run)}`);

type ServiceEntry = readonly [string, NonNullable<Settings["services"]>[string]];

const serviceParts = ([name, { start, probe, stop }]: ServiceEntry): readonly TrustPart[] =>
  Object.entries({ start, probe, stop }).flatMap(([key, command]) =>
    command === null ? [] : [task(`services.${name}.${key}`, command, `runs ${shown(command)}`)],
  );

function modelParts(model: ModelSettings, facts: TrustFacts): readonly TrustPart[] {
  const at = `models.${model.name}`;
  const call = (key: string, value: string, words: string, caution: string | null = null): TrustPart => ({
    what: `${at}.${key}`,
    value,
    words,
    scope: "calls",
    caution,
  });
  const { argv, scenario, keyEnv } = model;
  const command = argv?.map((word) => (posix.isAbsolute(word) ? pathWord(facts.placeOf(word)) : word)) ?? null;
  return [
    ...(command === null ? [] : [call("argv", JSON.stringify(command), `runs ${command.map(shellWord).join(" ")}`)]),
    ...(model.baseUrl === null && keyEnv === null
      ? []
      : [
          call(
            model.baseUrl === null ? "key_env" : "base_url",
            JSON.stringify([model.adapter, model.baseUrl, keyEnv]),
            sending(model, facts),
            keyEnv === null || facts.isProviderKey(keyEnv) ? null : `$${keyEnv} is no key of a provider that is known`,
          ),
        ]),
    ...(scenario === null
      ? []
      : [
          call(
            "scenario",
            JSON.stringify([facts.placeOf(scenario), facts.textOf(scenario)]),
            `plays ${facts.placeOf(scenario)}, which may write any file of a worktree`,
          ),
        ]),
    ...envParts(`${at}.env`, model.env, model.name, "calls"),
  ];
}

/** Whose login and whose money models of an account use. */
function accountParts(name: string, { home, keyEnv }: AccountSettings, facts: TrustFacts): readonly TrustPart[] {
  const part = (key: string, value: string, words: string, caution: string | null): TrustPart => ({
    what: `accounts.${name}.${key}`,
    value,
    words,
    scope: "calls",
    caution,
  });
  const place = home === undefined ? "" : facts.placeOf(home);
  const inside = home !== undefined && !posix.isAbsolute(place) && !place.startsWith("~/");
  return [
    ...(home === undefined
      ? []
      : [
          part(
            "home",
            place,
            `lets models of ${shown(name)} use the login and the settings in ${shown(place)}`,
            inside ? "that is inside of your checkout: hooks and servers its settings name start programs" : null,
          ),
        ]),
    ...(keyEnv === undefined
      ? []
      : [
          part(
            "key_env",
            keyEnv,
            `hands your $${keyEnv} to models of ${shown(name)}, which pay with it`,
            facts.isProviderKey(keyEnv) ? null : `$${keyEnv} is no key of a provider that is known`,
          ),
        ]),
  ];
}

/** "sends $KEY and what the model is told to https://…" */
function sending(model: ModelSettings, facts: TrustFacts): string {
  const usual = facts.usualKey(model);
  const key = model.keyEnv ?? usual;
  const address = model.baseUrl === null ? `the usual address of ${model.adapter}` : shown(model.baseUrl);
  const kept = model.keyEnv === null ? " (where it is set)" : "";
  return `sends ${key === null ? "" : `$${key}${kept} and `}what the model is told to ${address}`;
}

const envParts = (at: string, env: EnvSettings, who: string, scope: TrustScope): readonly TrustPart[] => [
  ...env.pass.map((name) => ({
    what: `${at}.pass`,
    value: name,
    words: `hands your $${name} to ${who}`,
    scope,
    caution: null,
  })),
  ...Object.entries(env.set).map(([name, value]) => ({
    what: `${at}.set.${name}`,
    value,
    words: `sets ${name}=${shown(value)} for ${who}`,
    scope,
    caution: null,
  })),
];

/** A repository's own words for a role. */
export const promptPart = (file: string, role: string, text: string): TrustPart => ({
  what: file,
  value: text,
  words: `is what the ${role.replaceAll("_", " ")} is told, instead of the built-in words`,
  scope: role === "synthesizer" ? "calls" : "tasks",
  caution: null,
});

/** A file of a commit, as far as trust concerns it. */
export interface TrackedFile {
  readonly path: string;
  /** Changes with what it holds, and with what it leads to. */
  readonly content: string;
  /** Where a link leads that leaves the repository; null: it is none. */
  readonly outside: string | null;
}

const agentFolders: Readonly<Record<string, string>> = {
  ".claude": "claude",
  ".codex": "codex",
  ".gemini": "gemini",
  ".opencode": "opencode",
};
const agentFiles: Readonly<Record<string, string>> = {
  ".mcp.json": "agents",
  "opencode.json": "opencode",
  "opencode.jsonc": "opencode",
};
/** At the top alone. */
const topFiles: Readonly<Record<string, string>> = {
  ".env": "is loaded by gemini: variables it sets may send keys elsewhere",
  ".worktreeinclude": "copies what git ignores in your checkout, as your .env, to where agents read it",
};

/** What a tracked file of that path does where work is done; null: nothing. Some file systems know no capitals. */
function deedOf(path: string): string | null {
  const lower = path.toLowerCase();
  const top = topFiles[lower];
  if (top !== undefined) return top;
  const names = lower.split("/");
  const folder = names.find((name) => Object.hasOwn(agentFolders, name));
  const agent = (folder === undefined ? undefined : agentFolders[folder]) ?? agentFiles[names.at(-1) ?? ""];
  return agent === undefined ? null : `is loaded by ${agent}: ${powers(lower)}`;
}

function powers(path: string): string {
  if (path.endsWith(".mcp.json")) return "starts the servers it names";
  if (/(settings[^/]*|opencode)\.jsonc?$|config\.toml$/.test(path))
    return "hooks, servers and rights it gives start programs";
  return "what it says is done as part of the agent";
}

/** Whether a tracked file of that path does something by itself where work is done. */
export const acts = (path: string): boolean => deedOf(path) !== null;

/** A file that acts, that settings start, or that a link of these leads to. */
export function filePart({ path, content, outside }: TrackedFile, started: ReadonlySet<string>): TrustPart {
  const isStarted = started.has(path);
  return {
    what: path,
    value: content,
    words: isStarted ? "is a program that models are made of" : (deedOf(path) ?? "is what a link of these leads to"),
    scope: isStarted ? "calls" : "tasks",
    caution: outside === null ? null : `it leads to ${shown(outside)}, outside of the repository`,
  };
}

const longestShown = 1_500;
const shownEnd = 300;

/** Text that a person has to judge, in one line: nothing is pushed out of sight by room, and what is left out is said. */
export function shown(text: string): string {
  const flat = text
    .trim()
    .replaceAll(/\s*\n\s*/g, " \\n ")
    .replaceAll(/[\t ]{4,}/g, (room) => ` (${room.length} blanks) `);
  if (flat.length <= longestShown + shownEnd) return flat;
  const left = flat.length - longestShown - shownEnd;
  return `${flat.slice(0, longestShown)} … ${left} letters are not shown … ${flat.slice(-shownEnd)}`;
}

/** A path from the top of the repository is not to be taken for a name on the PATH. */
const pathWord = (place: string): string => (posix.isAbsolute(place) ? place : `./${place}`);

const shellWord = (word: string): string => {
  const one = shown(word);
  return /^[\w@%+=:,./-]+$/.test(one) ? one : `'${one}'`;
};
