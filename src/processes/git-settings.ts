import { devNull } from "node:os";

import { brand } from "../domain/brand.ts";

/**
 * What we set over the user's configuration. Hooks, signatures, background work, editors and prompts belong to a person
 * at a keyboard; the rest keeps output and results the same for everybody. Filters (line ends, LFS) stay as configured.
 */
const overrides: readonly (readonly [string, string])[] = [
  ["core.hooksPath", devNull],
  ["core.fsmonitor", "false"],
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
