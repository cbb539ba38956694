import { filterTerms, holdAll } from "../tasks/task-filter.ts";
import type { EventLine } from "./event-lines.ts";

type LogField = "task" | "model" | "step" | "level";

const fields: Readonly<Record<string, LogField>> = {
  task: "task",
  id: "task",
  t: "task",
  model: "model",
  m: "model",
  step: "step",
  level: "level",
  l: "level",
};

/** The lines a filter leaves: `check failed`, `task:AUTH !model:opus`, `level:warn`, `~brkr`, in any case. All words must hold. */
export function filteredLines(lines: readonly EventLine[], filter: string): readonly EventLine[] {
  const terms = filterTerms(filter, fields);
  return terms.length === 0 ? lines : lines.filter((line) => holdAll(terms, (field) => wordsOf(line, field)));
}

function wordsOf(line: EventLine, field: LogField | "any"): readonly string[] {
  switch (field) {
    case "task":
      return [line.task ?? ""];
    case "model":
      return [line.model ?? ""];
    case "step":
      return [line.step ?? ""];
    case "level":
      return line.asks ? [line.level, "asks"] : [line.level];
    case "any":
      return [line.text, line.task ?? "", line.model ?? ""];
  }
}
