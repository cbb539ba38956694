const program = `
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";
const { BENCH_PROBE: into, BENCH_PROBE_FILES: asked } = process.env;
const files = new Set();
if (asked !== undefined)
  registerHooks({
    load: (url, context, next) => {
      if (url.startsWith("file:")) files.add(url);
      return next(url, context);
    },
  });
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const told = { cpuMs: (userCPUTime + systemCPUTime) / 1_000, rssMb: maxRSS / 1_024, files: [...files] };
  appendFileSync(into, JSON.stringify(told) + "\\n");
});
`;

/**
 * Loaded by `node --import` before the program that is measured: when that ends, it tells in the file `BENCH_PROBE` what it
 * took. With `BENCH_PROBE_FILES` it also tells which files of modules were loaded, which costs time itself. It is no
 * TypeScript, for which Node would load a compiler into what is measured.
 */
export const probe = `data:text/javascript,${encodeURIComponent(program)}`;
