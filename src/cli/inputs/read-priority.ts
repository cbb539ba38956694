import { quoted } from "../../backlog/nearest.ts";
import { CommandError } from "../program/command-error.ts";

/** A task's priority as it is typed. CommandError for what is no whole number. */
export function readPriority(text: string): number {
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text.trim()) && Number.isSafeInteger(value)) return value;
  throw new CommandError(`${quoted(text)} is no priority; write a whole number, where higher goes first`);
}
