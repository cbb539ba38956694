import { expect, test } from "vitest";

import { weightOf, whyStop } from "../../src/policy/fix-cycle.ts";

const stop = (...weighed: readonly number[]): string | null => whyStop(weighed, { cycles: 4, progress: 0.3 });

test("what is open weighs by how grave it is", () => {
  const finding = (severity: "blocker" | "major" | "minor" | "nit", state: "open" | "closed" | "waived" = "open") => ({
    severity,
    state,
  });
  expect(weightOf([finding("blocker"), finding("major"), finding("minor"), finding("nit")])).toBe(13);
  expect(weightOf([finding("blocker", "closed"), finding("major", "waived")])).toBe(0);
});

test("a piece of work is fixed while that helps", () => {
  for (const weighed of [[], [0], [8], [8, 5, 0], [10, 7, 4], [10, 8], [10, 8, 5]]) expect(stop(...weighed)).toBeNull();
  expect(stop(10, 8, 5, 4)).toBe("fixing no longer helps: what is open weighed 10, then 8, then 5, then 4");
  expect(stop(8, 9, 9)).toBe("fixing no longer helps: what is open weighed 8, then 9, then 9");
  expect(stop(100, 50, 25, 12, 6)).toBe("after 4 fixes what is open still weighs 6");
});
