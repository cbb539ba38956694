import type { FoundContext } from "../../domain/found-context.ts";

export interface ContextRequest {
  readonly commit: string;
  /** What it is about, in anybody's words. */
  readonly text: string;
}

/** Searches the files of a repository. It helps and is never needed. */
export interface ContextIndex {
  /** Null: it could not say, or not in time. Never rejects. */
  find(request: ContextRequest, signal: AbortSignal): Promise<FoundContext | null>;
}
