import type { ModelName } from "../../domain/ids.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { CallingTask } from "./call-request.ts";

/** Names once a run what of a model's output nobody could read: the program says it again in each call. */
export async function noteUnread(
  { log }: Pick<Ledger, "log">,
  { run, writer }: Pick<CallingTask, "run" | "writer">,
  model: ModelName,
  text: string,
): Promise<void> {
  const notes = await log.since(0, { run, types: ["note"] });
  const isKnown = notes.some(({ type, data }) => type === "note" && data.model === model && data.text === text);
  if (!isKnown) await writer.append([{ type: "note", data: { level: "warn", about: "unread_output", model, text } }]);
}
