import { failure, type Failure } from "../../domain/failure.ts";
import type { ExitStatus } from "../../processes/gate.ts";

/** The failure of a process that ended without saying what was wrong; `said` is the end of its standard error. */
export function exitFailure(program: string, exit: ExitStatus, said: string): Failure {
  const message = `${program} ${howItEnded(exit)}${said === "" ? "" : `: ${said}`}`;
  return failure("api", message, { reason: "crash" });
}

function howItEnded(exit: ExitStatus): string {
  switch (exit.kind) {
    case "exited":
      return `ended with exit code ${exit.code}`;
    case "signalled":
      return `was ended by ${exit.signal}`;
    case "never_started":
      return "was never started";
    case "vanished":
      return "is gone, and nobody saw how it ended";
  }
}
