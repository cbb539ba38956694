/** Lets Node load components as they are written: imported before the program, it takes the JSX out of them. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

import { transformSync } from "rolldown/utils";

registerHooks({
  load(url, context, next) {
    if (!url.endsWith(".tsx")) return next(url, context);
    const path = fileURLToPath(url);
    const { code } = transformSync(path, readFileSync(path, "utf8"), { lang: "tsx", jsx: { runtime: "automatic" } });
    return { format: "module", source: code, shortCircuit: true };
  },
});
