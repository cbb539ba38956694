/** Who a ref belongs to, as the ledger has it. */
export type RefOwner =
  | {
      readonly kind: "integration";
      readonly checkedOut: boolean;
      /** It was brought up to its base as we would have done ourselves. */
      readonly isOurWay: boolean;
    }
  | {
      readonly kind: "task";
      readonly task: string;
      /** Done, failed or dropped. */
      readonly over: boolean;
      /** A person works on it. */
      readonly takenOver: boolean;
      readonly checkedOut: boolean;
    }
  /** A ref of ours that no task works on: a snapshot, something that was kept, the integration branch of another base. */
  | { readonly kind: "ours" }
  | { readonly kind: "other" };

/** What ran while something changed. */
export interface Ran {
  readonly task: string;
  readonly kind: "call" | "check" | "setup";
  /** "opus (implementer)", "checks". */
  readonly what: string;
}

/**
 * put_back: kept and put back, and the tasks ask. take_over: it stays, and nothing is built on it before a person has said what it is.
 * own: a task's agent on its own branch, or a person where that is theirs to do. told: it stays, and a person is told.
 */
export type Verdict = "put_back" | "take_over" | "own" | "told";

const isCommit = (value: string): boolean => /^[0-9a-f]{40,64}$/.test(value);

/** What becomes of a ref that somebody else has moved. Where nothing of ours ran meanwhile, it was a person. */
export function judgeRef(
  owner: RefOwner,
  { from, to }: { readonly from: string | null; readonly to: string | null },
  ran: readonly Ran[],
): Verdict {
  const byPerson = ran.length === 0;
  switch (owner.kind) {
    case "other":
      return "told";
    case "ours":
      return from === null || byPerson ? "told" : "put_back";
    case "integration":
      // Whoever lands the work and takes the branch away does so between runs.
      if (to === null) return byPerson ? "told" : "put_back";
      if (byPerson && owner.isOurWay) return "told";
      return byPerson || from === null || owner.checkedOut ? "take_over" : "put_back";
    case "task": {
      if (owner.takenOver) return "own";
      if (owner.over && (to === null || byPerson)) return "told";
      const itsAgent = ran.some(({ task, kind }) => task === owner.task && kind === "call");
      // An agent commits as it likes on the branch it was given, which is brought to what is approved afterwards.
      if (itsAgent && to !== null && isCommit(to)) return "own";
      if (itsAgent && to === null) return "own";
      return from === null || owner.checkedOut ? "told" : "put_back";
    }
  }
}

/** Tasks that ask a person because of refs that were put back: those that ran, else the one whose branch it is. */
export function tasksThatAsk(ran: readonly Ran[], owners: readonly RefOwner[]): readonly string[] {
  const those = ran.map(({ task }) => task);
  const own = owners.flatMap((owner) => (owner.kind === "task" && !owner.over ? [owner.task] : []));
  return [...new Set(those.length > 0 ? those : own)];
}

/** Whether what an agent said it does names a ref or a file of git's folder. Branches are meant by their short names in commands of git. */
export function namesIt(
  said: string,
  { kind, name }: { readonly kind: "ref" | "file"; readonly name: string },
): boolean {
  if (kind === "file") {
    const file = name.startsWith("/") ? name : `.git/${name}`;
    if (said.includes(file)) return true;
    return /(?:^|\/)config(?:\.worktree)?$|\/\.gitconfig$/.test(name) && /\bgit\b[^|;&]*\sconfig\b/.test(said);
  }
  if (said.includes(name)) return true;
  const short = name.replace(/^refs\/(?:heads|tags|replace)\//, "");
  if (name.startsWith("refs/replace/")) return /\bgit\b[^|;&]*\sreplace\b/.test(said);
  return (
    words(said).includes(short) &&
    /\bgit\b[^|;&]*\s(?:branch|checkout|switch|reset|push|tag|commit|merge|rebase|fetch|pull)\b/.test(said)
  );
}

const words = (text: string): readonly string[] => text.split(/[\s'"`,;|&()[\]{}=:+]+/);
