import type { Footprint } from "../../domain/footprint.ts";
import type { ProcessRecord } from "./adapter.ts";

/** What somebody who starts a process knows of it. */
export type Step = Omit<Footprint, "repository" | "pidNamespace" | "at" | "endedAt">;

/** Keeps which processes work, and have worked, for a task. */
export interface Footprints {
  began(step: Step): Promise<void>;
  ended(record: ProcessRecord): Promise<void>;
}
