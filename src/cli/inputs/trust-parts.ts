import { isAbsolute, join, relative } from "node:path";
import { existsSync, readFileSync } from "node:fs";

import { defaultSettings } from "../../backlog/settings-defaults.ts";
import type { Settings } from "../../domain/settings.ts";
import { integrationNames } from "../../policy/integration-branch.ts";
import { usualKeyOf, isProviderKey } from "../../models/usual-keys.ts";
import {
  acts,
  filePart,
  promptPart,
  settingsParts,
  type TrustFacts,
  type TrustPart,
  type TrustScope,
} from "../../policy/trust.ts";
import type { Repository } from "../../workspace/repository.ts";
import { trackedFiles } from "../../workspace/tracked-files.ts";
import type { Program } from "../program/program.ts";
import { branchTip, commandGit } from "./checkout-facts.ts";
import type { FoundModel } from "./discover-models.ts";
import { promptFile, type PromptOverrides } from "./prompt-overrides.ts";
import { ownSettings } from "./read-settings.ts";

/** What of a repository, or of a folder outside of any, may need trust. */
export interface TrustSubject {
  readonly repository: Repository | null;
  /** As all files together give them; null: they cannot be read, and so run nothing. */
  readonly settings: Settings | null;
  readonly prompts: PromptOverrides;
  readonly found: readonly FoundModel[];
}

/** What of a repository starts programs or sends something, without what the user's own settings say. */
export async function trustParts(
  program: Program,
  subject: TrustSubject,
  scope: TrustScope,
): Promise<readonly TrustPart[]> {
  const ofSettings = settingsPartsHere(program, subject);
  const parts = [...ofSettings, ...promptParts(subject), ...(await fileParts(program, subject, ofSettings, scope))];
  const seen = new Set<string>();
  return parts.filter((part) => {
    const key = JSON.stringify([part.what, part.value]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew && (scope === "tasks" || part.scope === "calls");
  });
}

/** The parts of the settings that the user's own file does not give alike. */
export function settingsPartsHere(
  program: Program,
  { repository, settings, found }: Omit<TrustSubject, "prompts">,
): readonly TrustPart[] {
  if (settings === null) return [];
  const top = repository?.top ?? program.cwd;
  const own = ownSettings(program, found) ?? defaultSettings;
  const facts: TrustFacts = {
    placeOf: (path) => placeIn(top, path),
    usualKey: usualKeyOf,
    isProviderKey,
    base: settings.git.base ?? repository?.branch ?? null,
    textOf: (path) => (existsSync(path) ? readFileSync(path, "utf8") : null),
  };
  const given = new Set(settingsParts(own, facts).map(keyOf));
  return settingsParts(settings, facts).filter((part) => !given.has(keyOf(part)));
}

const keyOf = ({ what, value }: TrustPart): string => JSON.stringify([what, value]);

function placeIn(top: string, path: string): string {
  const near = relative(top, path);
  if (near === "") return ".";
  return path.startsWith("~/") || near === ".." || near.startsWith("../") || isAbsolute(near) ? path : near;
}

const promptParts = ({ prompts }: TrustSubject): readonly TrustPart[] =>
  [...prompts].map(([role, text]) => promptPart(promptFile(role), role, text));

/** Files of the commits that work starts from and is merged into, and of the one that is checked out. */
async function fileParts(
  program: Program,
  { repository, settings }: TrustSubject,
  ofSettings: readonly TrustPart[],
  scope: TrustScope,
): Promise<readonly TrustPart[]> {
  if (repository === null) return [];
  const { top, head, commonDir } = repository;
  const place = { cwd: top, gitDir: commonDir };
  const git = commandGit(program);
  const theirs = new Set(ofSettings.map(({ what }) => what));
  const started = new Set(
    (settings?.models ?? [])
      .filter(({ name }) => theirs.has(`models.${name}.argv`))
      .flatMap(({ argv }) => argv ?? [])
      .map((word) => placeIn(top, join(isAbsolute(word) ? "" : top, word))),
  );
  if (scope === "calls" && started.size === 0) return [];
  const { git: branches } = settings ?? defaultSettings;
  const merged = integrationNames(branches, branches.base ?? repository.branch);
  const named = scope === "calls" ? [] : [...(branches.base === null ? [] : [branches.base]), ...merged];
  const tips = await Promise.all(named.map((branch) => branchTip(program, repository, branch)));
  const commits = new Set([head, ...tips.filter((tip) => tip !== null)]);
  const wanted = (path: string): boolean => started.has(path) || (scope === "tasks" && acts(path));
  const files = await Promise.all([...commits].map((commit) => trackedFiles(git, place, commit, wanted)));
  return files.flat().map((file) => filePart(file, started));
}
