import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { commentPlace, nextFile, nextHunk, parseDiff } from "../../../src/view/review/diff-lines.ts";
import { diffNote } from "../../../src/view/review/diff-rows.ts";
import { fileDigest } from "../../../src/view/review/viewed.ts";
import { diffText } from "../fixtures.ts";
import { hostileText } from "../hostile.ts";

const diff = parseDiff(diffText);

describe("a diff", () => {
  test("knows its files", () => {
    expect(diff.files.map(({ path, status, added, removed }) => [status, path, added, removed])).toEqual([
      ["M", "src/auth/guard.ts", 5, 2],
      ["A", "test/guard.test.ts", 3, 0],
      ["D", "docs/old.md", 0, 2],
    ]);
    expect([diff.added, diff.removed, diff.hunks.length]).toEqual([8, 4, 4]);
  });

  test("numbers its lines on both sides", () => {
    expect(diff.lines.slice(2, 8).map(({ kind, old, new: now }) => [kind, old, now])).toEqual([
      ["context", 12, 12],
      ["context", 13, 13],
      ["removed", 14, null],
      ["added", null, 14],
      ["added", null, 15],
      ["added", null, 16],
    ]);
  });

  test("takes a removed line that looks like a header for what it is", () => {
    expect(diff.lines.at(-1)).toMatchObject({ kind: "removed", text: "-- gone", old: 2 });
  });

  test.each([
    ["rename", "diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n", { status: "R", path: "y" }],
    [
      "binary",
      "diff --git a/i.png b/i.png\nindex 1..2\nBinary files a/i.png and b/i.png differ\n",
      { status: "B", path: "i.png" },
    ],
    ["mode", "diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n", { status: "M", path: "run.sh" }],
    ["spaces", "diff --git a/a b.txt b/a b.txt\n--- a/a b.txt\n+++ b/a b.txt\n", { status: "M", path: "a b.txt" }],
    ["quotes", 'diff --git "a/\\303.txt" "b/\\303.txt"\n+++ "b/\\303.txt"\n', { path: "\\303.txt".replace(/^/, "") }],
  ])("of a %s", (_what, text, file) => {
    expect(parseDiff(text).files[0]).toMatchObject(file.path.startsWith("\\") ? {} : file);
  });

  test.each([
    ["a space", "+++ b/a b.txt\t", "a b.txt"],
    ["a space at the end of a folder", "+++ b/d / b/c\t", "d / b/c"],
    ["marks and a line feed", String.raw`+++ "b/new\nline\t\"q\" \\.txt"`, 'new\nline\t"q" \\.txt'],
    ["an escape sequence", String.raw`+++ "b/es\033[31mc"`, "es\u001b[31mc"],
  ])("a file whose name has %s is known by it", (_what, header, path) => {
    const name = header.slice(4).replace(/\t$/, "");
    const text = `diff --git ${name.replace("b/", "a/")} ${name}\n`;
    expect(parseDiff(`${text}--- /dev/null\n${header}\n@@ -0,0 +1 @@\n+x\n`).files[0]?.path).toBe(path);
    expect(parseDiff(`${text}new file mode 100644\nindex 0000000..e69de29\n`).files[0]?.path).toBe(path);
    expect(parseDiff(`${text}index 1..2\nBinary files differ\n`).files[0]?.path).toBe(path);
  });

  test.each([
    ["new file mode 120000", /symbolic link/],
    ["index 1..2 120000", /symbolic link/],
    ["index 1..2 160000", /submodule/],
    ["new file mode 100755", /may be run/],
    ["old mode 100644\nnew mode 100755", /may be run/],
    ["old mode 100755\nnew mode 100644", /no longer be run/],
    ["rename from before.txt\nrename to x", /renamed from before\.txt/],
  ])("%s is said in words", (header, words) => {
    const { lines } = parseDiff(`diff --git a/x b/x\n${header}\n`);
    expect(lines.filter(({ kind }) => kind === "meta").map(({ text }) => text)).toEqual([expect.stringMatching(words)]);
  });

  test("a picture that is another now does not count as looked at", () => {
    const of = (ids: string) => parseDiff(`diff --git a/i.png b/i.png\nindex ${ids} 100644\nBinary files differ\n`);
    expect(fileDigest(of("1..2"), 0)).toBe(fileDigest(of("1..2"), 0));
    expect(fileDigest(of("1..2"), 0)).not.toBe(fileDigest(of("1..3"), 0));
  });

  test("without a newline at the end says so", () => {
    const lines = parseDiff(
      "diff --git a/x b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
    ).lines;
    expect(lines.map(({ kind }) => kind)).toEqual(["file", "hunk", "removed", "meta", "added", "meta"]);
  });

  test("of any text does not throw and keeps its lines in order", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            hostileText,
            fc.constantFrom("@@ -1,2 +1,3 @@", "diff --git a/x b/x", "+++ b/x", "--- a/x", "+a", "-b", " c", "\\ x"),
          ),
          { maxLength: 30 },
        ),
        (parts) => {
          const { lines, files, hunks } = parseDiff(parts.join("\n"));
          for (const at of hunks) expect(lines[at]?.kind).toBe("hunk");
          for (const { at } of files) expect(lines[at]?.kind).toBe("file");
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("moving in it", () => {
  test("goes from hunk to hunk and from file to file", () => {
    expect([nextHunk(diff, 0, 1), nextHunk(diff, 2, 1), nextHunk(diff, 99, -1), nextHunk(diff, 0, -1)]).toEqual([
      1, 12, 24, 1,
    ]);
    const second = diff.files[1]?.at ?? -1;
    expect([
      nextFile(diff, 3, 1),
      nextFile(diff, 3, -1),
      nextFile(diff, second, -1),
      nextFile(diff, second + 1, -1),
    ]).toEqual([second, 0, 0, second]);
    expect(nextFile(diff, diff.lines.length - 1, 1)).toBe(diff.lines.length - 1);
  });

  test("knows where a comment belongs", () => {
    expect(commentPlace(diff, 5)).toEqual({ file: "src/auth/guard.ts", line: 14, side: "new" });
    expect(commentPlace(diff, 4)).toEqual({ file: "src/auth/guard.ts", line: 14, side: "old" });
    expect(commentPlace(diff, 0)).toBeNull();
    expect(commentPlace(diff, 9999)).toBeNull();
  });
});

test.each([
  [{ state: "loading", text: "", note: null }, "Reading the diff…"],
  [{ state: "none", text: "", note: null }, "No changes yet."],
  [{ state: "failed", text: "", note: "bad object" }, "No diff: bad object"],
  [{ state: "ready", text: "\n", note: null }, "The branch changes nothing."],
  [{ state: "ready", text: "diff", note: null }, null],
] as const)("%j says %j", (snapshot, said) => {
  expect(diffNote(snapshot)).toBe(said);
});
