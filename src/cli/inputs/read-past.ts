import { quoted } from "../../backlog/nearest.ts";
import { parseDurationMs } from "../../domain/duration.ts";
import { CommandError } from "../program/command-error.ts";

/** `8h` ago, `18:00` last, or an ISO day or instant; CommandError for what is none or is still to come. */
export function readPast(text: string, nowMs: number): number {
  const spanMs = parseDurationMs(text);
  if (spanMs !== null) return Math.max(0, nowMs - spanMs);
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (clock !== null) {
    const at = new Date(nowMs);
    at.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    if (at.getTime() > nowMs) at.setDate(at.getDate() - 1);
    return at.getTime();
  }
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text.replace(" ", "T");
  const atMs = /^\d{4}-\d\d-\d\dT/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(atMs)) throw new CommandError(`${quoted(text)} is no instant; write 8h, 18:00 or 2030-01-31T18:00Z`);
  if (atMs > nowMs) throw new CommandError(`${quoted(text)} is still to come`);
  return atMs;
}
