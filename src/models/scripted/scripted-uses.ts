import { dirname, join, sep } from "node:path";

import type { Scenario, ScenarioRule } from "../../domain/scenario.ts";
import type { CallSpec } from "../../engine/ports/adapter.ts";
import { objectOfLine } from "../json-line.ts";

/** Text files that outlive the program. */
export interface UseFiles {
  /** "" where there is none. */
  read(path: string): string;
  append(path: string, text: string): void;
}

/** Which rule decides an attempt, and the attempts that limited rules have decided. */
interface Uses {
  /** Place of the rule by scenario and attempt. */
  readonly ruleOf: Map<string, number>;
  /** Attempts by scenario and place of the rule. */
  readonly count: Map<string, number>;
}

/**
 * Counts for `n`. A run has one file of the attempts that rules with an `n` have decided, one line each, written before the
 * attempt begins. So a restart counts on, and an attempt that a crash makes run again finds the rule it had. Rules without
 * `n` need no line: whatever came before them then is used up still. Everything happens between two turns of the event
 * loop, and one engine writes the file.
 */
export class ScenarioUses {
  readonly #files: UseFiles;
  readonly #byFile = new Map<string, Uses>();

  constructor(files: UseFiles) {
    this.#files = files;
  }

  /** The rule that decides an attempt; null: none fits. `name` tells scenarios apart. */
  choose(scenario: Scenario, name: string, spec: CallSpec): ScenarioRule | null {
    if (scenario.rules.every(({ n }) => n === null)) return scenario.rules.find((rule) => fits(rule, spec)) ?? null;
    const file = usesFile(spec.folder);
    const uses = this.#usesIn(file);
    const had = scenario.rules[uses.ruleOf.get(pair(name, spec.attemptKey)) ?? -1];
    if (had !== undefined && had.n !== null && fits(had, spec)) return had;
    for (const [place, rule] of scenario.rules.entries()) {
      if (!fits(rule, spec)) continue;
      if (rule.n === null) return rule;
      if ((uses.count.get(pair(name, place)) ?? 0) >= rule.n) continue;
      book(uses, name, place, spec.attemptKey);
      // The newline goes first: a line that a kill has cut stays alone.
      this.#files.append(file, `\n${JSON.stringify({ scenario: name, rule: place, key: spec.attemptKey })}`);
      return rule;
    }
    return null;
  }

  #usesIn(file: string): Uses {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const uses: Uses = { ruleOf: new Map(), count: new Map() };
    for (const line of this.#files.read(file).split("\n")) {
      const { scenario, rule, key } = objectOfLine(line) ?? {};
      if (typeof scenario === "string" && typeof rule === "number" && typeof key === "string")
        book(uses, scenario, rule, key);
    }
    this.#byFile.set(file, uses);
    return uses;
  }
}

/** Beside the folder of the run's calls: the nearest one above that is named so, else the folder the attempt's stands in. */
function usesFile(folder: string): string {
  const parts = folder.split(sep);
  const calls = parts.lastIndexOf("calls");
  const place = calls > 0 ? parts.slice(0, calls).join(sep) || sep : dirname(folder);
  return join(place, "scripted-uses.ndjson");
}

function book(uses: Uses, scenario: string, rule: number, key: string): void {
  if (uses.ruleOf.has(pair(scenario, key))) return;
  uses.ruleOf.set(pair(scenario, key), rule);
  uses.count.set(pair(scenario, rule), (uses.count.get(pair(scenario, rule)) ?? 0) + 1);
}

const pair = (scenario: string, of: string | number): string => `${scenario}\n${of}`;

const fits = ({ on }: ScenarioRule, spec: CallSpec): boolean =>
  (on.role ?? spec.role) === spec.role &&
  (on.task ?? spec.task) === spec.task &&
  (on.step ?? spec.step) === spec.step &&
  (on.stage ?? spec.stage?.id) === spec.stage?.id &&
  (on.opening ?? spec.stage?.opening) === spec.stage?.opening &&
  (on.round ?? spec.round) === spec.round &&
  (on.attempt ?? spec.attempt) === spec.attempt &&
  (on.model ?? spec.model.name) === spec.model.name;
