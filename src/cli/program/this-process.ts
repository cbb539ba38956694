import { createInterface } from "node:readline/promises";

import { systemClock } from "../../processes/clock.ts";
import { createProgram, type Program, type SignalName } from "./program.ts";

/** The program as it was started from a shell. */
export function thisProcess(): Program {
  let closed = false;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
    closed = true;
  };
  process.stdout.on("error", onError);
  process.stderr.on("error", onError);
  return createProgram({
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    stdinIsTerminal: process.stdin.isTTY,
    clock: systemClock,
    random: Math.random,
    closed: () => closed,
    onSignal: takeSignals,
    ask: askPerson,
    exit: (code) => process.exit(code),
  });
}

function takeSignals(listener: (signal: SignalName) => void): () => void {
  const names: readonly SignalName[] = ["SIGINT", "SIGTERM"];
  for (const name of names) process.on(name, listener);
  return () => {
    for (const name of names) process.off(name, listener);
  };
}

async function askPerson(question: string): Promise<string | null> {
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await Promise.race([
      reader.question(question),
      new Promise<null>((resolve) => reader.once("close", () => resolve(null))),
    ]);
  } finally {
    reader.close();
  }
}
