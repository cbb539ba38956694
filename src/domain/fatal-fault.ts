import { Bug } from "./assert.ts";

/** The world does not let an engine go on: it ends its children and itself with this sentence. */
export class FatalFault extends Error {
  override readonly name = "FatalFault";
}

/** Whether nothing more can be made true after this: bugs, faults of the ledger itself, and places that are gone. */
export const endsEngine = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error instanceof Bug ||
  error instanceof FatalFault ||
  // The fault of a port: its class is not known here.
  error.name.startsWith("Ledger");

/** What a fault says. */
export const faultText = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
