/**
 * A program that starts a gated child as an engine does, prints the child's record and stays until it is killed.
 * Arguments: folder, "before" (the record is never committed) or "after" (the child is let go), then the argv.
 */
import { startGated } from "../../src/processes/gated-process.ts";

const [folder = "", when, ...argv] = process.argv.slice(2);
const stay = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2 ** 30));

const outcome = await startGated({
  argv,
  cwd: folder,
  env: { PATH: process.env["PATH"] ?? "" },
  folder,
  onSpawn: async (record) => {
    if (when === "before") process.stdout.write(`${JSON.stringify(record)}\n`);
    if (when === "before") await stay();
  },
});
if (outcome.ok) process.stdout.write(`${JSON.stringify(outcome.process.record)}\n`);
await stay();
