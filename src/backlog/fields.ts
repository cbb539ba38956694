import { z } from "zod";

import { parseDurationMs } from "../domain/duration.ts";
import { risks, roles } from "../domain/task.ts";

/** A kind of word users write. `pattern` is what the parser and the JSON Schema both go by. */
export interface WordRule {
  readonly code: string;
  readonly name: string;
  readonly hint: string;
  readonly pattern: string;
  readonly also?: (text: string) => boolean;
  /** What is written there may be a key that was put in the wrong place: it is not repeated in messages. */
  readonly secret?: boolean;
}

const durationHint = "a whole number with ms, s, m, h or d, as in 5m";

export const wordRules = {
  id: {
    code: "bad_id",
    name: "id",
    hint: 'letters, digits, ".", "_", "-", at most 64, a letter or digit first, no "..", no "." or ".lock" at the end',
    pattern: String.raw`^(?!.*\.\.)(?!.*(\.|\.lock)$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`,
  },
  name: {
    code: "bad_name",
    name: "name",
    hint: 'letters, digits and "._:@+-", at most 64, a letter or digit first',
    pattern: "^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}$",
  },
  area: {
    code: "bad_name",
    name: "area",
    hint: "a word on one line, at most 64 characters",
    pattern: String.raw`^(?=.*\S)[^\u0000-\u001f\u007f-\u009f]{1,64}$`,
  },
  duration: {
    code: "bad_duration",
    name: "duration",
    hint: durationHint,
    pattern: "^0*[1-9][0-9]*(ms|s|m|h|d)$",
    also: (text) => parseDurationMs(text) !== null,
  },
  delay: {
    code: "bad_duration",
    name: "duration",
    hint: durationHint,
    pattern: "^[0-9]+(ms|s|m|h|d)$",
    also: (text) => parseDurationMs(text) !== null,
  },
  glob: {
    code: "bad_path",
    name: "path",
    hint: 'relative to the top of the repository, without ".."',
    pattern: String.raw`^(?!/|~|[A-Za-z]:)(?!(.*/)?\.\.(/|$))[^\u0000-\u001f]+$`,
  },
  path: {
    code: "bad_path",
    name: "path",
    hint: 'absolute, or relative to this file; "~" is not expanded',
    pattern: String.raw`^(?!~)[^\u0000-\u001f]+$`,
  },
  place: {
    code: "bad_path",
    name: "path",
    hint: 'absolute, relative to this file, or from your home, as in "~/.gradle"',
    pattern: String.raw`^(?!~(?!/))[^\u0000-\u001f]+$`,
  },
  url: {
    code: "bad_url",
    name: "address",
    hint: 'as in "http://127.0.0.1:11434/v1"',
    pattern: String.raw`^https?://\S+$`,
    also: (text) => URL.canParse(text),
  },
  hours: {
    code: "bad_hours",
    name: "part of the day",
    hint: "from and to by the local clock, as in 22:00-07:00",
    pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
    also: (text) => text.slice(0, 5) !== text.slice(6),
  },
  quota: {
    code: "bad_window",
    name: "window",
    hint: "calls in how long, as in 200/5h",
    pattern: "^[1-9][0-9]{0,5}/[1-9][0-9]{0,2}(m|h|d)$",
  },
  percent: {
    code: "bad_percent",
    name: "share",
    hint: "a whole percentage, as in 30%",
    pattern: "^(0|[1-9][0-9]?)%$",
  },
  day: {
    code: "bad_day",
    name: "day",
    hint: "as in 2026-12-01",
    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    also: isDay,
  },
  variable: {
    code: "bad_name",
    name: "name of an environment variable",
    hint: "write the variable's name here, not its value",
    pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
    secret: true,
  },
  branch: {
    code: "bad_name",
    name: "branch name",
    hint: "as git allows it: see git help check-ref-format",
    pattern: String.raw`^(?![-./])(?!.*(\.\.|//|/\.|@\{|\.lock(/|$)|[./]$))[^\u0000- ~^:?*\[\\\u007f]+$`,
  },
  color: {
    code: "bad_color",
    name: "colour",
    hint: 'six hexadecimal digits, as in "#6cb6ff"',
    pattern: "^#[0-9a-fA-F]{6}$",
  },
  regex: {
    code: "bad_pattern",
    name: "regular expression",
    hint: "as JavaScript reads it",
    pattern: ".",
    also: compiles,
  },
} as const satisfies Record<string, WordRule>;

export type WordKind = keyof typeof wordRules;

export const word = (kind: WordKind, description?: string): z.ZodCustom<string, string> => {
  const rule: WordRule = wordRules[kind];
  const regex = new RegExp(rule.pattern);
  const fits = (value: unknown): boolean =>
    typeof value === "string" && regex.test(value) && (rule.also === undefined || rule.also(value));
  const schema = z.custom<string>(fits, { params: { kind } });
  return schema.meta({ type: "string", pattern: rule.pattern, ...(description === undefined ? {} : { description }) });
};

/** Text with something in it. */
export const filled = z.string().regex(/\S/);

export const nameOrList = z.union([filled, z.array(filled).min(1)], { error: "a name or a list of names" });

export const wholeNumber = (least: number): z.ZodInt => z.int().min(least);

export const amountUsd = z.number().min(0).max(1_000_000_000);

export const role = z.enum(roles);
export const risk = z.enum(risks);

/** Names of models by role. */
export const roleTable = z.strictObject({
  analyst: nameOrList.optional(),
  planner: nameOrList.optional(),
  plan_reviewer: nameOrList.optional(),
  implementer: nameOrList.optional(),
  code_reviewer: nameOrList.optional(),
  synthesizer: nameOrList.optional(),
  supervisor: nameOrList.optional(),
  ask: nameOrList.optional(),
});

/** A list without repetitions, of what may be written as one word. */
export const asList = <T extends string>(value: T | readonly T[]): readonly T[] => [
  ...new Set(typeof value === "string" ? [value] : value),
];

/** A day of the calendar: the 30th of February is none. */
function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
