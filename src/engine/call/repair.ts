import type { ModelName } from "../../domain/ids.ts";
import { noMarks } from "../../domain/prompt-marks.ts";
import type { CallProgress } from "../attempt/call-progress.ts";
import type { CallRequest } from "../attempt/call-request.ts";
import type { Start } from "../ports/adapter.ts";

/**
 * The request as a model gets it whose last answer did not fit: in the session of that answer only what was wrong with it, else
 * the whole of it with a note.
 */
export function asRepair(
  request: CallRequest,
  { repair }: Pick<CallProgress, "repair">,
  model: ModelName,
  start: Start,
): CallRequest {
  if (repair === null || repair.model !== model || start.kind === "adopt") return request;
  const wanted = request.prompt.schema === null ? "" : " Its last message is one JSON object as it was asked for.";
  const text =
    start.kind === "resume"
      ? `Your answer cannot be used: ${repair.fault}. Send the whole answer again.${wanted}\n`
      : `${request.prompt.text}\nAn earlier answer to this could not be used: ${repair.fault}.${wanted}\n`;
  const { marks = noMarks } = start.kind === "resume" ? {} : request.prompt;
  return { ...request, prompt: { ...request.prompt, text, marks } };
}
