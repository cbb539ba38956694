import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/environment.ts"],
    pool: "forks",
    // Many tests wait for programs more than they work.
    maxWorkers: Math.max(3, availableParallelism()),
    env: { TZ: "UTC" },
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
