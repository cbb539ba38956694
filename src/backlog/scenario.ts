import { z } from "zod";

import { errorReasons, errorTypes, reportedOutcomes } from "../domain/failure.ts";
import { noUsage, usdToMicros } from "../domain/money.ts";
import type { Problem } from "../domain/problem.ts";
import {
  defaultPace,
  escapesFolder,
  type Scenario,
  type ScenarioAct,
  type ScenarioEdit,
  type ScenarioEnd,
  type ScenarioRule,
} from "../domain/scenario.ts";
import { amountUsd, filled, role, wholeNumber, word } from "./fields.ts";
import {
  child,
  entriesOf,
  type Found,
  itemsOf,
  type Located,
  sourceOf,
  startOf,
  stringOf,
  toProblems,
} from "./located.ts";
import { quoted, suggester } from "./nearest.ts";
import { ms } from "./durations.ts";
import { validate } from "./validate.ts";
import { readYaml } from "./yaml-tree.ts";

const pace = {
  delay: word("delay").optional().describe("Before the first word. Default: 50ms"),
  tokens_per_s: z.number().min(0).max(1_000_000).optional().describe("0: all text at once. Default: 200"),
};

const editSchema = z.strictObject({
  path: filled.describe("Relative to the worktree"),
  write: z.string().optional(),
  append: z.string().optional(),
  delete: z.literal(true).optional(),
});

const errorSchema = z.strictObject({
  type: z.enum([...errorTypes, ...reportedOutcomes]),
  reason: z.enum(errorReasons).optional(),
  message: filled.optional(),
  retry_after: word("delay").optional(),
  reset_in: word("delay").optional(),
});

const ruleSchema = z.strictObject({
  on: z
    .strictObject({
      role: role.optional(),
      task: filled.optional(),
      step: filled.optional(),
      stage: filled.optional(),
      opening: wholeNumber(1).optional(),
      round: wholeNumber(1).optional(),
      attempt: wholeNumber(1).optional(),
      model: filled.optional(),
    })
    .optional()
    .describe("What is left out fits everything"),
  n: wholeNumber(1).optional().describe("How many attempts it may decide. Default: any number"),
  ...pace,
  text: z.string().optional(),
  answer: z.json().optional().describe("Not checked: may be wrong on purpose"),
  edits: z.array(editSchema).optional(),
  usage: z
    .strictObject({
      input: wholeNumber(0),
      output: wholeNumber(0),
      cache_read: wholeNumber(0).optional(),
      cache_write: wholeNumber(0).optional(),
      reasoning: wholeNumber(0).optional(),
    })
    .optional(),
  cost_usd: amountUsd.optional(),
  error: errorSchema.optional(),
  crash: z.int().min(1).max(255).optional().describe("Exit code"),
  hang: z.literal(true).optional(),
});

const scenarioSchema = z.strictObject({
  version: z.literal(1).optional(),
  seed: z.int().min(0).optional().describe("Decides where streamed text is cut. Default: 0"),
  defaults: z.strictObject(pace).optional(),
  rules: z.array(ruleSchema).optional(),
});

type WrittenRule = z.infer<typeof ruleSchema>;

export interface ParsedScenario {
  /** Null when there is any problem. */
  readonly scenario: Scenario | null;
  readonly problems: readonly Problem[];
}

const synonyms = {
  when: "on",
  match: "on",
  times: "n",
  files: "edits",
  cost: "cost_usd",
  reply: "text",
  json: "answer",
  content: "write",
};

/** The scenario of scripted models, or every problem of the text. Never throws. An empty file is one without rules. */
export function parseScenario(given: { readonly file: string; readonly text: string }): ParsedScenario {
  const { source, root, found } = readYaml(sourceOf(given.file), given.text);
  const none: Located = { kind: "map", at: startOf(source), entries: new Map() };
  const start = root ?? none;
  const checked = validate(scenarioSchema, start, { suggest: suggester(), synonyms, partial: false });
  const faults = [...found, ...checked.found, ...itemsOf(child(start, "rules")).flatMap(ruleFaults)];
  if (checked.data === null || faults.length > 0) return { scenario: null, problems: toProblems(faults, [source]) };
  const { seed = 0, defaults = {}, rules = [] } = checked.data;
  const scenario = {
    seed,
    pace: {
      delayMs: ms(defaults.delay, defaultPace.delayMs),
      tokensPerS: defaults.tokens_per_s ?? defaultPace.tokensPerS,
    },
    rules: rules.map(toRule),
  };
  return { scenario, problems: [] };
}

const ends = ["error", "crash", "hang"];
const changes = ["write", "append", "delete"];

/** What no single value shows: ends and edits that say several things at once, and paths that lead elsewhere. */
function ruleFaults(rule: Located): Found[] {
  const given = entriesOf(rule).filter(([key]) => ends.includes(key));
  const second = given[1];
  const faults = second === undefined ? [] : [oneOf(second[1].keyAt, "a rule ends in one way", ends)];
  return [...faults, ...itemsOf(child(rule, "edits")).flatMap(editFaults)];
}

function editFaults(edit: Located): Found[] {
  if (edit.kind !== "map") return [];
  const given = changes.filter((key) => edit.entries.has(key));
  const path = child(edit, "path");
  const text = stringOf(path);
  const faults = given.length === 1 ? [] : [oneOf(edit.at, "an edit does one thing", changes)];
  if (path === undefined || text === null || !escapesFolder(text)) return faults;
  return [
    ...faults,
    {
      at: path.at,
      code: "bad_path",
      message: `bad path ${quoted(text)}`,
      hint: 'relative to the worktree, without "..", outside .git',
    },
  ];
}

const oneOf = (at: Found["at"], message: string, keys: readonly string[]): Found => ({
  at,
  code: "wrong_value",
  message: `${message}: one of ${keys.join(", ")}`,
});

function toRule(written: WrittenRule): ScenarioRule {
  const { usage, cost_usd: cost } = written;
  return {
    on: written.on ?? {},
    n: written.n ?? null,
    delayMs: ms(written.delay, null),
    tokensPerS: written.tokens_per_s ?? null,
    act: toAct(written),
    usage:
      usage === undefined
        ? null
        : {
            ...noUsage,
            input: usage.input,
            output: usage.output,
            cacheRead: usage.cache_read ?? 0,
            cacheWrite: usage.cache_write ?? 0,
            reasoning: usage.reasoning ?? 0,
          },
    costMicros: cost === undefined ? null : usdToMicros(cost),
  };
}

function toAct({ text, answer, edits, error, crash, hang }: WrittenRule): ScenarioAct {
  const says = [text, answer, edits, error, crash, hang].some((value) => value !== undefined);
  if (!says) return { kind: "usual" };
  return {
    kind: "written",
    text: text ?? "",
    answer,
    edits: (edits ?? []).map(toEdit),
    end: toEnd(error, crash, hang),
  };
}

function toEdit({ path, write, append }: z.infer<typeof editSchema>): ScenarioEdit {
  if (write !== undefined) return { kind: "write", path, text: write };
  return append === undefined ? { kind: "delete", path } : { kind: "append", path, text: append };
}

function toEnd(error: WrittenRule["error"], crash: number | undefined, hang: true | undefined): ScenarioEnd {
  if (crash !== undefined) return { kind: "crash", exitCode: crash };
  if (hang !== undefined) return { kind: "hang" };
  if (error === undefined) return { kind: "success" };
  const { type, message = `scripted ${type}` } = error;
  const outcome = reportedOutcomes.find((word) => word === type);
  if (outcome !== undefined) return { kind: "outcome", outcome, message };
  const known = errorTypes.find((word) => word === type);
  return {
    kind: "error",
    type: known ?? "api",
    reason: error.reason ?? null,
    message,
    retryAfterMs: ms(error.retry_after, null),
    resetInMs: ms(error.reset_in, null),
  };
}
