import { brand } from "../../domain/brand.ts";
import { empty, say, type Line } from "../text/line.ts";

/** What stands where there is nothing: why, and what to press or type. */
export type EmptyKind = "no tasks" | "no match" | "no models" | "no questions" | "no events" | "no line" | "no task";

const lines = (why: string, ...todo: Line): readonly Line[] => [[say(why, "title")], empty, todo];

export const emptyStates: Record<EmptyKind, readonly Line[]> = {
  "no tasks": lines(
    "No tasks yet",
    say("write them into ", "muted"),
    say("tasks.yaml", "accent"),
    say(", or press q and try ", "muted"),
    say(`${brand.bin} demo`, "accent"),
  ),
  "no match": lines(
    "No task fits the filter",
    say("press ", "muted"),
    say("esc", "accent"),
    say(" to see them all, ", "muted"),
    say("/", "accent"),
    say(" to change it", "muted"),
  ),
  "no models": lines(
    "No model is set up",
    say("press q, then ", "muted"),
    say(`${brand.bin} init`, "accent"),
    say(" finds the ones on this machine", "muted"),
  ),
  "no questions": lines(
    "✓ Nothing waits for you",
    say("press ", "muted"),
    say("1", "accent"),
    say(" for the tasks", "muted"),
  ),
  "no events": lines("Nothing has happened yet", say("events appear here as the run goes on", "muted")),
  "no line": lines(
    "No line fits the filter",
    say("press ", "muted"),
    say("esc", "accent"),
    say(" to see them all, ", "muted"),
    say("/", "accent"),
    say(" to change it", "muted"),
  ),
  "no task": lines(
    "This task is not known any more",
    say("press ", "muted"),
    say("esc", "accent"),
    say(" to go back", "muted"),
  ),
};
