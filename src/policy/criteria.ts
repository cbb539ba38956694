import type { TaskSpec } from "../domain/task.ts";

/** What a task is to be done for, by its own words. */
export interface Criterion {
  /** A1, A2, ... */
  readonly id: string;
  readonly text: string;
}

const item = /^\s*(?:[-*+•]|\d+[.)])\s+(?:\[[ xX]\]\s*)?(\S.*)$/;

/** The items of a list, continued lines joined; without a list sentences. */
export function pointsIn(details: string): readonly string[] {
  const items: string[] = [];
  let isOpen = false;
  for (const line of details.split(/\r\n|[\n\r\u2028\u2029]/)) {
    const found = item.exec(line)?.[1];
    if (found !== undefined) items.push(found.trim());
    else if (isOpen && /^\s+\S/.test(line)) items.push(`${items.pop() ?? ""} ${line.trim()}`);
    isOpen = found !== undefined || (isOpen && line.trim() !== "");
  }
  if (items.length > 0) return items;
  const prose = details.replace(/\s+/g, " ").trim();
  return prose.split(/(?<=[.!?;])\s+(?=\S)/).filter((text) => /\p{L}/u.test(text));
}

/** The points that a task's details ask for; where they ask for none, its goal. */
export function criteriaOf({ goal, details }: Pick<TaskSpec, "goal" | "details">): readonly Criterion[] {
  const points = pointsIn(details ?? "");
  return (points.length > 0 ? points : [goal]).map((text, index) => ({ id: `A${index + 1}`, text }));
}
