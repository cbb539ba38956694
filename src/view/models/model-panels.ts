import { keyOf } from "../keys/keys.ts";
import { totalTokens } from "../../domain/money.ts";
import { isHeld, type Hold } from "../../domain/question.ts";
import { answersInWords } from "../output/json-answer.ts";
import { roleWord } from "../log/event-lines.ts";
import type { LiveSnapshot, ModelFacts, RunningCall } from "../screen/screen-source.ts";
import type { RowMoment } from "../tasks/task-row.ts";
import { counted, money, sparkline, tokens } from "../text/amounts.ts";
import { clean, cleanLines } from "../text/clean.ts";
import { countdown, duration, instant } from "../text/durations.ts";
import { empty, fitLine, fitParts, gap, span, boldSpan, spread, type Line } from "../text/line.ts";
import { breakerStyle, busyGlyphs, interruptedStyle, type Tone } from "../text/state-styles.ts";
import { pad, wrap } from "../text/width.ts";

/** How a model is now, in a sign and a few words. */
export interface ModelHealth {
  readonly glyph: string;
  readonly word: string;
  readonly tone: Tone;
}

const lastEnd = (holds: readonly Hold[], now: number): Hold | null =>
  holds
    .filter((hold) => isHeld(hold, now))
    .reduce<Hold | null>(
      (last, hold) =>
        last === null || (hold.untilMs ?? Number.POSITIVE_INFINITY) > (last.untilMs ?? Number.POSITIVE_INFINITY)
          ? hold
          : last,
      null,
    );

/** What works goes before what waits for a person. */
const callAtHand = ({ running }: ModelFacts): RunningCall | undefined =>
  running.find(({ asks }) => !asks) ?? running[0];

/** Work under way is said first, then what keeps it from work. */
export function modelHealth(model: ModelFacts, moment: RowMoment): ModelHealth {
  const first = callAtHand(model);
  if (first !== undefined) {
    if (moment.interrupted === true) return interruptedStyle;
    if (first.asks) return { glyph: "?", word: "asks you", tone: "ask" };
    const glyph = moment.motion ? (busyGlyphs[moment.frame % busyGlyphs.length] ?? "◐") : "◐";
    return { glyph, word: roleWord[first.call.role], tone: "busy" };
  }
  const hold = lastEnd(model.holds, moment.now);
  // Without an engine nothing comes back by itself, so nothing is counted down.
  const left = (untilMs: number | null): string =>
    untilMs === null || untilMs <= moment.now || moment.interrupted === true
      ? ""
      : ` ${countdown(untilMs - moment.now)}`;
  if (hold !== null) return { glyph: "‖", word: `held${left(hold.untilMs)}`, tone: "warn" };
  const breaker = model.breaker;
  if (breaker !== null && breaker.state !== "closed") {
    const { glyph, word, tone } = breakerStyle[breaker.state];
    const untilMs = breaker.state === "open" ? (model.restsUntil ?? breaker.probeUntil) : breaker.probeUntil;
    return { glyph, word: `${word}${left(untilMs)}`, tone };
  }
  return { glyph: "·", word: "idle", tone: "muted" };
}

export const healthLine = ({ glyph, word, tone }: ModelHealth): Line => [span(`${glyph} ${word}`, tone)];

/** Whether it has more to say than fits in one row: what it does or why it rests, and while others work what it did. */
export const speaks = (model: ModelFacts, moment: RowMoment, working: boolean): boolean =>
  moment.interrupted !== true &&
  (model.running.length > 0 ||
    lastEnd(model.holds, moment.now) !== null ||
    isResting(model) ||
    (working && model.totals !== null));

const isResting = ({ breaker }: ModelFacts): boolean => breaker !== null && breaker.state !== "closed";

/** The one row of a model that has nothing to say: its health, and what it used. */
export const quietNote = (model: ModelFacts, moment: RowMoment): Line => [
  ...(model.totals === null ? [] : [span(`${tokenText(model)} tok  ${costText(model)}  `, "muted")]),
  ...healthLine(modelHealth(model, moment)),
];

/** What it works on: AUTH-3 S2 +1 */
function workText(model: ModelFacts): string {
  const first = callAtHand(model);
  if (first === undefined) return "-";
  const more = model.running.length > 1 ? ` +${model.running.length - 1}` : "";
  return `${first.call.task}${first.call.step === null ? "" : ` ${first.call.step}`}${more}`;
}

export const tokenText = (model: ModelFacts): string =>
  model.totals === null ? "-" : tokens(totalTokens(model.totals.usage));
/** A model nobody called has cost nothing; that is known. */
export const costText = (model: ModelFacts): string => (model.totals === null ? "-" : money(model.totals.cost));

/** The table of models above a narrow task list. */
export function stripHeading(columns: number): Line {
  return fitLine(
    [
      span(
        `  ${pad("MODEL", 12)} ${pad("STATE", 16)} ${pad("TASK", 16)} ${pad("TOKENS", 7, "right")} ${pad("COST", 8, "right")} ${pad("CALLS", 6, "right")}`,
        "muted",
      ),
    ],
    columns,
  );
}

export function stripRow(model: ModelFacts, live: LiveSnapshot, moment: RowMoment, columns: number): Line {
  const health = modelHealth(model, moment);
  const calls = model.totals === null ? "-" : String(model.totals.calls);
  const spark = columns >= 80 && live.rates.some((rate) => rate > 0) ? sparkline(live.rates, columns - 74) : "";
  return fitLine(
    [
      span("  "),
      span(pad(model.name, 12), model.running.length > 0 ? "title" : "text"),
      gap(1),
      ...fitLine(healthLine(health), 16),
      gap(1),
      span(pad(workText(model), 16)),
      gap(1),
      span(pad(tokenText(model), 7, "right"), "muted"),
      gap(1),
      span(pad(costText(model), 8, "right"), "muted"),
      gap(1),
      span(pad(calls, 6, "right"), "muted"),
      gap(2),
      span(spark, "accent"),
    ],
    columns,
  );
}

/** The last row of a table that has no room for all. */
export function moreModels(models: readonly ModelFacts[], moment: RowMoment, columns: number): Line {
  const parts = models.map((model): Line => [
    span(`${model.name} `, "muted"),
    ...healthLine(modelHealth(model, moment)),
  ]);
  return fitLine([span(`  +${models.length}  `, "muted"), ...fitParts(parts, columns - 8)], columns);
}

/** One line for small terminals: how many models do what. */
export function modelCounts(models: readonly ModelFacts[], moment: RowMoment, columns: number): Line {
  const busy = models.filter(({ running }) => running.length > 0);
  const [working, cut] = moment.interrupted === true ? [[], busy] : [busy, []];
  const resting = models.filter(({ running }) => running.length === 0);
  const held = resting.filter(({ holds }) => lastEnd(holds, moment.now) !== null);
  const open = resting.filter((model) => !held.includes(model) && (model.breaker?.state ?? "closed") !== "closed");
  const idle = models.length - busy.length - held.length - open.length;
  const parts: Line[] = [];
  if (working.length > 0)
    parts.push([span("◐ ", "busy"), span(`${working.map(({ name }) => name).join(", ")} at work`, "text")]);
  for (const model of [...cut, ...held, ...open])
    parts.push([span(`${model.name} `), ...healthLine(modelHealth(model, moment))]);
  if (idle > 0) parts.push([span(`· ${idle} idle`, "muted")]);
  return fitLine([gap(1), ...fitParts(parts, columns - 1, 3)], columns);
}

/** Content of a model's panel: what it does, what it used, why it rests, and the end of what it says. */
export function panelLines(
  model: ModelFacts,
  live: LiveSnapshot,
  moment: RowMoment,
  columns: number,
  rows: number,
): readonly Line[] {
  const first = callAtHand(model);
  const lines: Line[] = [];
  if (first !== undefined) {
    const tries = first.attempt.attempt > 1 ? `  try ${first.attempt.attempt}` : "";
    const round = first.call.round > 1 ? `  round ${first.call.round}` : "";
    const spent = moment.interrupted === true ? "" : `  ${duration(moment.now - first.attempt.startedAt)}`;
    lines.push([boldSpan(workText(model)), span(`${spent}${round}${tries}`, "muted")]);
  }
  const uncalled = first === undefined ? "not called yet" : "its first call";
  const calls = model.totals === null ? uncalled : counted(model.totals.calls, "call");
  const used: Line =
    model.totals === null
      ? [span(calls, "muted")]
      : [span(`${tokenText(model)} tok  ${costText(model)}  ${calls}`, "muted")];
  const failed: Line =
    model.totals !== null && model.totals.failures > 0 ? [span(`  ${model.totals.failures} failed`, "warn")] : empty;
  const spark = live.rates.some((rate) => rate > 0) ? sparkline(live.rates, Math.min(18, columns - 30)) : "";
  lines.push(spread([...used, ...failed], spark === "" ? empty : [span(spark, "accent")], columns));
  lines.push(...restLines(model, moment, columns));
  const left = rows - lines.length;
  if (first !== undefined && left > 0) lines.push(...tailLines(live, columns, left));
  return lines.slice(0, rows);
}

/** Why it does nothing, when it comes back, and the keys for it. */
function restLines(model: ModelFacts, moment: RowMoment, columns: number): readonly Line[] {
  if (model.running.length > 0) return [];
  const hold = lastEnd(model.holds, moment.now);
  if (hold !== null) {
    const until = hold.untilMs === null ? "until you release it" : `until ${instant(hold.untilMs, moment.now)}`;
    const why = wrap(clean(`${hold.scope} ${hold.target}: ${hold.reason}, ${until}`), columns, 3).map((part): Line => [
      span(part, "warn"),
    ]);
    return [
      ...why,
      [span(keyOf("view.models", moment.keys), "accent"), span(" Models: retry now, or hold it longer", "muted")],
    ];
  }
  const { breaker } = model;
  if (breaker === null || breaker.state === "closed") return [];
  const text =
    breaker.state === "half_open"
      ? `one probe at a time; ${counted(breaker.successes, "success", "successes")} so far`
      : `${counted(breaker.failures, "failure")} in a row`;
  return [[span(text, "warn")]];
}

const inWords = new WeakMap<LiveSnapshot, string>();

/** Asked in every frame, worked out when more was said. */
function wordsOf(live: LiveSnapshot): string {
  const words = inWords.get(live) ?? answersInWords(live.text);
  inWords.set(live, words);
  return words;
}

/** The end of what a model says: the last lines that fit, over them what its tool does. */
export function tailLines(live: LiveSnapshot, columns: number, rows: number): readonly Line[] {
  const tool: readonly Line[] = live.tool === null ? [] : [[span("▸ ", "accent"), span(live.tool, "accent")]];
  const room = rows - tool.length;
  if (room <= 0) return tool;
  const end = wordsOf(live).slice(-columns * room * 4);
  const lines = cleanLines(end, { max: 16_000 })
    .flatMap((line) => wrap(line, columns))
    .filter((line) => line.trim() !== "");
  return [...tool, ...lines.slice(-room).map((line): Line => [span(line, "text")])];
}
