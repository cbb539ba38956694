import { expect, test } from "vitest";

import { playHonest } from "./families.ts";
import { asked, mostAsked } from "./honest-changes.ts";

test("honest changes are done without many questions", async () => {
  const { rows } = await playHonest("off");
  expect(rows.length).toBeGreaterThanOrEqual(30);
  const questions = asked(rows).map(({ id, why }) => `${id}: ${why}`);
  expect(questions.length > mostAsked ? questions : []).toEqual([]);
});
