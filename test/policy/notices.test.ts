import { describe, expect, test } from "vitest";

import { planNotice, restMs, stillNews, type Tidings } from "../../src/policy/notices.ts";

const minute = 60_000;
const hour = 60 * minute;
const noon = 12 * hour;
const asked = (pos: number, at: number): Tidings => ({ pos, at, kind: "question", question: `q${pos}`, task: "A" });
const ended = (pos: number, at: number): Tidings => ({ pos, at, kind: "run_ended", run: "R", exitCode: 0 });
const held = (pos: number, at: number): Tidings => ({ pos, at, kind: "hold", hold: `h${pos}`, target: "plan" });
const minuteOfDay = (at: number): number => Math.floor(at / minute) % (24 * 60);
const plan = (news: readonly Tidings[], nowMs: number, more: Partial<Parameters<typeof planNotice>[1]> = {}) =>
  planNotice(news, { nowMs, toldMs: 0, quiet: null, minuteOfDay, ...more });
const told = (news: readonly Tidings[], ...rest: [number, Parameters<typeof plan>[2]?]) => {
  const planned = plan(news, ...rest);
  return planned.kind === "tell" ? planned.tidings.map(({ pos }) => pos) : planned.untilMs;
};

describe("what is told, and when", () => {
  test("a question that was open for a minute, all that are together", () => {
    const two = [asked(1, noon), asked(2, noon + 30_000)];
    expect(told(two, noon + 59_999)).toBe(noon + minute);
    expect(told(two, noon + minute)).toEqual([1]);
    expect(told(two, noon + 90_000)).toEqual([1, 2]);
  });

  test("a hold without an end and the end of a run at once; the end takes along what came before it", () => {
    expect(told([held(1, noon)], noon)).toEqual([1]);
    expect(told([asked(1, noon), ended(2, noon + 1)], noon + 1)).toEqual([1, 2]);
    // None before an older one: one position says what was told.
    expect(told([asked(1, noon), held(2, noon + 1)], noon + 1)).toBe(noon + minute);
  });

  test("at most one in a minute, also where a clock was put back", () => {
    expect(told([ended(1, noon)], noon, { toldMs: noon - 1 })).toBe(noon - 1 + minute);
    expect(told([ended(1, noon)], noon, { toldMs: noon - minute })).toEqual([1]);
    expect(told([ended(1, noon)], noon, { toldMs: noon + hour })).toEqual([1]);
  });

  test.each([
    ["over midnight", { fromMin: 22 * 60, toMin: 7 * 60 }, [23 * hour, 26 * hour], [21 * hour, 7 * hour]],
    ["within a day", { fromMin: 12 * 60, toMin: 13 * 60 }, [noon, noon + 59 * minute], [noon - 1, 13 * hour]],
  ])("never in quiet hours %s, and what waits after them", (_name, quiet, inside, outside) => {
    for (const at of inside) expect(told([ended(1, at)], at, { quiet })).toBeGreaterThan(at);
    for (const at of outside) expect(told([ended(1, at)], at, { quiet })).toEqual([1]);
  });

  test("a thousand questions in an hour are at most sixty notices, and each is told once", () => {
    let [news, toldMs]: [readonly Tidings[], number] = [
      Array.from({ length: 1_000 }, (_, index) => asked(index + 1, noon + index * 3_600)),
      0,
    ];
    const sent: number[] = [];
    let notices = 0;
    for (let now = noon; news.length > 0; now += 1_000) {
      const there = news.filter(({ at }) => at <= now);
      const planned = plan(there, now, { toldMs });
      if (planned.kind === "wait") continue;
      notices += 1;
      toldMs = now;
      sent.push(...planned.tidings.map(({ pos }) => pos));
      news = news.filter((one) => !planned.tidings.includes(one));
    }
    expect(sent).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(notices).toBeLessThanOrEqual(61);
  });
});

test("what was answered, released or seen is no news, and of ends only the last", () => {
  const all = [ended(1, 0), asked(2, 0), held(3, 0), asked(4, 0), ended(5, 0)];
  const present = { questions: new Set(["q2", "q4"]), holds: new Set<string>(), lookedPos: 0 };
  const left = (more: Partial<typeof present>) => stillNews(all, { ...present, ...more }).map(({ pos }) => pos);
  expect(left({})).toEqual([2, 4, 5]);
  expect(left({ lookedPos: 2 })).toEqual([4, 5]);
  expect(left({ questions: new Set(), holds: new Set(["h3"]) })).toEqual([3, 5]);
});

test("a dead sink is left alone for longer and longer, never for more than ten minutes", () => {
  expect([1, 2, 3, 4, 5, 6, 50].map(restMs)).toEqual([5_000, 15_000, 45_000, 135_000, 405_000, 600_000, 600_000]);
});
