import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

import { statusOfCode, type ExitStatus } from "../../src/processes/gate.ts";

/**
 * What real programs printed when a provider of ours answered them on loopback: Claude Code 2.1.329, Codex 0.169.0,
 * Gemini 0.61.0, OpenCode 1.18.33, and the agents that speak ACP. The shape is theirs; ids, paths, words and dates are
 * stand-ins, and what no parser reads is left out.
 */
export const recordingsFolder = join(import.meta.dirname, "..", "fixtures", "recordings");

/** Noon of the day of the recordings. */
export const recordedMoment = () => ({ nowMs: Date.UTC(2030, 0, 15, 12), zoneOffsetMs: () => 0 });

const ending = z
  .object({
    exit: z.number().optional(),
    signal: z.enum(["SIGTERM", "SIGKILL", "SIGINT"]).optional(),
    stderr: z.array(z.string()).default([]),
  })
  .refine(({ exit, signal }) => (exit === undefined) !== (signal === undefined));

const endings = z
  .record(z.string(), ending)
  .parse(JSON.parse(readFileSync(join(recordingsFolder, "endings.json"), "utf8")));

/** The names of a dialect's recordings, in order. */
export const recordingsOf = (dialect: string): readonly string[] =>
  readdirSync(join(recordingsFolder, dialect))
    .flatMap((name) => /^(.*)\.jsonl$/.exec(name)?.[1] ?? [])
    .toSorted();

/** The lines of standard output. */
export const linesOf = (name: string): readonly string[] =>
  readFileSync(join(recordingsFolder, `${name}.jsonl`), "utf8")
    .split("\n")
    .filter((line) => line !== "");

export function endingOf(name: string): { readonly exit: ExitStatus; readonly stderr: readonly string[] } {
  const found = endings[name];
  if (found === undefined) throw new Error(`nobody knows how ${name} ended`);
  const { exit, signal, stderr } = found;
  return { exit: signal === undefined ? statusOfCode(exit ?? 0) : { kind: "signalled", signal }, stderr };
}
