/** Prints what `vitest run --coverage` measured, a line a folder: percent of lines, branches and functions that the tests run. */
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

import { z } from "zod";

const count = z.object({ covered: z.number(), total: z.number() });
const file = z.object({ lines: count, branches: count, functions: count });
type Counts = z.infer<typeof file>;

const root = join(import.meta.dirname, "..");
const read: unknown = JSON.parse(readFileSync(join(root, "coverage", "coverage-summary.json"), "utf8"));
const { total, ...files } = z.record(z.string(), file).parse(read);

/** src/engine, state: what stands in the map of the source. */
function folderOf(path: string): string {
  const [top = "", second = ""] = relative(root, path).split(sep);
  return top === "src" ? `${top}/${second}` : top;
}

const sum = (a: z.infer<typeof count>, b: z.infer<typeof count>): z.infer<typeof count> => ({
  covered: a.covered + b.covered,
  total: a.total + b.total,
});

const folders = new Map<string, Counts>();
for (const [path, counts] of Object.entries(files)) {
  const sofar = folders.get(folderOf(path));
  folders.set(
    folderOf(path),
    sofar === undefined
      ? counts
      : {
          lines: sum(sofar.lines, counts.lines),
          branches: sum(sofar.branches, counts.branches),
          functions: sum(sofar.functions, counts.functions),
        },
  );
}

const percent = ({ covered, total: all }: z.infer<typeof count>): string =>
  `${(all === 0 ? 100 : (100 * covered) / all).toFixed(1)} %`.padStart(10);
const row = (name: string, { lines, branches, functions }: Counts): string =>
  `${name.padEnd(16)}${percent(lines)}${percent(branches)}${percent(functions)}\n`;

process.stdout.write(
  `\n${"covered".padEnd(16)}${"lines".padStart(10)}${"branches".padStart(10)}${"functions".padStart(10)}\n`,
);
for (const [name, counts] of [...folders].toSorted(([a], [b]) => a.localeCompare(b)))
  process.stdout.write(row(name, counts));
if (total !== undefined) process.stdout.write(row("all", total));
