import type { Size } from "../layout/layout.ts";
import { conditionStyle } from "../tasks/condition-words.ts";
import { endsByItself } from "../../domain/conditions.ts";
import type { ConditionsNow } from "../tasks/conditions-now.ts";
import type { TaskCounts } from "../tasks/task-list.ts";
import { bar, dollars, money } from "../text/amounts.ts";
import { duration } from "../text/durations.ts";
import { doneBetween } from "../text/forecast.ts";
import { cutLine, empty, fitLine, gap, lineWidth, span, boldSpan, spread, type Line } from "../text/line.ts";
import { runStyle, type StateStyle } from "../text/state-styles.ts";
import type { RunSnapshot } from "./screen-source.ts";

/** The first line of the screen: how the run is, how far, what it cost, and who is needed. */
export interface RunLineFacts {
  readonly run: RunSnapshot;
  readonly counts: TaskCounts;
  /** Questions without an answer. */
  readonly asking: number;
  readonly conditions: ConditionsNow;
  readonly now: number;
}

/** "running" is said only where something runs; else the weightiest thing in the way of it. */
export function runState({ run: { run, engine }, conditions }: Pick<RunLineFacts, "run" | "conditions">): StateStyle {
  const style = (glyph: string, ascii: string, word: string, tone: StateStyle["tone"]): StateStyle => ({
    glyph,
    ascii,
    word,
    tone,
    busy: false,
  });
  if (run === null) return style("·", ".", "no run yet", "muted");
  if (engine === "died" && run.state !== "ended") return style("x", "x", "engine died", "bad");
  if (run.stopping !== "no" && run.state === "running") return style("■", "#", "stopping", "warn");
  if (run.paused && run.state !== "ended") return style("‖", "=", "paused", "warn");
  if (run.state === "ended" && run.exitCode === 1) return style("x", "x", "ended, some failed", "warn");
  if (run.exitCode === 130) return style("■", "#", "interrupted", "warn");
  if (run.state === "ended" || run.state === "stopped") return runStyle[run.state];
  if (conditions.working) return runStyle.running;
  const [weightiest] = conditions.conditions();
  return weightiest === undefined ? runStyle[run.state] : conditionStyle(weightiest);
}

/** The same fact in ever fewer columns; the last one always fits. */
type Forms = readonly Line[];

const doneForms = ({ total, done, unproven = 0 }: TaskCounts): Forms => {
  if (total === 0) return [empty];
  const short: Forms = [[span(`${done}/${total} done`)], [span(`${done}/${total}`)]];
  if (unproven === 0) return short;
  return [
    [span(`${done}/${total} done (${done - unproven} proven, `), span(`${unproven} unproven`, "warn"), span(")")],
    [span(`${done}/${total} done, `), span(`${unproven} unproven`, "warn")],
    [span(`${done}/${total}, `), span(`${unproven} unproven`, "warn")],
    ...short,
  ];
};

const askingForms = (asking: number): Forms =>
  asking === 0
    ? [empty]
    : [[boldSpan(`? ${asking} ${asking === 1 ? "needs" : "need"} you`, "ask")], [boldSpan(`? ${asking}`, "ask")]];

function costForms(run: RunSnapshot): Forms {
  if (run.run === null) return [empty];
  const cost = span(money(run.cost));
  const assumed = span(run.assumedMicros === undefined ? "" : ` + ${dollars(run.assumedMicros)} assumed`, "warn");
  if (run.capMicros === null) return [[cost, assumed], [cost]];
  const cap = dollars(run.capMicros);
  const of = span(` of ${cap}`, "muted");
  return [
    [cost, assumed, of],
    [cost, of],
    [cost, span(`/${cap}`, "muted")],
  ];
}

/** What is shown beside where there is room; what gives way first stands last. */
const beside = ["failed", "elapsed", "forecast", "repository", "scripted", "run", "bar", "forecastLong"] as const;
type Beside = (typeof beside)[number];

export function headerLine(facts: RunLineFacts, columns: number): Line {
  const { run, counts } = facts;
  const state = runState(facts);
  const forms = { done: doneForms(counts), asking: askingForms(facts.asking), cost: costForms(run) };
  const at = { done: 0, asking: 0, cost: 0 };
  const form = (name: keyof typeof at): Line => forms[name][at[name]] ?? empty;
  const word: Line = [span(`${state.glyph} ${state.word}`, state.tone)];
  const width = (): number =>
    [word, form("done"), form("asking"), form("cost")].reduce((sum, part) => sum + needed(part), 0);
  for (const name of ["done", "cost", "asking", "done", "cost", "done", "asking", "done"] as const)
    if (width() > columns && at[name] < forms[name].length - 1) at[name] += 1;
  const more = takenBeside(besideOf(facts), columns - width());
  const left = joined([
    more.repository,
    more.run,
    [...word, ...more.elapsed],
    form("done"),
    more.failed,
    more.bar,
    lineWidth(more.forecastLong) > 0 ? more.forecastLong : more.forecast,
    more.scripted,
  ]);
  const right = [...joined([form("asking"), form("cost")]), gap(run.run === null ? 0 : 1)];
  return fitLine(spread([gap(1), ...left], right, columns), columns);
}

/** As much of it as fits, in that order. */
function takenBeside(all: Readonly<Record<Beside, Line>>, columns: number): Readonly<Record<Beside, Line>> {
  const taken = { ...all };
  let room = columns;
  for (const name of beside) {
    const before = name === "forecastLong" ? needed(taken.forecast) : 0;
    const more = needed(all[name]) - before - (name === "elapsed" ? 2 : 0);
    if (more > room) taken[name] = empty;
    else room -= Math.max(0, more);
  }
  return taken;
}

const needed = (part: Line): number => (lineWidth(part) === 0 ? 0 : lineWidth(part) + 2);

const joined = (parts: readonly Line[]): Line =>
  parts.filter((part) => lineWidth(part) > 0).flatMap((part, index) => (index === 0 ? part : [gap(2), ...part]));

function besideOf({ run, counts, now, conditions }: RunLineFacts): Readonly<Record<Beside, Line>> {
  const row = run.run;
  const done = counts.total === 0 ? 0 : counts.done / counts.total;
  // Where nothing works nobody counts: behind another word than "running" it would be taken for the time of that.
  const endedAt = row === null ? null : (row.endedAt ?? (conditions.working ? now : null));
  const goesOn = conditions.working || endsByItself(conditions.conditions());
  const [long = "", short = long] = goesOn ? forecastWords(run, now) : [];
  return {
    failed: counts.failed === 0 ? empty : [span(`x ${counts.failed} failed`, "bad")],
    elapsed: row === null || endedAt === null ? empty : [span(` ${duration(endedAt - row.startedAt)}`)],
    forecast: short === "" ? empty : [span(short, "muted")],
    forecastLong: long === "" ? empty : [span(long, "muted")],
    repository: [boldSpan(run.repository === "" ? "no repository" : run.repository, "title")],
    run: row === null ? empty : [span("run ", "muted"), span(row.id.slice(-4))],
    bar: counts.total === 0 ? empty : [span(bar(done, 10), "good"), span(` ${Math.floor(done * 100)} %`, "muted")],
    scripted: run.scripted ? [span("scripted models", "warn")] : empty,
  };
}

/** When it will be done, in many words and in few; a time that is over says nothing. */
function forecastWords({ doneAt }: RunSnapshot, now: number): readonly string[] {
  if (doneAt === undefined || doneAt.to <= now) return [];
  const [from, to] = doneBetween(doneAt, now);
  return from === to ? [`done about ${to}`] : [`done between ${from} and ${to}`, `done ${from} to ${to}`];
}

/** All that fits below the least size. */
export function tinyLine(facts: RunLineFacts, size: Size, least: Size): readonly Line[] {
  const enlarge: Line = [span(`enlarge to ${least.columns}x${least.rows}`, "muted")];
  const state = runState(facts);
  const parts = [
    [span(`${state.glyph} ${state.word}`, state.tone)],
    doneForms(facts.counts).at(-1) ?? empty,
    costForms(facts.run).at(-1) ?? empty,
    askingForms(facts.asking).at(-1) ?? empty,
  ];
  const how = joined(parts);
  return (size.rows > 1 ? [how, enlarge] : [[...how, gap(2), ...enlarge]]).map((line) => cutLine(line, size.columns));
}
