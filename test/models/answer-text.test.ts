import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Json } from "../../src/domain/json.ts";
import { lastJsonObject, lastObjectRange } from "../../src/models/answer-text.ts";

/** By trying everything: the object with the last end. */
function slowly(text: string): string | null {
  for (let end = text.length; end > 0; end -= 1) {
    if (text[end - 1] !== "}") continue;
    for (let start = 0; start < end; start += 1) {
      if (text[start] !== "{") continue;
      try {
        JSON.parse(text.slice(start, end));
        return text.slice(start, end);
      } catch {
        continue;
      }
    }
  }
  return null;
}

function found(text: string): string | null {
  const range = lastObjectRange(text);
  return range === null ? null : text.slice(range.start, range.end);
}

describe("the last JSON object", () => {
  test.each<[string, string, unknown]>([
    ["alone", `{"a":1}`, { a: 1 }],
    ["after prose", `I looked.\n{"verdict":"approve"}`, { verdict: "approve" }],
    ["before prose", `{"verdict":"approve"}\nThat is all.`, { verdict: "approve" }],
    ["over several lines", `{\n  "a": [\n    1\n  ]\n}\n`, { a: [1] }],
    ["in a code fence", 'Here:\n```json\n{"a": {"b": null}}\n```\n', { a: { b: null } }],
    ["of several", `{"a":1} {"a":2}`, { a: 2 }],
    ["the outer one", `{"a":{"b":{}}}`, { a: { b: {} } }],
    ["braces in strings", `{"a":"} {","b":"\\"}"}`, { a: "} {", b: '"}' }],
    ["JSON in a string", `{"a":"{\\"b\\":1}","c":"{}"}`, { a: '{"b":1}', c: "{}" }],
    ["code before it", `if (x) { return "a"; }\n{"a":1}`, { a: 1 }],
    ["an open brace before it", `{ and then {"a":1}`, { a: 1 }],
    ["an open quote before it", `he said {" and {"a":1}`, { a: 1 }],
    ["a broken object around it", `{a: {"b":1}}`, { b: 1 }],
    [
      "all kinds of values",
      `{"a":[true,false,null,-0,1.5e+3,"\\u00e9\\n"]}`,
      { a: [true, false, null, -0, 1500, "é\n"] },
    ],
    ["with Windows line ends", `{\r\n"a":1\r\n}\r\n`, { a: 1 }],
    ["empty", `nothing to say: {}`, {}],
  ])("%s", (_name, text, value) => {
    expect(lastJsonObject(text)).toEqual(value);
  });

  test.each([
    "",
    "no",
    "[1]",
    `"{"`,
    "{",
    "}",
    "{]",
    "{'a':1}",
    `{"a":1`,
    `{"a":01}`,
    `{"a":1.}`,
    `{"a":tru}`,
    `{"a":"\n"}`,
    `{"a":1,}`,
    `{"a":"\\x"}`,
    `{"a":"\\u12g4"}`,
    `{"a" 1}`,
    `{"a":-}`,
    `{,}`,
    `{"a":nul}`,
    `{"a":1e}`,
    `\u0000`,
  ])("none in %j", (text) => {
    expect(lastJsonObject(text)).toBeUndefined();
  });

  test("the last object that fits counts, else the last", () => {
    const fits = (object: Json): boolean => typeof object === "object" && object !== null && "verdict" in object;
    const verdict = '{"verdict": "approve", "findings": [{"id": 1}]}';
    const read = (text: string) => lastJsonObject(text, fits);
    expect(read(`${verdict}\nFor example: {"a": 1}`)).toEqual(JSON.parse(verdict));
    expect(read(`{"verdict": "changes"}\n\`\`\`json\n${verdict}\n\`\`\`\n{} [{"b": {}}]`)).toEqual(JSON.parse(verdict));
    expect(read(`{"answer": ${verdict}}`)).toEqual(JSON.parse(verdict));
    expect(read('{"a": 1} and {"b": 2}')).toEqual({ b: 2 });
    expect(read("none")).toBeUndefined();
    expect(read(`${verdict}${"{}".repeat(100_000)}`)).toEqual({});
  });

  test("deep nesting is no danger", () => {
    expect(lastJsonObject(`${'{"a":'.repeat(150)}1${"}".repeat(150)}`)).toBeDefined();
    const deep = lastJsonObject(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
    expect(JSON.stringify(deep).length).toBeLessThan(2000);
  });

  test("is what trying everything finds", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"',
      "\\",
      ":",
      ",",
      " ",
      "\n",
      "a",
      "1",
      "-",
      "0",
      ".",
      "e",
      '"a":',
      '"b"',
      "true",
      "null",
      "\\u00e9",
      '{"a":1}',
      "{}",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join("");
        expect(found(text)).toBe(slowly(text));
      }),
      { numRuns: 3000 },
    );
  });

  test("is found behind any prose without a closing brace", () => {
    const prose = fc.string({ unit: "binary" }).map((text) => text.replaceAll("}", ""));
    fc.assert(
      fc.property(
        prose,
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
        fc.constantFrom(0, 2),
        (before, value, indent) => {
          const json = JSON.stringify(value, null, indent);
          expect(found(`${before}\n${json}`)).toBe(json);
        },
      ),
    );
  });

  test("any text is read without a throw", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => found(text) === slowly(text)));
  });

  test.each(["{", '{"', '{"a":', '{"a{', "{\\", '{"\\', "[{", '{"a":[{', '{"a":"{"}'])(
    "of half a million times the text %j the end is reached",
    (piece) => {
      const text = piece.repeat(500_000);
      const range = piece.endsWith("}") ? { start: text.length - piece.length, end: text.length } : null;
      expect(lastObjectRange(text)).toEqual(range);
    },
  );
});
