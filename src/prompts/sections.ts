/**
 * The parts of a prompt in their order: what is the same for every call first, then what is the same for the task, then what
 * changes with the round. So the caches of providers hit as far as they can.
 */
export const sectionNames = [
  "role",
  "rules",
  "answer",
  "context",
  "task",
  "plan",
  "step",
  "work",
  "diff",
  "findings",
  "words",
  "notes",
] as const;

/** Those at the beginning that do not change while a task is worked on. */
export const stableNames = ["role", "rules", "answer", "context", "task"] as const;

export type SectionName = (typeof sectionNames)[number];

/** An absent section has nothing to say in this prompt. */
export type Sections = Readonly<Partial<Record<SectionName, string>>>;

/** Paragraphs, without the empty ones. */
export const joined = (parts: readonly string[]): string => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

/** A heading over what stands under it. */
export const titled = (title: string, body: string): string => `# ${title}\n\n${body}`;

export const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
