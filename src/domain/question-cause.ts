import type { Question } from "./question.ts";

/** What one task asks about and others wait for as well. */
export type SharedCause =
  | { readonly kind: "setup" | "branch" | "base" | "checks" }
  | { readonly kind: "budget"; readonly scope: string };

/** Null: a question about nothing but its own task. */
export function sharedCause({
  kind,
  reason,
  evidence,
}: Pick<Question, "kind" | "reason" | "evidence">): SharedCause | null {
  if (reason === "setup_failed") return { kind: "setup" };
  if (reason === "moved_branch") return { kind: "branch" };
  if (kind === "base") return { kind: "base" };
  if (typeof evidence["budget"] === "string")
    return { kind: "budget", scope: typeof evidence["reason"] === "string" ? evidence["reason"] : "run" };
  return reason === "base_red" || reason === "base_fault" || reason === "regressed" ? { kind: "checks" } : null;
}

/** Questions about something outside of the task: one answer may be meant for all that ask the same. */
const aboutTheWorld: ReadonlySet<string> = new Set([
  "environment",
  "base_red",
  "base_fault",
  "setup_failed",
  "blocked",
  "error",
  "models",
  "budget",
]);

/** The same for all questions that one cause made several tasks ask; null: it is about the task's own work. */
export function causeKey({ task, kind, reason, text, actions }: Question): string | null {
  if (!aboutTheWorld.has(reason)) return null;
  const name = new RegExp(`(?<![\\w-])${task.replaceAll(/[^\w-]/g, "\\$&")}(?![\\w-])`, "g");
  return [kind, reason, actions.join(" "), text.replace(name, "")].join("\n");
}
