import { severityRank, type Finding, type ReportedFinding, type Verdict } from "../domain/answers.ts";
import type { Severity } from "../domain/settings.ts";
import { stopOf, type ReviewStop } from "./review-stop.ts";
import { sameFile, sameText } from "./same-finding.ts";

export interface ReviewRound {
  /** All findings of the task and generation, of every subject: ids go on from the highest. */
  readonly previous: readonly Finding[];
  /** What was reviewed: "plan", a step's id, or "task". */
  readonly subject: string;
  readonly verdict: Verdict;
  /** Of all rounds of the subject, from 1: stands in new findings. */
  readonly round: number;
  /** Rounds since a person last spoke, this one included: the limit counts these. */
  readonly sincePerson: number;
  /** The limit. */
  readonly rounds: number;
  readonly reviewer: string;
  readonly blockOn: Severity;
  /** Blocking findings open after the round before; null: there was none, or a person spoke since. */
  readonly openBefore: number | null;
  /** The tree is the one the round before has seen. Absent: it is another. */
}

export interface Converged {
  /** New findings, and known ones that came back or weigh more or less now: those keep their id. */
  readonly opened: readonly Finding[];
  /** Ids that are settled by this verdict. */
  readonly closed: readonly string[];
  /** All findings after the verdict, in the order of their ids. */
  readonly findings: readonly Finding[];
  /** Whether an open finding of the subject stands at or above `blockOn`, whatever the verdict says. */
  readonly blocked: boolean;
  /** Why a person has to decide instead of another round; null: approved, or another round. */
  readonly stop: ReviewStop | null;
}

/**
 * What a verdict means. A finding is open until it is named closed, or its own reviewer approves without naming it; one that a
 * person waived stays so. A reviewer that wants changes but names none has its summary taken for a finding.
 */
export function converge(at: ReviewRound): Converged {
  const book = new Book(at);
  for (const reported of at.verdict.findings) book.take(reported);
  for (const id of at.verdict.closed) book.close(id.trim());
  if (at.verdict.verdict === "approve") book.approve();
  if (at.verdict.verdict === "changes" && at.verdict.findings.length === 0 && book.open().length === 0) {
    book.take({ id: null, severity: at.blockOn, file: null, line: null, text: wordless(at.verdict.summary) });
  }
  const blocking = book.open().filter((finding) => blocks(finding, at.blockOn));
  const returned = blocking.filter((finding) => book.returned.has(finding.id));
  return {
    opened: book.changes(),
    closed: book.closed(),
    findings: book.all(),
    blocked: blocking.length > 0,
    stop: blocking.length === 0 ? null : stopOf(at, blocking, returned),
  };
}

/** Whether a finding alone keeps the work from going on. */
export const blocks = (finding: Finding, blockOn: Severity): boolean =>
  finding.state === "open" && severityRank[finding.severity] >= severityRank[blockOn];

const wordless = (summary: string): string =>
  summary.trim() === "" ? "Changes are requested, but the review does not say which." : summary.trim();

/** The findings while one verdict is taken in. */
class Book {
  readonly returned = new Set<string>();
  readonly #at: ReviewRound;
  readonly #before: ReadonlyMap<string, Finding>;
  readonly #now: Map<string, Finding>;
  readonly #named = new Set<string>();
  #highest: number;

  constructor(at: ReviewRound) {
    this.#at = at;
    this.#before = new Map(at.previous.map((finding) => [finding.id, finding]));
    this.#now = new Map(this.#before);
    this.#highest = Math.max(0, ...at.previous.map(({ id }) => Number(/^F(\d+)$/.exec(id)?.[1] ?? 0)));
  }

  take(reported: ReportedFinding): void {
    const { subject, round, reviewer } = this.#at;
    const known = this.#known(reported);
    if (known === undefined) {
      const { severity, file, line, text } = reported;
      const id = `F${(this.#highest += 1)}`;
      this.#now.set(id, { id, subject, severity, file, line, text, state: "open", round, reviewer });
      this.#named.add(id);
      return;
    }
    if (known.state === "waived") return;
    if (known.state === "closed") this.returned.add(known.id);
    // Named twice in one verdict, the graver word counts.
    const again = this.#named.has(known.id) && severityRank[known.severity] > severityRank[reported.severity];
    this.#named.add(known.id);
    this.#now.set(known.id, { ...known, state: "open", severity: again ? known.severity : reported.severity });
  }

  /** Named as open in the same verdict is stronger than named as closed. */
  close(id: string): void {
    const finding = this.#now.get(id);
    if (finding === undefined || finding.subject !== this.#at.subject || this.#named.has(id)) return;
    if (finding.state === "open") this.#now.set(id, { ...finding, state: "closed" });
  }

  approve(): void {
    for (const finding of this.open()) if (finding.reviewer === this.#at.reviewer) this.close(finding.id);
  }

  /** Of the subject. */
  open(): readonly Finding[] {
    return [...this.#now.values()].filter(({ subject, state }) => subject === this.#at.subject && state === "open");
  }

  all(): readonly Finding[] {
    return [...this.#now.values()];
  }

  changes(): readonly Finding[] {
    return this.all().filter((finding) => finding.state === "open" && finding !== this.#same(finding));
  }

  closed(): readonly string[] {
    const settled = this.all().filter(({ id, state }) => state === "closed" && this.#before.get(id)?.state === "open");
    return settled.map(({ id }) => id);
  }

  /** The finding as it was, if nothing about it is new. */
  #same(finding: Finding): Finding | undefined {
    const before = this.#before.get(finding.id);
    return before?.state === finding.state && before.severity === finding.severity ? finding : undefined;
  }

  #known(reported: ReportedFinding): Finding | undefined {
    const own = this.all().filter(({ subject }) => subject === this.#at.subject);
    const byId = own.find(({ id }) => id === reported.id?.trim());
    return (
      byId ?? own.find((finding) => sameFile(finding.file, reported.file) && sameText(finding.text, reported.text))
    );
  }
}
