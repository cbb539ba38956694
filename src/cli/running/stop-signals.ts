import type { Engine } from "../../engine/run/engine.ts";
import { terminalActor } from "../inputs/actor.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { killChildren } from "./end-children.ts";

/** How a process with an engine in it takes SIGINT and SIGTERM. */
export interface StopSignals {
  readonly started: (engine: Engine) => void;
  /** To be called when there is a run to stop: a signal may have come before. */
  readonly opened: () => void;
  readonly off: () => void;
}

/** Killing the children may not take longer: this process ends all the same. */
const killMs = 1_000;

/**
 * The first signal stops the engine at once and keeps everything; the second kills its children and this process. Of an engine in
 * a terminal that holds also where it hears nothing.
 */
export function stopOnSignals(context: RepositoryContext, ifStuck?: readonly string[]): StopSignals {
  const { program } = context;
  let engine: Engine | null = null;
  let signals = 0;
  const stop = (): void => void engine?.stop(true, terminalActor("a signal")).catch(() => undefined);
  const off = program.onSignal(
    () => {
      signals += 1;
      if (signals === 1) stop();
      else if (signals === 2)
        void Promise.race([killChildren(context).catch(() => undefined), program.clock.wait(killMs)]).then(() =>
          program.exit(130),
        );
      // A third finds it ending within a second: at once, its children would live on.
    },
    ifStuck && { argv: ifStuck, cwd: program.cwd, env: program.env },
  );
  return {
    started: (started) => (engine = started),
    opened: () => {
      if (signals > 0) stop();
    },
    off,
  };
}
