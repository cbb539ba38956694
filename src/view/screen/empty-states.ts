import { brand } from "../../domain/brand.ts";
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

export const emptyStates: Record<EmptyKind, readonly Line[]> = {
  "no tasks": lines(
    "No tasks yet",
    span("write them into ", "muted"),
    span("tasks.yaml", "accent"),
    span(", or press q and try ", "muted"),
    span(`${brand.bin} demo`, "accent"),
  ),
  "no match": lines(
    "No task fits the filter",
    span("press ", "muted"),
    span("esc", "accent"),
    span(" to see them all, ", "muted"),
    span("/", "accent"),
    span(" to change it", "muted"),
  ),
  "no models": lines(
    "No model is set up",
    span("press q, then ", "muted"),
    span(`${brand.bin} init`, "accent"),
    span(" finds the ones on this machine", "muted"),
  ),
  "no questions": lines(
    "✓ Nothing waits for you",
    span("press ", "muted"),
    span("1", "accent"),
    span(" for the tasks", "muted"),
  ),
  "no events": lines("Nothing has happened yet", span("events appear here as the run goes on", "muted")),
  "no line": lines(
    "No line fits the filter",
    span("press ", "muted"),
    span("esc", "accent"),
    span(" to see them all, ", "muted"),
    span("/", "accent"),
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
    span("esc", "accent"),
    span(" to go back", "muted"),
  ),
};
