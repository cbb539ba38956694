import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/environment.ts"],
    pool: "forks",
    env: { TZ: "UTC" },
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
