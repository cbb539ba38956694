import { expect, test } from "vitest";

import { watchAttention } from "../../src/screen/attention.ts";
import { question } from "../view/fixtures.ts";
import { FixedSource } from "../view/story.ts";

/** What a person wants is read from a file. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function scene(wanted = true) {
  const source = new FixedSource();
  const written: string[] = [];
  const clock = { ms: 1_000_000, now: (): number => clock.ms };
  const wait = async (...ids: readonly string[]): Promise<void> => {
    source.set("review", "", { questions: ids.map((id) => ({ question: question(id, id), answer: null })) });
    await settled();
  };
  const write = (text: string): void => void written.push(text);
  const begin = () => watchAttention({ source, clock, name: "me/shop", wanted: () => Promise.resolve(wanted), write });
  return { written, clock, wait, begin };
}

test("the title says how many wait, and the bell that one more does, at most once a minute", async () => {
  const { written, clock, wait, begin } = scene();
  begin();
  await wait();
  expect(written).toEqual([]);
  await wait("A");
  expect(written).toEqual(["\x1b[22;2t\x1b]2;(1) me/shop\x07", "\x07"]);
  await wait("A");
  await wait("A", "B");
  expect(written.slice(2)).toEqual(["\x1b]2;(2) me/shop\x07"]);
  clock.ms += 60_000;
  await wait("B", "C");
  expect(written.slice(3)).toEqual(["\x1b]2;(2) me/shop\x07", "\x07"]);
  await wait();
  expect(written.slice(5)).toEqual(["\x1b]2;me/shop\x07"]);
});

test("who opens a screen is not called to it, and who wants neither gets neither", async () => {
  const opened = scene();
  await opened.wait("A");
  opened.begin();
  await settled();
  expect(opened.written).toEqual(["\x1b[22;2t\x1b]2;(1) me/shop\x07"]);
  const silent = scene(false);
  silent.begin();
  await silent.wait("A");
  expect(silent.written).toEqual([]);
});
