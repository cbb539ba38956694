import { expect, test } from "vitest";

import { afterFix, weightOf, type AfterFix, type Rung } from "../../src/policy/fix-cycle.ts";

const after = (weighed: readonly number[], used: readonly Rung[] = []): AfterFix =>
  afterFix(weighed, { cycles: 4, progress: 0.3 }, used);

test("what is open weighs by how grave it is", () => {
  const finding = (severity: "blocker" | "major" | "minor" | "nit", state: "open" | "closed" | "waived" = "open") => ({
    severity,
    state,
  });
  expect(weightOf([finding("blocker"), finding("major"), finding("minor"), finding("nit")])).toBe(13);
  expect(weightOf([finding("blocker", "closed"), finding("major", "waived")])).toBe(0);
});

test("a stage goes on at nothing, is fixed while that helps, and stops when it does not, climbing each rung once", () => {
  expect(after([])).toEqual({ kind: "on" });
  expect(after([0])).toEqual({ kind: "on" });
  expect(after([8])).toEqual({ kind: "fix" });
  expect(after([8, 5, 0])).toEqual({ kind: "on" });
  expect(after([10, 7, 4])).toEqual({ kind: "fix" });
  expect(after([10, 8])).toEqual({ kind: "fix" });
  expect(after([10, 8, 5])).toEqual({ kind: "fix" });
  expect(after([10, 8, 5, 4])).toEqual({
    kind: "stop",
    next: "tier",
    why: "fixing no longer helps: what is open weighed 10, then 8, then 5, then 4",
  });
  expect(after([8, 8, 8], ["tier"])).toMatchObject({ kind: "stop", next: "supervisor" });
  expect(after([8, 9, 9], ["tier", "supervisor"])).toMatchObject({ kind: "stop", next: "person" });
  expect(after([8, 9, 9], ["tier", "supervisor", "person"])).toMatchObject({ kind: "stop", next: "person" });
  expect(after([100, 50, 25, 12, 6])).toEqual({
    kind: "stop",
    next: "tier",
    why: "after 4 fixes what is open still weighs 6",
  });
});
