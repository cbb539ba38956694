import { userCheckoutsOf, type RepositoryPlace } from "./checkouts.ts";
import { oneLine } from "./commit-message.ts";
import { commitOf } from "./commits.ts";
import { GitError, type Git } from "./git.ts";

export type Moved =
  | { readonly kind: "moved" }
  /** Somebody else moved it first: look again. */
  | { readonly kind: "raced" }
  | { readonly kind: "blocked"; readonly why: string };

/** Whether a branch can be moved now, and in which checkout of the user's; null: in none. */
export type Freedom =
  | { readonly kind: "free"; readonly checkout: string | null }
  | { readonly kind: "blocked"; readonly why: string };

/** A branch is blocked while the user has it checked out with uncommitted changes, or rebases it. */
export async function freedomOf(git: Git, at: RepositoryPlace, branch: string): Promise<Freedom> {
  let checkout: string | null = null;
  for (const { path, state } of await userCheckoutsOf(git, at, branch)) {
    if (state === "rebasing") {
      return { kind: "blocked", why: `${branch} is being rebased in ${path}; finish that first` };
    }
    const args = ["status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=dirty"];
    const { stdout } = await git({ cwd: path }, args);
    if (stdout !== "") {
      const why = `${branch} is checked out in ${path} with uncommitted changes; commit or stash them there`;
      return { kind: "blocked", why };
    }
    // Git moves the files of one of them only.
    if (checkout !== null)
      return { kind: "blocked", why: `${branch} is checked out twice, in ${checkout} and ${path}; leave it in one` };
    checkout = path;
  }
  return { kind: "free", checkout };
}

/**
 * Moves a branch from where it was to a descendant. Where the user has it checked out, that checkout is fast-forwarded,
 * and only if nothing in it is uncommitted; files git does not know stay, and stop it if they are in the way.
 */
export const moveBranch = (git: Git, at: RepositoryPlace, move: Move): Promise<Moved> =>
  moveTo(git, at, move, ["merge", "--ff-only", "--quiet", "--no-stat", move.to], "fast-forwarded");

/** The same back to an ancestor. Files that git does not know stay, and stop it if they are in the way. */
export const moveBack = (git: Git, at: RepositoryPlace, move: Move): Promise<Moved> =>
  moveTo(git, at, move, ["reset", "--keep", "--quiet", move.to], "put back");

interface Move {
  readonly branch: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** `inCheckout`: how git moves the branch that a checkout is on, with the checkout. */
async function moveTo(
  git: Git,
  at: RepositoryPlace,
  move: Move,
  inCheckout: readonly string[],
  done: string,
): Promise<Moved> {
  const { branch, from, to } = move;
  const ref = `refs/heads/${branch}`;
  const freedom = await freedomOf(git, at, branch);
  if (freedom.kind === "blocked") return freedom;
  try {
    if (freedom.checkout === null) {
      await git(at.place, ["update-ref", "-m", oneLine(move.why), ref, to, from]);
    } else {
      await git({ cwd: freedom.checkout }, inCheckout);
    }
    return { kind: "moved" };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const tip = await commitOf(git, at.place, ref);
    if (tip === to) return { kind: "moved" };
    if (tip !== from) return { kind: "raced" };
    if (freedom.checkout === null) throw error;
    return { kind: "blocked", why: `${freedom.checkout} cannot be ${done}: ${oneLine(error.stderr)}` };
  }
}

/** Makes a branch; returns why not where git refuses its name beside others. */
export async function createBranch(
  git: Git,
  at: RepositoryPlace,
  branch: string,
  commit: string,
): Promise<string | null> {
  try {
    await git(at.place, ["update-ref", "-m", "created", `refs/heads/${branch}`, commit, ""]);
    return null;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if ((await commitOf(git, at.place, `refs/heads/${branch}`)) !== null) return null;
    if (!error.stderr.includes("cannot create")) throw error;
    return `branch ${branch} cannot be made: ${oneLine(error.stderr)}`;
  }
}
