import { severityRank, type Finding } from "../../domain/answers.ts";
import type { CheckRow } from "../../domain/rows.ts";
import { clean } from "../text/clean.ts";
import { duration } from "../text/durations.ts";
import { empty, span, boldSpan, revealedSpan, type Line } from "../text/line.ts";
import { checkStyle, findingStyle, severityStyle } from "../text/state-styles.ts";
import { wrap } from "../text/width.ts";

/** Findings and checks of a task, as a person weighs them. */

/** The last result of each check, in the order in which they first ran. */
export function latestChecks(checks: readonly CheckRow[]): readonly CheckRow[] {
  const last = new Map<string, CheckRow>();
  for (const check of checks) {
    const known = last.get(check.name);
    if (known === undefined || check.at >= known.at) last.set(check.name, check);
  }
  return [...last.values()];
}

/** Open ones, the worst first. */
export const openFindings = (findings: readonly Finding[]): readonly Finding[] =>
  findings
    .filter(({ state }) => state === "open")
    .toSorted((a, b) => severityRank[b.severity] - severityRank[a.severity]);

/** It speaks against the work: one that was red before the work says nothing of it. */
export const isAgainst = ({ result }: CheckRow): boolean => result === "fail" || result === "environment";

/** `✓ lint ✓ types x test` */
export const checkMarks = (checks: readonly CheckRow[]): Line =>
  latestChecks(checks).flatMap((check, index) => [
    span(`${index === 0 ? "" : " "}${checkStyle[check.result].glyph}`, checkStyle[check.result].tone),
    span(` ${check.name}`, check.result === "pass" ? "muted" : "text"),
  ]);

/** Each check with what is new in it, and the end of a red one's output. */
export function checkLines(checks: readonly CheckRow[], columns: number): readonly Line[] {
  return latestChecks(checks).flatMap((check) => {
    const style = checkStyle[check.result];
    const lines: Line[] = [
      [
        span(`${style.glyph} `, style.tone),
        boldSpan(check.name),
        span(`  ${style.word}`, style.tone),
        span(`  ${duration(check.durationMs)}`, "muted"),
      ],
    ];
    const named = check.result === "fail" ? check.newFailures : check.failures;
    for (const failure of named.slice(0, 20)) {
      for (const part of wrap(clean(failure), Math.max(10, columns - 6), 3))
        lines.push([span("    "), span(part, check.result === "fail" ? "bad" : "warn")]);
    }
    if (named.length > 20) lines.push([span(`    and ${named.length - 20} more`, "muted")]);
    if (check.result !== "pass" && check.tail !== "") {
      const tail = clean(check.tail, { lines: true, reveal: true, max: 8000 }).trimEnd();
      for (const part of wrap(tail, Math.max(10, columns - 6)).slice(-40))
        lines.push([span("  ┊ ", "border"), span(part, "muted")]);
    }
    return [...lines, empty];
  });
}

/** Open findings first, the worst first; then those that are settled. */
export function findingLines(findings: readonly Finding[], columns: number): readonly Line[] {
  const settled = findings.filter(({ state }) => state !== "open");
  return [...openFindings(findings), ...settled].flatMap((finding) => {
    const style = severityStyle[finding.severity];
    const state = findingStyle[finding.state];
    const place = finding.file === null ? "" : `  ${finding.file}${finding.line === null ? "" : `:${finding.line}`}`;
    const head: Line = [
      span(`${style.glyph} `, finding.state === "open" ? style.tone : "muted"),
      boldSpan(finding.id, finding.state === "open" ? "text" : "muted"),
      span(` ${style.word}`, finding.state === "open" ? style.tone : "muted"),
      span(place, "accent"),
      span(`  ${state.glyph} ${state.word}`, state.tone),
      span(`  round ${finding.round}, ${finding.subject}, ${finding.reviewer}`, "muted"),
    ];
    const text = wrap(clean(finding.text, { lines: true, reveal: true }), Math.max(10, columns - 4), 12);
    return [
      head,
      ...text.map((part): Line => [span("    "), revealedSpan(part, finding.state === "open" ? "text" : "muted")]),
      empty,
    ];
  });
}
