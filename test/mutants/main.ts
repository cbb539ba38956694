import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";

import { endLeftovers } from "../leftovers.ts";
import { draw } from "./draw.ts";
import { judge } from "./judge.ts";
import { kinds, told, type Mutant } from "./mutant.ts";
import { Suite } from "./suite.ts";

/**
 * Small faults drawn from a seed, planted one after the other in a copy of the tree, and whether a test sees them:
 * `npm run mutants -- --seed 7 --count 24`. A list that is kept for the seed is played as it is; `--draw` draws it anew and keeps it.
 * `--only 3,5` plays these of it; `--related` leaves out the whole suite, which else is run for what no related test has seen.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "7" },
    count: { type: "string", default: "24" },
    only: { type: "string" },
    draw: { type: "boolean", default: false },
    related: { type: "boolean", default: false },
  },
});
const [seed, count] = [Number(values.seed), Number(values.count)];
if (!Number.isInteger(seed) || !Number.isInteger(count) || count < 1)
  throw new Error("--seed and --count are whole numbers");

const here = join(import.meta.dirname, "../..");
const list = join(import.meta.dirname, `seed-${seed}.json`);
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const listSchema = z.array(
  z.object({ file: z.string(), line: z.number(), kind: z.enum(kinds), before: z.string(), after: z.string() }),
) satisfies z.ZodType<Mutant[]>;

/** Everything that git tracks or would, as it lies here. */
function copyTree(top: string): void {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", args, { cwd: here, encoding: "utf8" }).split("\0");
  for (const file of files)
    if (file !== "" && file !== "node_modules" && existsSync(join(here, file)))
      cpSync(join(here, file), join(top, file), { recursive: true });
  symlinkSync(realpathSync(join(here, "node_modules")), join(top, "node_modules"));
}

function listOf(top: string): readonly Mutant[] {
  const kept = existsSync(list) ? listSchema.parse(JSON.parse(readFileSync(list, "utf8"))) : [];
  if (!values.draw && kept.length >= count) return kept.slice(0, count);
  const drawn = draw(top, seed, count);
  if (values.draw) writeFileSync(list, `${JSON.stringify(drawn, null, 2)}\n`);
  return drawn;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), "mutants-")));
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void endLeftovers(folder, () => false, 0).finally(() => process.exit(1)));
const top = join(folder, "tree");
copyTree(top);
const suite = new Suite(top, folder);
const mutants = listOf(top);
if (values.draw) {
  print(mutants.map((mutant, n) => `${n + 1}. ${told(mutant)}`).join("\n"));
} else {
  const only = values.only === undefined ? null : new Set(values.only.split(",").map(Number));
  const tally = { killed: 0, survived: 0, gone: 0 };
  for (const [n, mutant] of mutants.entries()) {
    if (only !== null && !only.has(n + 1)) continue;
    const verdict = await judge(top, suite, mutant, values.related);
    tally[verdict.kind] += 1;
    print(`${n + 1}. ${verdict.kind} ${told(mutant)}${verdict.kind === "killed" ? `\n    by ${verdict.by}` : ""}`);
  }
  print(
    `${tally.killed} killed, ${tally.survived} survived${tally.gone > 0 ? `, ${tally.gone} gone from the source` : ""}`,
  );
  process.exitCode = tally.survived > 0 ? 1 : 0;
}
