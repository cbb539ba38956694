import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { reportedTests } from "../../src/workspace/junit.ts";
import { matchLines } from "../../src/workspace/line-pattern.ts";
import { tailOf } from "../../src/processes/user-command.ts";

describe("a JUnit report", () => {
  test("names failed and broken tests once, passed and skipped ones never", () => {
    const xml = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY boom "boom">]>
      <testsuites><testsuite name="outer &amp; co">
        <testcase classname="a.B" name='says "hi" &lt;&#66;&#x43;&gt; &boom;' time="1"><failure message="a > b">text</failure></testcase>
        <testcase classname="a.B" name="fine"/>
        <testcase classname="a.B" name="skipped"><skipped/></testcase>
        <testcase name="no class"><error/></testcase>
        <testcase name="no class"><error/></testcase>
        <testcase name="quoted > bracket"><system-out><![CDATA[<failure/>]]></system-out></testcase>
        <!-- <testcase name="comment"><failure/></testcase> -->
        <testsuite name="inner"><testcase name="deep"><n:failure/></testcase></testsuite>
        <testcase name="back"><failure/></testcase>
        <system-err><failure/></system-err>
      </testsuite></testsuites>`;
    expect(reportedTests(xml).failed).toEqual([
      'a.B > says "hi" <BC> &boom;',
      "outer & co > no class",
      "inner > deep",
      "outer & co > back",
    ]);
  });

  test.each([
    "",
    "<",
    "<testcase",
    '<testcase name="a',
    "<![CDATA[",
    "<!--",
    "</testcase>",
    "<testcase name='a'><failure",
    "{}",
  ])("cut off as %j is no harm", (xml) => {
    expect(reportedTests(xml).failed).toEqual([]);
  });

  test("of any text is read without an error, and in time that grows with it", () => {
    const pieces = fc.constantFrom(
      "<",
      ">",
      "/",
      "testcase",
      "failure",
      " name=",
      '"',
      "'",
      "<!--",
      "-->",
      "&#x41;",
      "&#xfffffff;",
      "a",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        expect(Array.isArray(reportedTests(parts.join("")).failed)).toBe(true);
      }),
    );
    expect(reportedTests("<testcase name='".repeat(100_000)).failed).toEqual([]);
    expect(reportedTests(`<testcase ${"a".repeat(500_000)} name='x'><failure/></testcase>`).failed).toEqual(["x"]);
  });
});

describe("a pattern", () => {
  test("finds each line once, or its group, without terminal codes", () => {
    const output = "ok\r\n\u001b[31merror: a\u001b[0m\r\n  error: a  \nwarning\nerror: b";
    expect(matchLines(output, "error: ")).toEqual({ lines: ["error: a", "error: b"] });
    expect(matchLines(output, "error: (.)")).toEqual({ lines: ["a", "b"] });
    expect(matchLines(output, "^nothing$")).toEqual({ lines: [] });
  });

  test("that is none, or never ends, is a fault", () => {
    expect(matchLines("x", "(")).toHaveProperty("fault");
    const never = matchLines(`${"a".repeat(60)}b`, "^(a+)+$");
    expect(never).toHaveProperty("fault");
  });
});

test("the tail of an output is its last lines, plain", () => {
  const output = Array.from({ length: 500 }, (_, n) => `\u001b[1mline ${n}\u001b[0m\r\n`).join("");
  expect(tailOf(output).split("\n")).toEqual(Array.from({ length: 60 }, (_, n) => `line ${440 + n}`));
  expect(tailOf("x".repeat(1_000_000))).toHaveLength(6_000);
  expect(tailOf("")).toBe("");
});
