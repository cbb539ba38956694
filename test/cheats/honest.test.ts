import { expect, test } from "vitest";

import { playHonest } from "./families.ts";
import { asked, honestChanges, mostAsked } from "./honest-changes.ts";

/** All of them take minutes: `npm run cheats honest`. */
const every = 3;

test("honest changes are done without many questions", async () => {
  expect(honestChanges.length).toBeGreaterThanOrEqual(30);
  const { rows } = await playHonest("off", every);
  const questions = asked(rows).map(({ id, why }) => `${id}: ${why}`);
  expect(questions.length > mostAsked / every ? questions : []).toEqual([]);
});
