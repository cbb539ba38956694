import { describe, expect, test } from "vitest";

import { parseDiff } from "../../../src/view/review/diff-lines.ts";
import { commentsIn, earlierComments, lineNow } from "../../../src/view/review/line-history.ts";
import { changeRequestText } from "../../../src/view/screen/ui-state.ts";

const since = `diff --git a/a.ts b/a.ts
--- a/a.ts
+++ b/a.ts
@@ -3,5 +3,6 @@
 three
+new
+newer
-four
 five
 six
 seven
`;

test("the comments of a request are read back from its words", () => {
  const comments = [
    { file: "a.ts", line: 4, side: "new" as const, text: "why: so?" },
    { file: "b c.ts", line: 9, side: "old" as const, text: "keep it\nplease" },
  ];
  expect(commentsIn(changeRequestText({ text: "Do it again.", comments }))).toEqual(comments);
});

describe("a line", () => {
  test.each([
    [1, 1],
    [3, 3],
    [4, null],
    [5, 6],
    [90, 91],
  ])("%d is at %j now", (line, now) => {
    expect(lineNow(parseDiff(since), "a.ts", line)).toBe(now);
  });

  test("of a file that did not change stays", () => {
    expect(lineNow(parseDiff(since), "other.ts", 4)).toBe(4);
  });
});

test("a comment is resolved when its line has changed, and open where it went with what is above it", () => {
  const request = {
    kind: "merge" as const,
    text: "a.ts:4: name it\na.ts:6: and this",
    by: "anna via screen",
    at: 0,
    tip: "t1",
  };
  expect(earlierComments([request], { t1: since }).map(({ state, now, text }) => [state, now, text])).toEqual([
    ["resolved", null, "name it"],
    ["open", 7, "and this"],
  ]);
});
