import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { planted, type Mutant } from "./mutant.ts";
import type { Fault, Suite } from "./suite.ts";

export type Verdict =
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "survived" }
  /** The lines it changes are not there any more. */
  | { readonly kind: "gone" };

/**
 * Plants a fault in the copy of the tree, and runs tests until one fails: those of the nearest folder, those that import the file,
 * and unless `relatedOnly` all. What fails counts only where the same passes without the fault, and fails once more with it.
 */
export async function judge(
  top: string,
  suite: Pick<Suite, "faults">,
  mutant: Mutant,
  relatedOnly: boolean,
): Promise<Verdict> {
  const path = join(top, mutant.file);
  const text = readFileSync(path, "utf8");
  const faulty = planted(text, mutant);
  if (faulty === null) return { kind: "gone" };
  const near = nearest(top, mutant.file);
  const stages = [
    ...(near === null ? [] : [["run", near]]),
    ["related", mutant.file],
    ...(relatedOnly ? [] : [["run"]]),
  ];
  const withFault = async (args: readonly string[], bail: boolean): Promise<readonly Fault[]> => {
    writeFileSync(path, faulty);
    try {
      return await suite.faults(args, bail);
    } finally {
      writeFileSync(path, text);
    }
  };
  for (const stage of stages)
    // What fails in any case may have hidden what the fault breaks.
    for (const bail of [true, false]) {
      const faults = await withFault(stage, bail);
      for (const { file, what } of faults) {
        const again = file === null ? stage : ["run", file];
        const isOfFault = (await suite.faults(again)).length === 0 && (await withFault(again, true)).length > 0;
        if (isOfFault) return { kind: "killed", by: what };
      }
      if (faults.length === 0) break;
    }
  return { kind: "survived" };
}

/** The file or folder of tests that lies where the file does: test/policy/risk.test.ts, test/workspace/watch.test.ts, or test/engine/attempt. */
function nearest(top: string, file: string): string | null {
  const inTests = join("test", dirname(file).replace(/^src\//, ""));
  for (let place = join(inTests, basename(file, ".ts")); place !== "test" && place !== "."; place = dirname(place)) {
    if (existsSync(join(top, `${place}.test.ts`))) return `${place}.test.ts`;
    if (existsSync(join(top, place)) && hasTests(join(top, place))) return `${place}/`;
  }
  return null;
}

const hasTests = (folder: string): boolean =>
  readdirSync(folder, { recursive: true }).some((name) => /\.test\.tsx?$/.test(String(name)));
