import { totalTokens } from "../../domain/money.ts";
import { failureText } from "../../domain/failure-words.ts";
import { roleWord } from "../log/event-lines.ts";
import type { TaskFacts } from "../screen/screen-source.ts";
import { money, tokens } from "../text/amounts.ts";
import { duration } from "../text/durations.ts";
import { span, boldSpan, type Line } from "../text/line.ts";
import type { RowMoment } from "./task-row.ts";

/** Every call of the task: role, model, how it ended, time, tokens, money; the tries of one that needed more than one. */
export function callLines(facts: TaskFacts | null, moment: RowMoment): readonly Line[] {
  return (facts?.calls ?? []).toReversed().flatMap((call) => {
    const running = call.state === "running";
    const cut = running && moment.interrupted === true;
    const outcome = cut ? "was cut" : running ? "running" : (call.outcome ?? "ended").replaceAll("_", " ");
    const tone = cut ? "warn" : running ? "busy" : call.outcome === "success" ? "good" : "warn";
    const endedAt = call.endedAt ?? (cut ? null : moment.now);
    const head: Line = [
      span(`${cut ? "■" : running ? "◐" : call.outcome === "success" ? "✓" : "!"} `, tone),
      boldSpan(roleWord[call.role].padEnd(11)),
      span((call.step ?? "").padEnd(4), "muted"),
      span((call.model ?? "-").padEnd(12), "accent"),
      span(outcome.padEnd(10), tone),
      span((endedAt === null ? "-" : duration(endedAt - call.startedAt)).padStart(7)),
      span(`${tokens(totalTokens(call.usage)).padStart(8)} tok`, "muted"),
      span(money(call.cost).padStart(9)),
      span(call.round > 1 ? `  round ${call.round}` : "", "muted"),
    ];
    const tries = call.tries.length < 2 && call.failure === null ? [] : call.tries;
    const waits: readonly Line[] =
      call.nextAt !== null && call.nextAt > moment.now && moment.interrupted !== true
        ? [[span(`    next try in ${duration(call.nextAt - moment.now)}`, "warn")]]
        : [];
    return [
      head,
      ...tries.map((attempt): Line => [
        span(`    try ${attempt.attempt}  ${attempt.model}  `, "muted"),
        span(
          attempt.failure === null ? (attempt.outcome ?? "running") : failureText(attempt.failure),
          attempt.outcome === "success" ? "good" : "warn",
        ),
        span(attempt.counted ? "" : "  not counted", "muted"),
      ]),
      ...waits,
    ];
  });
}
