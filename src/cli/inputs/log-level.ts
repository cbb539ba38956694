import { quoted } from "../../backlog/nearest.ts";
import type { EventLevel } from "../../view/log/teller.ts";
import { CommandError } from "../program/command-error.ts";
import type { Environment } from "../program/program.ts";

export type LogLevel = "debug" | EventLevel;

const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };
const isLevel = (word: string): word is LogLevel => Object.hasOwn(ranks, word);

/** LOG_LEVEL; info without it. */
export function logLevel(env: Environment): LogLevel {
  const word = (env["LOG_LEVEL"] ?? "").trim().toLowerCase();
  if (word === "") return "info";
  if (!isLevel(word))
    throw new CommandError(`LOG_LEVEL is one of ${Object.keys(ranks).join(", ")}, not ${quoted(word)}`);
  return word;
}

export const isLogged = (level: LogLevel, least: LogLevel): boolean => ranks[level] >= ranks[least];
