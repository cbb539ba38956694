import { expect, test } from "vitest";

import { watchAttention } from "../../src/screen/attention.ts";
import { question } from "../view/fixtures.ts";
import { FixedSource } from "../view/story.ts";

function scene(wanted = true) {
  const source = new FixedSource();
  const written: string[] = [];
  const clock = { ms: 1_000_000, now: (): number => clock.ms };
  const wait = (...ids: readonly string[]): void => {
    source.set("review", "", { questions: ids.map((id) => ({ question: question(id, id), answer: null })) });
  };
  const write = (text: string): void => void written.push(text);
  const begin = () => watchAttention({ source, clock, name: "me/shop", wanted: () => wanted, write });
  return { written, clock, wait, begin };
}

test("the title says how many wait, and the bell that one more does, at most once a minute", () => {
  const { written, clock, wait, begin } = scene();
  begin();
  wait();
  expect(written).toEqual([]);
  wait("A");
  expect(written).toEqual(["\x1b[22;2t\x1b]2;(1) me/shop\x07", "\x07"]);
  wait("A");
  wait("A", "B");
  expect(written.slice(2)).toEqual(["\x1b]2;(2) me/shop\x07"]);
  clock.ms += 60_000;
  wait("B", "C");
  expect(written.slice(3)).toEqual(["\x1b]2;(2) me/shop\x07", "\x07"]);
  wait();
  expect(written.slice(5)).toEqual(["\x1b]2;me/shop\x07"]);
});

test("who opens a screen is not called to it, and who wants neither gets neither", () => {
  const opened = scene();
  opened.wait("A");
  opened.begin();
  expect(opened.written).toEqual(["\x1b[22;2t\x1b]2;(1) me/shop\x07"]);
  const silent = scene(false);
  silent.begin();
  silent.wait("A");
  expect(silent.written).toEqual([]);
});
