import type { RowMoment } from "../tasks/task-row.ts";
import type { DoneAttempt } from "../../domain/activity.ts";
import { cacheFigures, cachesByRole, cacheText } from "../stats/cache-figures.ts";
import { attemptFigures, byModel, type AttemptFigures } from "../stats/figures.ts";
import { failureText } from "../../domain/failure-words.ts";
import { roleWord } from "../log/event-lines.ts";
import type { ActivitySnapshot, ModelFacts } from "../screen/screen-source.ts";
import { bar, dollars, sparkline, tokens } from "../text/amounts.ts";
import { duration, instant, timeOfDay } from "../text/durations.ts";
import { boldSpan, cutLine, span, type Line } from "../text/line.ts";
import type { Tone } from "../text/state-styles.ts";
import { pad } from "../text/width.ts";

/** What the newest calls tell of a model, and what is used of the limits of its account. */
export interface ModelActivity {
  readonly figures: AttemptFigures;
  readonly attempts: readonly DoneAttempt[];
  readonly windows: ActivitySnapshot["windows"];
}

const nothing: ModelActivity = { figures: attemptFigures([]), attempts: [], windows: [] };

export function activityOf(activity: ActivitySnapshot | null, model: ModelFacts): ModelActivity {
  if (activity === null) return nothing;
  const windows = activity.windows.filter(({ account }) => account === model.account);
  return { ...nothing, ...byModel(activity).get(model.name), windows };
}

/** A window whose time is over is as good as new, whatever was said of it. */
const isOver = (resetAtMs: number | null, now: number): boolean => resetAtMs !== null && resetAtMs <= now;
const toneOf = (share: number): Tone => (share >= 0.9 ? "bad" : share >= 0.7 ? "warn" : "good");

/** `62 % 5h`: of the window that is used up first. */
export function windowCell({ windows }: ModelActivity, now: number): Line {
  const fullest = windows.filter(({ resetAtMs }) => !isOver(resetAtMs, now)).toSorted((a, b) => b.share - a.share)[0];
  if (fullest === undefined) return [span("-", "muted")];
  return [span(`${Math.round(fullest.share * 100)} % `, toneOf(fullest.share)), span(fullest.name, "muted")];
}

export const figureText = (ms: number | null): string => (ms === null ? "-" : duration(ms));
export const rateText = ({ tokensPerS }: AttemptFigures): string =>
  tokensPerS === null ? "-" : tokensPerS.toFixed(tokensPerS < 10 ? 1 : 0);

const label = (name: string, ...value: Line): Line => [span(name.padEnd(12), "muted"), ...value];

/** The limits of the account, and how its calls went, each chart with its figures. */
export function activityLines(one: ModelActivity, now: number, columns: number): readonly Line[] {
  const { figures, windows } = one;
  const lines: Line[] = windows.map(({ name, share, resetAtMs, at }, index) => {
    const over = isOver(resetAtMs, now);
    const resets = resetAtMs === null ? "" : over ? ", began anew since" : `, resets ${instant(resetAtMs, now)}`;
    return label(
      index === 0 ? "limits" : "",
      span(`${pad(name, 8)} `),
      span(bar(over ? 0 : share, 12), over ? "muted" : toneOf(share)),
      span(` ${Math.round(share * 100)} % used${resets}`),
      span(`  (told ${timeOfDay(at)})`, "muted"),
    );
  });
  if (figures.durations.length > 0) {
    const shown = Math.max(8, Math.min(40, columns - 60));
    lines.push(
      label(
        "latency",
        span(sparkline(figures.durations, shown), "busy"),
        span(`  p50 ${figureText(figures.p50Ms)}  p95 ${figureText(figures.p95Ms)}`),
        span(`  the last ${figureText(figures.durations.at(-1) ?? null)}`, "muted"),
      ),
    );
    const costs = one.attempts.map(({ costMicros }) => costMicros ?? 0);
    if (costs.some((micros) => micros > 0))
      lines.push(
        label(
          "cost a call",
          span(sparkline(costs, shown), "accent"),
          span(`  ${dollars(Math.round(figures.costMicros / one.attempts.length))} a call`),
          span(`  the last ${dollars(costs.at(-1) ?? 0)}`, "muted"),
        ),
      );
    lines.push(label("speed", span(`${rateText(figures)} tokens a second`)));
  }
  lines.push(...cacheLines(one.attempts));
  const failed = figures.lastFailed;
  if (failed !== null)
    lines.push(
      label(
        "last error",
        span(`${timeOfDay(failed.endedAt ?? failed.startedAt)} `, "muted"),
        span(failed.failure === null ? (failed.outcome ?? "") : failureText(failed.failure), "warn"),
      ),
    );
  return lines.map((line) => cutLine(line, columns));
}

/** What its calls had to do with caches, and in which roles, the one that saved most first. */
function cacheLines(attempts: readonly DoneAttempt[]): readonly Line[] {
  const uses = attempts.flatMap(({ model, role, cache }) => (cache === undefined ? [] : [{ model, role, ...cache }]));
  const all = cacheFigures(uses);
  if (all === null) return [];
  const roles = cachesByRole(uses).filter(({ savedMicros }) => savedMicros !== null && savedMicros !== 0);
  const each = roles.map(({ role, savedMicros }) => `${roleWord[role]} ${dollars(savedMicros ?? 0)}`).join(", ");
  return [
    label("cache", span(cacheText(all), (all.savedMicros ?? 0) < 0 ? "warn" : "text")),
    ...(roles.length < 2 ? [] : [label("", span(each, "muted"))]),
  ];
}

/** The newest calls, the last first. */
export function recentCallLines(
  { attempts }: ModelActivity,
  { now, interrupted = false }: Pick<RowMoment, "now" | "interrupted">,
  columns: number,
  rows: number,
): readonly Line[] {
  if (attempts.length === 0 || rows < 2) return [];
  const lines = attempts
    .slice(-(rows - 1))
    .toReversed()
    .map((one): Line => {
      const isCut = one.endedAt === null && interrupted;
      const running = one.endedAt === null && !isCut;
      const good = one.outcome === "success";
      const outcome = isCut ? "was cut" : running ? "running" : (one.outcome ?? "").replaceAll("_", " ");
      return [
        span(`${timeOfDay(one.startedAt)} `, "muted"),
        span(running ? "◐ " : good ? "✓ " : "! ", running ? "busy" : good ? "good" : "warn"),
        boldSpan(pad(one.task, 12)),
        span(` ${pad(`${roleWord[one.role]}${one.step === null ? "" : ` ${one.step}`}`, 14)}`),
        span(` ${pad(outcome, 10)}`, running ? "busy" : good ? "good" : "warn"),
        span(duration(running ? now - one.startedAt : (one.durationMs ?? 0)).padStart(8)),
        span(`${tokens(one.outputTokens).padStart(8)} out`, "muted"),
        span((one.costMicros === null ? "?" : dollars(one.costMicros)).padStart(9)),
      ];
    });
  return [[span("recent calls", "muted")], ...lines].map((line) => cutLine(line, columns));
}
