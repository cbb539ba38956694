/** Launches the small screen the way the program launches its own. */
import { join } from "node:path";

import { launch } from "../../src/terminal/launcher.ts";

process.exitCode = await launch({
  argv: [join(import.meta.dirname, "app.ts")],
  env: process.env,
  onDeath: ({ signal, exitCode, silent }) => `the screen died: ${signal ?? exitCode}${silent ? ", silent" : ""}`,
  silentText: "no answer",
  silentMs: 1_500,
});
