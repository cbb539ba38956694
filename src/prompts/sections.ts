import type { Role } from "../domain/task.ts";

/** The same in every call of a role in a run: nothing of a task, no time, no id, no path of this machine. */
const runNames = ["role", "rules", "answer", "context"] as const;

/** The same in every call of a role for a task, once its plan is agreed on. */
const taskNames = ["task", "plan"] as const;

/** Another in each call. */
const callNames = ["hints", "step", "work", "diff", "findings", "words", "notes"] as const;

/**
 * The parts of a prompt in their order: what is the same for every call first, then what is the same for the task, then what
 * changes with the round. So the caches of providers hit as far as they can.
 */
export const sectionNames = [...runNames, ...taskNames, ...callNames] as const;

export type SectionName = (typeof sectionNames)[number];

/** How long a section stays as it is. While a plan is sought there is another in each round. */
export function lastsFor(name: SectionName, role: Role): "run" | "task" | "call" {
  if (runNames.some((one) => one === name)) return "run";
  if (name === "plan" && (role === "planner" || role === "plan_reviewer")) return "call";
  return taskNames.some((one) => one === name) ? "task" : "call";
}

/** An absent section has nothing to say in this prompt. */
export type Sections = Readonly<Partial<Record<SectionName, string>>>;

/** Paragraphs, without the empty ones. */
export const joined = (parts: readonly string[]): string => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

/** All sections in their order, or those before the first that is not meant. */
export function textOf(sections: Sections, isMeant: (name: SectionName) => boolean): string {
  return joined(before(sectionNames, isMeant).map((name) => sections[name] ?? ""));
}

/** The beginning of a list, up to the first that does not fit. */
export function before<T>(all: readonly T[], fits: (one: T) => boolean): readonly T[] {
  const end = all.findIndex((one) => !fits(one));
  return end === -1 ? all : all.slice(0, end);
}

/** A heading over what stands under it. */
export const titled = (title: string, body: string): string => `# ${title}\n\n${body}`;

export const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
