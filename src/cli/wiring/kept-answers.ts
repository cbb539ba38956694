import type { TextStore } from "../../../state/live/open-scratch.ts";
import { toJson } from "../../domain/json.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { KeptAnswer, KeptAnswers } from "../../engine/ports/kept-answers.ts";
import { keptAnswerMs } from "../../policy/answer-cache.ts";
import { field } from "./json-field.ts";

/** Answers in the scratch file. One that is too old, or cannot be read, is none. */
export const keptAnswersOf = (store: TextStore, { now }: Pick<Clock, "now">): KeptAnswers => ({
  async get(key) {
    const kept = readAnswer(await store.get(key));
    // A clock that was set back makes none of them last longer.
    return kept !== null && Math.abs(now() - kept.atMs) <= keptAnswerMs ? kept : null;
  },
  put: (key, answer) => store.put(key, JSON.stringify(answer)),
});

function readAnswer(kept: string | null): KeptAnswer | null {
  if (kept === null) return null;
  try {
    const value: unknown = JSON.parse(kept);
    const [text, answer, atMs] = [field(value, "text"), field(value, "answer"), field(value, "atMs")];
    return typeof text === "string" && typeof atMs === "number" ? { text, answer: toJson(answer), atMs } : null;
  } catch {
    return null;
  }
}
