import { expect, test } from "vitest";

import { keptAnswersOf } from "../../../src/cli/wiring/kept-answers.ts";

const day = 86_400_000;

function store() {
  const texts = new Map<string, string>();
  const clock = { ms: 100 * day, now: () => clock.ms };
  const answers = keptAnswersOf(
    {
      get: (key) => Promise.resolve(texts.get(key) ?? null),
      put: (key, text) => Promise.resolve(void (text === null ? texts.delete(key) : texts.set(key, text))),
    },
    clock,
  );
  return { texts, clock, answers };
}

test("an answer is taken for seven days from when it was given, however often it was taken, and whatever a clock does", async () => {
  const { clock, answers } = store();
  const given = { text: "four", answer: { n: 4 }, atMs: clock.ms };
  await answers.put("k", given);
  clock.ms += 4 * day;
  expect(await answers.get("k")).toEqual(given);
  clock.ms += 3 * day;
  expect(await answers.get("k")).toEqual(given);
  clock.ms += 1;
  expect(await answers.get("k")).toBeNull();
  clock.ms -= 15 * day;
  expect(await answers.get("k")).toBeNull();
});

test.each(["", "null", "{", '{"text":1}', '{"text":"a"}', '{"text":"a","atMs":"now","answer":1}', "[]"])(
  "what cannot be read is none: %s",
  async (text) => {
    const { texts, answers } = store();
    texts.set("k", text);
    expect(await answers.get("k")).toBeNull();
  },
);

test("an answer without JSON is one too", async () => {
  const { clock, answers } = store();
  await answers.put("k", { text: "four", answer: null, atMs: clock.ms });
  expect(await answers.get("k")).toMatchObject({ text: "four", answer: null });
});
