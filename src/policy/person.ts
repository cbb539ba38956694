/** By what a caller is known to come from what works for a task, in words, and for which. */
export interface Descent {
  readonly how: string;
  /** Null: it cannot be told which. */
  readonly from: { readonly repository: string | null; readonly task: string } | null;
}

/** What is known of whoever wants to decide. Lists are in words: "the check of A". */
export interface CallerFacts {
  readonly descent: Descent | null;
  readonly terminal: boolean;
  readonly token: "none" | "right" | "wrong";
  /** It runs where the processes of the work cannot be seen. */
  readonly apart: boolean;
  readonly running: readonly string[];
  readonly leftovers: readonly string[];
  /** How long ago its terminal, or what holds that, appeared; null: it has none, or it is not known. */
  readonly terminalAgeMs: number | null;
  /** How long ago somebody was refused; null: nobody was. */
  readonly sinceRefusedMs: number | null;
}

export type Verdict =
  | { readonly kind: "person"; readonly doubts: readonly string[] }
  /** Let through in this version only. */
  | { readonly kind: "unproven"; readonly doubts: readonly string[] }
  | { readonly kind: "agent"; readonly why: string; readonly from: Descent["from"] }
  | { readonly kind: "needs_token"; readonly why: string };

/** Nobody opens a terminal, reads and decides in less. */
const hastyMs = 2_000;

/**
 * Who is a person: whoever does not come from an attempt, a check or a setup, and has a terminal or the token. A tripwire where
 * nothing keeps that code in: it tells who is honest and who did not take care.
 */
export function judgeCaller(facts: CallerFacts): Verdict {
  const { descent, terminal, token, apart, running, leftovers } = facts;
  if (descent !== null)
    return { kind: "agent", why: `it came from ${descent.how}; only people decide`, from: descent.from };
  if (token === "right") return { kind: "person", doubts: doubtsOf({ ...facts, terminalAgeMs: null }) };
  if (terminal && !apart) return { kind: "person", doubts: doubtsOf(facts) };
  if (token === "wrong") return { kind: "needs_token", why: "its token is not the one that was made last" };
  const busy = [
    ...(running.length > 0 ? [`while ${running.join(" and ")} ${running.length > 1 ? "run" : "runs"}`] : []),
    ...(leftovers.length > 0 ? [`while there is left of earlier work: ${leftovers.join(", ")}`] : []),
    ...(terminal ? ["where the work's processes cannot be seen"] : []),
  ];
  if (busy.length > 0)
    return {
      kind: "needs_token",
      why: `a decision without ${terminal ? "" : "a terminal and "}a token is refused ${busy.join(" and ")}`,
    };
  return { kind: "unproven", doubts: doubtsOf(facts) };
}

function doubtsOf({ leftovers, terminalAgeMs, sinceRefusedMs }: CallerFacts): readonly string[] {
  return [
    ...(terminalAgeMs !== null && terminalAgeMs < hastyMs
      ? [`its terminal had appeared ${seconds(terminalAgeMs)} before`]
      : []),
    ...(sinceRefusedMs !== null && sinceRefusedMs < hastyMs
      ? [`a process of a task had tried to decide ${seconds(sinceRefusedMs)} before`]
      : []),
    ...(leftovers.length > 0 ? [`of earlier work there still ran ${leftovers.join(", ")}`] : []),
  ];
}

const seconds = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
