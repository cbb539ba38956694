import type { Json } from "../domain/json.ts";
import { toJson } from "../domain/json.ts";
import type { ModelSettings } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";

/** An earlier answer is taken for so long. */
export const keptAnswerMs = 7 * 24 * 60 * 60_000;

/** So many bytes of answers are kept; what was not taken for longest goes first. */
export const keptAnswerBytes = 64 * 1024 * 1024;

/** Roles whose models answer at once. Who plans, judges or writes may look around first, in any number of requests. */
export const isOneAnswer = (role: Role): boolean => role === "analyst" || role === "synthesizer" || role === "ask";

/**
 * Whether an earlier answer to the very same may be taken. What judges, plans or writes is asked anew each time, as that it is
 * asked again means that the last answer did not do. `wanted`: a person who asks has said so.
 */
export const mayTakeAnswer = (role: Role, wanted: boolean): boolean => isOneAnswer(role) && (role !== "ask" || wanted);

/** All that an answer depends on, to be hashed: who is asked and how, for what form of answer, what, and what its tools may read. */
export function answerKey(asked: {
  readonly model: ModelSettings;
  readonly access: "read" | "write";
  readonly schema: Json | null;
  readonly prompt: string;
  /** Id of the tree; null: it has no tools, or there is nothing to read. */
  readonly tree: string | null;
}): Json {
  const { model, access, schema, prompt, tree } = asked;
  // Of programs and scripts the name in the settings is all there is.
  const { adapter, provider, model: id, name, argv, baseUrl, scenario, env, folder } = model;
  const [program = ""] = argv ?? [];
  const from = program.includes("/") && !program.startsWith("/") ? folder : null;
  const who = { adapter, provider, id: id ?? name, argv, from, baseUrl, scenario, env };
  return toJson({ who, access, schema, prompt, tree });
}
