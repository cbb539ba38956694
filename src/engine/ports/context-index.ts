import type { FoundContext } from "../../domain/analysis.ts";

export interface ContextRequest {
  readonly commit: string;
  /** What it is about, in anybody's words. */
  readonly text: string;
}

/** Searches the files of a repository. It helps and is never needed. */
export interface ContextIndex {
  /** Never rejects: what it could not find, or not in time, it says without what. */
  find(request: ContextRequest, signal: AbortSignal): Promise<FoundContext>;
}
