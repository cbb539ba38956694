import { existsSync } from "node:fs";

/** What a test that is left out adds to its name; null: it runs. */
export const because = (why: string | null): string => (why === null ? "" : ` (skipped: ${why})`);

export const noProc: string | null = existsSync("/proc/self/stat")
  ? null
  : "processes of others are read from /proc, which this system does not have";
