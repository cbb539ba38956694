import { Bug } from "./assert.ts";
import { WorkspaceError } from "./workspace-error.ts";

/** The world does not let an engine go on: it ends its children and itself with this sentence. */
export class FatalFault extends Error {
  override readonly name = "FatalFault";
}

const fullCodes: readonly unknown[] = ["ENOSPC", "EDQUOT"];
/** As the system says it through git, which speaks English to us, and not what files are called. */
const fullWords = /^(?:fatal|error|warning): .*: (?:No space left on device|Disk quota exceeded)$/m;

/** Throws a FatalFault where a fault says that the disk is full: the next task would meet the same. What the project's own commands say is their own. */
export function assertRoom(fault: Error): void {
  const says = fault instanceof WorkspaceError && fault.fault === "git" ? fault.detail : "";
  if (fullWords.test(says) || ("code" in fault && fullCodes.includes(fault.code)))
    throw new FatalFault(
      `the disk is full, what was committed is kept; free some space and run again: ${fault.message}`,
    );
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
