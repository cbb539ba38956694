import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** In these folders four of five lines, and of branches and functions, are run by the tests. */
const floor = { lines: 80, statements: 80, functions: 80, branches: 80 };

/** How many colours there are is asked once a process, and these have more than the others. All others share their worker's world. */
const alone = [
  ...["frames", "looks", "overlays/text-editor", "parts/line-text"].map((name) => `test/components/${name}.test.tsx`),
  "test/screen/tree-cells.test.ts",
];

/** What takes long begins first, also in a clone that has run no test yet, so that nobody waits for one file at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      /\/test\/(cheats|compatibility|kill|scenarios|simulation)\//.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      { extends: true, test: { name: "shared", include: ["test/**/*.test.{ts,tsx}"], exclude: alone, isolate: false } },
      { extends: true, test: { name: "alone", include: alone } },
    ],
    globalSetup: ["test/run-root.ts"],
    setupFiles: ["test/environment.ts"],
    pool: "forks",
    // Many tests wait for programs more than they work.
    maxWorkers: Math.max(4, availableParallelism()),
    // Only what hangs reaches it: tests wait as long as something moves (test/until.ts).
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "state/**/*.ts", "components/**/*.{ts,tsx}"],
      reporter: ["json-summary"],
      reportOnFailure: true,
      thresholds: {
        "src/engine/**": floor,
        "src/pipeline/**": floor,
        "src/policy/**": floor,
        "state/**": floor,
        "src/workspace/**": floor,
        "src/models/**": floor,
      },
    },
  },
});
