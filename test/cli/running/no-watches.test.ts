import { expect, test, vi } from "vitest";

import { oneTask, played } from "../played.ts";

vi.mock("node:fs", async (original) => ({
  ...(await original<typeof import("node:fs")>()),
  watch: () => {
    throw Object.assign(new Error("ENOSPC: System limit for number of file watchers reached"), { code: "ENOSPC" });
  },
}));

test("a system that has no watches left is no full disk: a run does its work", async () => {
  const { code, out, err } = await played(oneTask).say("run");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("1 of 1 task done");
});
