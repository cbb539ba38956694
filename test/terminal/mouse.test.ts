import { describe, expect, test } from "vitest";

import { MouseReports, type MouseReport } from "../../src/terminal/mouse.ts";

interface Heard {
  text: string;
  events: MouseReport[];
}

/** All that comes of some pieces. */
function hear(pieces: readonly string[]): Heard {
  const reports = new MouseReports();
  const heard: Heard = { text: "", events: [] };
  for (const piece of pieces) {
    const { text, events } = reports.push(piece);
    heard.text += text;
    heard.events.push(...events);
  }
  heard.text += reports.release();
  return heard;
}

const press = "\x1b[<0;12;5M";
const wheelDown = "\x1b[<65;3;4M";

test("a press, its release and a turn of the wheel, with the cells counted from nought", () => {
  expect(hear([`${press}\x1b[<0;12;5m${wheelDown}\x1b[<64;3;4M`])).toEqual({
    text: "",
    events: [
      { kind: "press", x: 11, y: 4, by: 1 },
      { kind: "wheel", x: 2, y: 3, by: 1 },
      { kind: "wheel", x: 2, y: 3, by: -1 },
    ],
  });
  // Moves, other buttons, and a press with shift.
  expect(hear(["\x1b[<35;1;1M\x1b[<2;1;1M\x1b[<4;1;1M"]).events).toEqual([{ kind: "press", x: 0, y: 0, by: 1 }]);
});

test("byte by byte, between keys, nothing of it is typed", () => {
  const sent = `a${press}b\x1b[A${wheelDown}c\x1b[27u`;
  expect(hear([sent])).toEqual(hear(sent.split("")));
  expect(hear(sent.split(""))).toMatchObject({
    text: "ab\x1b[Ac\x1b[27u",
    events: [{ kind: "press" }, { kind: "wheel" }],
  });
});

test("cut in two anywhere it is one report, and a flood of them is only reports", () => {
  for (let at = 1; at < press.length; at += 1)
    expect(hear([press.slice(0, at), press.slice(at)])).toMatchObject({ text: "", events: [{ kind: "press" }] });
  const flood = wheelDown.repeat(5_000);
  expect(hear([flood.slice(0, 12_345), flood.slice(12_345)])).toMatchObject({ text: "" });
  expect(hear([flood]).events).toHaveLength(5_000);
});

test("a lone esc is the key, and what comes late behind it as the rest of a report is not typed", () => {
  const reports = new MouseReports();
  expect(reports.push("\x1b")).toEqual({ text: "", events: [] });
  expect(reports.holdMs).toBeGreaterThan(0);
  expect(reports.release()).toBe("\x1b");
  expect(reports.push("[<0;1;1M")).toMatchObject({ text: "", events: [{ kind: "press" }] });
  reports.push("\x1b");
  expect(reports.release()).toBe("\x1b");
  expect(reports.push("[")).toEqual({ text: "", events: [] });
  expect(reports.push("<0;1;1M")).toMatchObject({ text: "", events: [{ kind: "press" }] });
  // The key esc, and then that key.
  reports.push("\x1b");
  expect([reports.release(), reports.push("[").text, reports.release()]).toEqual(["\x1b", "", "["]);
  expect(reports.push("[a").text).toBe("[a");
  // A pause in the middle of one ends nothing.
  expect(reports.push("\x1b[<0;1")).toEqual({ text: "", events: [] });
  expect(reports.release()).toBe("");
  expect(reports.push("2;5M")).toMatchObject({ text: "", events: [{ x: 11, y: 4 }] });
});

describe("a paste", () => {
  test("keeps what looks like a report, also where it comes in pieces", () => {
    const paste = `\x1b[200~before ${press} behind\x1b[201~`;
    expect(hear([`${paste}${press}`])).toMatchObject({ text: paste, events: [{ kind: "press" }] });
    expect(hear([paste.slice(0, 20), paste.slice(20)])).toEqual({ text: paste, events: [] });
  });
});
