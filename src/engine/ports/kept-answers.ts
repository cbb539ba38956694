import type { Json } from "../../domain/json.ts";

/** What a model answered. */
export interface KeptAnswer {
  readonly text: string;
  readonly answer: Json;
  readonly atMs: number;
}

/** Answers of models by what they were asked. May be lost, so nothing of it fails. */
export interface KeptAnswers {
  /** Null: there is none that may still be taken. */
  get(key: string): Promise<KeptAnswer | null>;
  put(key: string, answer: KeptAnswer): Promise<void>;
}
