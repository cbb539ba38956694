import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * npm run test:clocks [-- FILES AND OPTIONS OF VITEST]
 *
 * Runs the tests once for each of these clocks, which start a minute before midnight: before a leap day, before the
 * change to summer time and before a new year, in zones west and east of Greenwich. Every process of Node that the
 * tests start reads the same clock, by NODE_OPTIONS; `clockEnv` is for tests that give a child an environment.
 */
const clocks = [
  { zone: "UTC", at: "2028-02-28T23:59:00" },
  { zone: "America/New_York", at: "2027-03-13T23:59:00" },
  { zone: "Asia/Kolkata", at: "2026-12-31T23:59:00" },
  { zone: "Pacific/Auckland", at: "2026-12-31T23:59:00" },
] as const;

const preload = pathToFileURL(join(import.meta.dirname, "shift-clock.ts"));
const vitest = join(import.meta.dirname, "..", "..", "node_modules", "vitest", "vitest.mjs");
const [, , ...argv] = process.argv;
const failed: string[] = [];

for (const { zone, at } of clocks) {
  const name = `${at} in ${zone}`;
  const tmp = realpathSync(mkdtempSync(join(tmpdir(), "clocks-")));
  process.env["TZ"] = zone;
  const url = new URL(preload);
  url.searchParams.set("offset", String(Date.parse(at) - Date.now()));
  url.searchParams.set("tmp", tmp);
  const options = [process.env["NODE_OPTIONS"], `--import=${url.href}`].filter((part) => part !== undefined).join(" ");
  process.stdout.write(`\n${name}\n`);
  const { status } = spawnSync(process.execPath, [vitest, "run", ...argv], {
    stdio: "inherit",
    env: { ...process.env, TZ: zone, TMPDIR: tmpdir(), NODE_OPTIONS: options },
  });
  if (status !== 0) failed.push(name);
  rmSync(tmp, { recursive: true, force: true, maxRetries: 5 });
}

for (const name of failed) process.stderr.write(`failed: ${name}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
