import { severityRank, type Finding } from "../../domain/answers.ts";
import type { CheckRow } from "../../domain/rows.ts";
import { clean } from "../text/clean.ts";
import { duration } from "../text/durations.ts";
import { empty, say, sayBold, sayRevealed, type Line } from "../text/line.ts";
import { checkLook, findingLook, severityLook } from "../text/look.ts";
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

/** `✓ lint ✓ types x test` */
export const checkMarks = (checks: readonly CheckRow[]): Line =>
  latestChecks(checks).flatMap((check, index) => [
    say(`${index === 0 ? "" : " "}${checkLook[check.result].glyph}`, checkLook[check.result].tone),
    say(` ${check.name}`, check.result === "pass" ? "muted" : "text"),
  ]);

/** Each check with what is new in it, and the end of a red one's output. */
export function checkLines(checks: readonly CheckRow[], columns: number): readonly Line[] {
  return latestChecks(checks).flatMap((check) => {
    const look = checkLook[check.result];
    const lines: Line[] = [
      [
        say(`${look.glyph} `, look.tone),
        sayBold(check.name),
        say(`  ${look.word}`, look.tone),
        say(`  ${duration(check.durationMs)}`, "muted"),
      ],
    ];
    const named = check.result === "fail" ? check.newFailures : check.failures;
    for (const failure of named.slice(0, 20)) {
      for (const part of wrap(clean(failure), Math.max(10, columns - 6), 3))
        lines.push([say("    "), say(part, check.result === "fail" ? "bad" : "warn")]);
    }
    if (named.length > 20) lines.push([say(`    and ${named.length - 20} more`, "muted")]);
    if (check.result !== "pass" && check.tail !== "") {
      const tail = clean(check.tail, { lines: true, reveal: true, max: 8000 }).trimEnd();
      for (const part of wrap(tail, Math.max(10, columns - 6)).slice(-40))
        lines.push([say("  ┊ ", "border"), say(part, "muted")]);
    }
    return [...lines, empty];
  });
}

/** Open findings first, the worst first; then those that are settled. */
export function findingLines(findings: readonly Finding[], columns: number): readonly Line[] {
  const settled = findings.filter(({ state }) => state !== "open");
  return [...openFindings(findings), ...settled].flatMap((finding) => {
    const look = severityLook[finding.severity];
    const state = findingLook[finding.state];
    const place = finding.file === null ? "" : `  ${finding.file}${finding.line === null ? "" : `:${finding.line}`}`;
    const head: Line = [
      say(`${look.glyph} `, finding.state === "open" ? look.tone : "muted"),
      sayBold(finding.id, finding.state === "open" ? "text" : "muted"),
      say(` ${look.word}`, finding.state === "open" ? look.tone : "muted"),
      say(place, "accent"),
      say(`  ${state.glyph} ${state.word}`, state.tone),
      say(`  round ${finding.round}, ${finding.subject}, ${finding.reviewer}`, "muted"),
    ];
    const text = wrap(clean(finding.text, { lines: true, reveal: true }), Math.max(10, columns - 4), 12);
    return [
      head,
      ...text.map((part): Line => [say("    "), sayRevealed(part, finding.state === "open" ? "text" : "muted")]),
      empty,
    ];
  });
}
