/** Launches the small screen the way the program launches its own. */
import { join } from "node:path";

import { launch } from "../../src/terminal/launcher.ts";

process.exitCode = await launch({
  argv: [join(import.meta.dirname, "app.ts")],
  env: process.env,
  onDeath: ({ signal, exitCode, silent }) => `the screen died: ${signal ?? exitCode}${silent ? ", silent" : ""}`,
  silentText: "no answer",
  // Neither is reached by a screen that only comes to nothing because the machine is busy.
  silentMs: Number(process.env["SILENT_MS"] ?? 3_600_000),
  graceMs: 3_600_000,
});
