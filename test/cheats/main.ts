import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { families, playHonest, wallHere, type Wall } from "./families.ts";
import { asked, mostAsked } from "./honest-changes.ts";
import { surprises, verdictOf } from "./verdict.ts";

/**
 * Agents that cheat, played with the real program, and what became of each cheat; then changes of honest agents, and which
 * of them a person was asked about: `npm run cheats [-- FAMILY …] [--sandbox off|require]`. What it prints of the run itself: `--log`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sandbox: { type: "string" }, log: { type: "boolean" } },
});
const everything = [...families.map(({ name }) => name), "honest"];
const unknown = positionals.filter((name) => !everything.includes(name));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(", ")}; there are ${everything.join(", ")}`);
const chosen = new Set(positionals.length === 0 ? everything : positionals);

const scratch = mkdtempSync(join(tmpdir(), "cheats-of-"));
process.env["TMPDIR"] = scratch;
process.env["NODE_COMPILE_CACHE"] ??= join(scratch, "compiled");
const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function playAll(wall: Wall): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { name, says, play } of families) {
    if (!chosen.has(name)) continue;
    const { rows, hollow, out } = await play(wall);
    print(`\n${name}: ${says}${wall === "off" ? "" : ", in the sandbox"}`);
    for (const row of rows) print(`  ${row.id.padEnd(16)} ${verdictOf(name, row, wall).padEnd(18)} ${row.says}`);
    if (values.log === true) print(out);
    faults.push(...hollow, ...surprises(name, rows, wall));
  }
  return faults;
}

async function playTheHonest(): Promise<readonly string[]> {
  const { rows, out } = await playHonest("off");
  const questions = asked(rows);
  print(`\nhonest: ${rows.length} changes, ${questions.length} of which a person is asked about`);
  for (const { id, says, why } of questions) print(`  ${id.padEnd(16)} ${says}\n    ${why.split("\n")[0] ?? ""}`);
  if (values.log === true) print(out);
  return questions.length <= mostAsked ? [] : [`honest: more than ${mostAsked} are asked about`];
}

try {
  const walls: readonly Wall[] = ["off", "require"];
  const faults: string[] = [];
  for (const wall of walls) {
    if (values.sandbox !== undefined && values.sandbox !== wall) continue;
    const why = await wallHere(wall);
    if (why === null) faults.push(...(await playAll(wall)));
    else print(`\nnot played in the sandbox: ${why}`);
  }
  if (chosen.has("honest")) faults.push(...(await playTheHonest()));
  if (faults.length > 0) print(`\nnot as it should be:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
