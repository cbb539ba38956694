import { closeSync, constants, openSync, writeSync } from "node:fs";

/** Where bytes for the terminal go. */
export interface TerminalOutput {
  /** How many of them it took; it may be none, when it is full. Never waits where the system can open a terminal anew. */
  write(bytes: Uint8Array): number;
  close(): void;
}

/** This process's own terminal under other names: opened anew, so that only this way to it does not wait. */
const names = ["/proc/self/fd/1", "/dev/tty"];

/** The terminal of standard output. */
export function openTerminalOutput(): TerminalOutput {
  const own = names.map(opened).find((fd) => fd !== null) ?? null;
  return {
    write: (bytes) => written(own ?? 1, bytes),
    close: () => {
      if (own !== null) closeSync(own);
    },
  };
}

function opened(name: string): number | null {
  try {
    return openSync(name, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return null;
  }
}

/** A terminal that is gone takes everything. */
function written(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
    return isFull ? 0 : bytes.length;
  }
}
