import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { errorReasons, errorTypes, reportedOutcomes, type Failure } from "../../domain/failure.ts";
import { toJson, type Json } from "../../domain/json.ts";
import { costSources, noUsage } from "../../domain/money.ts";
import type { AttemptUse, CallFiles, KeptOutcome } from "../../engine/ports/call-files.ts";
import { field } from "./json-field.ts";
import type { Paths } from "./paths.ts";
import { privateFolder, writeAtomically } from "./private-files.ts";
import { openTranscript } from "./transcripts.ts";

const outcomeFile = "outcome.json";

/** Files of calls at runs/<run>/calls/<call>/<attempt>, for a start after a crash with `.r<rerun>` behind it. */
export const createCallFiles = (paths: Paths): CallFiles => ({
  folder: (run, call, attempt, rerun) =>
    privateFolder(join(paths.calls(run), call, rerun === 0 ? String(attempt) : `${attempt}.r${rerun}`)),
  writeOutcome: (folder, outcome) => writeAtomically(join(folder, outcomeFile), `${JSON.stringify(outcome)}\n`),
  transcript: openTranscript,
  async readOutcome(folder) {
    try {
      return readOutcome(JSON.parse(await readFile(join(folder, outcomeFile), "utf8")));
    } catch {
      return null;
    }
  },
});

const kinds = ["success", "error", "cancelled", ...reportedOutcomes] as const;

function readOutcome(value: unknown): KeptOutcome | null {
  const kind = kinds.find((one) => one === field(value, "kind"));
  const text = field(value, "text");
  const failure = readFailure(field(value, "failure"));
  if (kind === undefined || typeof text !== "string" || failure === undefined) return null;
  const used = readUse(field(value, "used"));
  return { kind, text, answer: jsonOf(field(value, "answer")), failure, ...(used === null ? {} : { used }) };
}

/** Null: an earlier version wrote the file, or it cannot be read. */
function readUse(value: unknown): AttemptUse | null {
  const [usage, cost, session] = [field(value, "usage"), field(value, "cost"), field(value, "session")];
  const source = costSources.find((one) => one === field(cost, "source"));
  const tokens = Object.keys(noUsage).map((name) => [name, numberOf(field(usage, name))] as const);
  const [micros, durationMs, prices] = [field(cost, "micros"), field(value, "durationMs"), field(value, "prices")];
  const saved = field(value, "savedMicros");
  if (source === undefined || tokens.some(([, count]) => count === null) || typeof durationMs !== "number") return null;
  return {
    usage: { ...noUsage, ...Object.fromEntries(tokens) },
    cost: { micros: numberOf(micros), source },
    prices: Array.isArray(prices) ? prices.filter((id) => typeof id === "string") : [],
    ...(saved === null || typeof saved === "number" ? { savedMicros: saved } : {}),
    session: typeof session === "string" ? session : null,
    durationMs,
  };
}

/** Undefined: unreadable. */
function readFailure(value: unknown): Failure | null | undefined {
  if (value === null) return null;
  const type = errorTypes.find((one) => one === field(value, "type"));
  const written = field(value, "reason");
  const reason = errorReasons.find((one) => one === written) ?? null;
  const message = field(value, "message");
  const retryable = field(value, "retryable");
  if (type === undefined || typeof message !== "string" || typeof retryable !== "boolean") return undefined;
  return {
    type,
    reason,
    message,
    retryable,
    retryAfterMs: numberOf(field(value, "retryAfterMs")),
    resetAtMs: numberOf(field(value, "resetAtMs")),
  };
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
const jsonOf = (value: unknown): Json => (value === undefined ? null : toJson(value));
