import { brand } from "../domain/brand.ts";
import type { Settings } from "../domain/settings.ts";

/** What a run worked from, and where it merged to. */
export interface RunBranches {
  readonly base: string;
  readonly integration: string;
}

/** So many runs back it is looked for the branch of a base. */
export const mostEarlier = 1_000;

const ontoFolder = `${brand.branchPrefix}/onto/`;

/** A base's own branch. Git allows no branch below another, so a name with folders becomes one word, and no two names the same. */
const ontoBranch = (base: string): string => `${ontoFolder}${base.replaceAll("%", "%25").replaceAll("/", "%2F")}`;

/** Whether a branch has a name that finished work of some base is merged into by default. */
export const isIntegrationName = (branch: string): boolean =>
  branch === brand.integrationBranch || branch.startsWith(ontoFolder);

/** Every branch that work of a base may have been merged into. */
export const integrationNames = ({ mergeInto }: Settings["git"], base: string | null): readonly string[] => [
  ...new Set([mergeInto, ...(base === null ? [] : [ontoBranch(base)])]),
];

/**
 * The branch that finished work of a base is merged into: what settings name holds for all, else each base has its own, the first
 * with the plain name. `earlier`: runs of the repository, newest first; a base goes on with the branch it has.
 */
export function integrationOf(git: Settings["git"], base: string, earlier: readonly RunBranches[]): string {
  const { mergeInto, everyBase } = git;
  if (mergeInto !== brand.integrationBranch || everyBase === true || base === mergeInto) return mergeInto;
  const own = earlier.find((run) => run.base === base && isIntegrationName(run.integration));
  if (own !== undefined) return own.integration;
  return earlier.some(({ integration }) => integration === mergeInto) ? ontoBranch(base) : mergeInto;
}
