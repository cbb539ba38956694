import { brand } from "../../domain/brand.ts";
import type { OwnKeys } from "../keys/command-spec.ts";
import { keyOf } from "../keys/keys.ts";
import { empty, span, type Line } from "../text/line.ts";

/** What stands where there is nothing: why, and what to press or type. */
export type EmptyKind =
  | "no tasks"
  | "no match"
  | "no models"
  | "no questions"
  | "no events"
  | "no line"
  | "no task"
  | "no asks"
  | "no output";

const lines = (why: string, ...todo: Line): readonly Line[] => [[span(why, "title")], empty, todo];

/** With the keys as the person has them. */
export const emptyState = (kind: EmptyKind, keys?: OwnKeys): readonly Line[] => statesWith(keys)[kind];

const statesWith = (keys: OwnKeys | undefined): Record<EmptyKind, readonly Line[]> => ({
  "no tasks": lines(
    "No tasks yet",
    span("write them into ", "muted"),
    span("tasks.yaml", "accent"),
    span(`, or press ${keyOf("quit", keys)} and try `, "muted"),
    span(`${brand.bin} demo`, "accent"),
  ),
  "no match": lines(
    "No task fits the filter",
    span("press ", "muted"),
    span(keyOf("back", keys), "accent"),
    span(" to see them all, ", "muted"),
    span(keyOf("tasks.filter", keys), "accent"),
    span(" to change it", "muted"),
  ),
  "no models": lines(
    "No model is set up",
    span(`press ${keyOf("quit", keys)}, then `, "muted"),
    span(`${brand.bin} init`, "accent"),
    span(" finds the ones on this machine", "muted"),
  ),
  "no questions": lines(
    "✓ Nothing waits for you",
    span("press ", "muted"),
    span(keyOf("view.tasks", keys), "accent"),
    span(" for the tasks", "muted"),
  ),
  "no events": lines("Nothing has happened yet", span("events appear here as the run goes on", "muted")),
  "no line": lines(
    "No line fits the filter",
    span("press ", "muted"),
    span(keyOf("back", keys), "accent"),
    span(" to see them all, ", "muted"),
    span(keyOf("log.filter", keys), "accent"),
    span(" to change it", "muted"),
  ),
  "no asks": lines(
    "Nobody has been asked yet",
    span("in a shell, ", "muted"),
    span(`${brand.bin} ask "…"`, "accent"),
    span(" puts a question to several models at once", "muted"),
  ),
  "no output": lines(
    "Nothing of it is kept",
    span("it has said nothing yet, or it ran before outputs were kept; ", "muted"),
    span("←→", "accent"),
    span(" for the log", "muted"),
  ),
  "no task": lines(
    "This task is not known any more",
    span("press ", "muted"),
    span(keyOf("back", keys), "accent"),
    span(" to go back", "muted"),
  ),
});
