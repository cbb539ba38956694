import type { RunProgram, Sink } from "./sink.ts";

/** Gives each notice to a program, as one line of JSON on its standard input. */
export const commandSink = (argv: readonly string[], run: RunProgram): Sink => ({
  name: "command",
  send: (notice) => run(argv, `${JSON.stringify(notice)}\n`),
});
