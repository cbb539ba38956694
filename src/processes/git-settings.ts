import { devNull } from "node:os";

import { brand } from "../domain/brand.ts";

/**
 * What we set over the user's configuration. Hooks, signatures, background work, editors and prompts belong to a person
 * at a keyboard; the rest keeps output and results the same for everybody. Filters (line ends, LFS) stay as configured.
 */
const overrides: readonly (readonly [string, string])[] = [
  ["core.hooksPath", devNull],
  ["core.fsmonitor", "false"],
  ["core.ignoreStat", "false"],
  ["core.splitIndex", "false"],
  // What nobody can set back tells whether a file was changed.
  ["core.checkStat", "default"],
  ["core.trustCtime", "true"],
  ["core.safecrlf", "false"],
  ["core.quotePath", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["commit.gpgSign", "false"],
  ["tag.gpgSign", "false"],
  ["log.showSignature", "false"],
  ["merge.verifySignatures", "false"],
  ["merge.autoStash", "false"],
  ["rerere.enabled", "false"],
  ["submodule.recurse", "false"],
  ["diff.noprefix", "false"],
  ["diff.mnemonicPrefix", "false"],
  ["diff.submodule", "short"],
  ["diff.ignoreSubmodules", "dirty"],
  ["status.submoduleSummary", "false"],
  ["diff.orderFile", devNull],
  ["diff.relative", "false"],
  ["color.ui", "false"],
  ["advice.addEmbeddedRepo", "false"],
  ["advice.detachedHead", "false"],
  ["worktree.guessRemote", "false"],
  ["i18n.commitEncoding", "UTF-8"],
  ["i18n.logOutputEncoding", "UTF-8"],
  ["credential.interactive", "false"],
  ["protocol.file.allow", "user"],
  ["protocol.ext.allow", "never"],
];

/** Options of every git command, before the command's own name. */
export const gitOptions: readonly string[] = [
  "--no-pager",
  ...overrides.flatMap(([key, value]) => ["-c", `${key}=${value}`]),
];

/** Git's settings by their keys; of several values the last, which holds. */
export type GitSettings = Readonly<Record<string, string>>;

/** Settings that run programs, hide files or change what is written, and what each is where it was not set before. */
const neutral: readonly (readonly [RegExp, string])[] = [
  [/^filter\..+\.(?:clean|smudge|process)$/s, ""],
  [/^filter\..+\.required$/s, "false"],
  // None would be an error, and an empty one would take our side without a word: this one makes a conflict.
  [/^merge\..+\.driver$/s, "false"],
  [/^merge\.(?:renormalize|directoryrenames)$/, "false"],
  [/^diff\..+\.(?:textconv|command)$/s, ""],
  [/^diff\.external$/, ""],
  [/^core\.(?:attributesfile|excludesfile)$/, devNull],
  [/^core\.(?:gitproxy|sshcommand|editor|pager|askpass)$/, ""],
  [/^core\.(?:autocrlf|sparsecheckout|ignorecase|protecthfs|protectntfs)$/, "false"],
  [/^core\.(?:filemode|symlinks)$/, "true"],
  [/^core\.eol$/, "native"],
  [/^(?:gpg\.(?:.+\.)?program|credential\.(?:.+\.)?helper|sequence\.editor)$/s, ""],
  [/^remote\..+\.promisor$/s, "false"],
  [/^remote\..+\.uploadpack$/s, "git-upload-pack"],
  [/^remote\..+\.receivepack$/s, "git-receive-pack"],
];

/**
 * What is set over git's settings of now, so that what was changed since `before` does nothing in our own commands: the value
 * of before, or none. Settings that only concern a person's commands are left alone.
 */
export function pinsOf(before: GitSettings, now: GitSettings): readonly (readonly [string, string])[] {
  const pins: (readonly [string, string])[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const known = neutral.find(([pattern]) => pattern.test(key));
    if (known === undefined || before[key] === now[key]) continue;
    pins.push([key, before[key] ?? known[1]]);
  }
  return pins;
}

const inherited =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TZ|TMPDIR|XDG_CONFIG_HOME|XDG_CACHE_HOME|SSH_AUTH_SOCK|(?:https?|no|all)_proxy)$/i;

/** The environment of every git command: nothing of GIT_*, no keys of providers, nobody to ask. */
export function gitEnvironment(parent: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && inherited.test(name)) environment[name] = value;
  }
  return {
    ...environment,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    SSH_ASKPASS: "true",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
    GIT_EDITOR: "true",
    GIT_SEQUENCE_EDITOR: "true",
    GIT_OPTIONAL_LOCKS: "0",
    // A commit is what its id says: whoever may write to the repository could else put another in its place.
    GIT_NO_REPLACE_OBJECTS: "1",
    // No such file: of one that is there, if empty, git complains in every command.
    GIT_GRAFT_FILE: `${devNull}/none`,
    GIT_MERGE_AUTOEDIT: "no",
  };
}

/** Who commits where the user has not told git who they are, and in commits that must come out equal everywhere. */
export const fallbackIdentity = { name: brand.name, email: `${brand.bin}@localhost` } as const;

/** `settings` are the lines of `git config --get-regexp` for user.*, author.* and committer.*. */
export function missingIdentity(settings: string): Record<string, string> {
  const known = new Set<string>();
  for (const line of settings.split("\n")) {
    const [key = "", ...value] = line.split(" ");
    if (value.join(" ").trim() !== "") known.add(key.toLowerCase());
  }
  const missing: Record<string, string> = {};
  for (const who of ["author", "committer"]) {
    for (const what of ["name", "email"] as const) {
      if (known.has(`user.${what}`) || known.has(`${who}.${what}`)) continue;
      missing[`GIT_${who}_${what}`.toUpperCase()] = fallbackIdentity[what];
    }
  }
  return missing;
}
