/**
 * Loaded by `node --import` before the program that is measured: when that ends, it tells in a file what it took. With
 * `BENCH_PROBE_FILES` it also tells which files of modules were loaded, which costs time itself.
 */
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";

const into = process.env["BENCH_PROBE"];
const files = new Set<string>();

if (process.env["BENCH_PROBE_FILES"] !== undefined)
  registerHooks({
    load: (url, context, next) => {
      if (url.startsWith("file:")) files.add(url);
      return next(url, context);
    },
  });

if (into !== undefined)
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const told = { cpuMs: (userCPUTime + systemCPUTime) / 1_000, rssMb: maxRSS / 1_024, files: [...files] };
    appendFileSync(into, `${JSON.stringify(told)}\n`);
  });
