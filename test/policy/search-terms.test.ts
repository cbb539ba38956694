import * as fc from "fast-check";
import { expect, test } from "vitest";

import { fittingSymbols, symbolsOf } from "../../src/policy/file-symbols.ts";
import { leftOutByContent, leftOutByName } from "../../src/policy/indexed-files.ts";
import { mostTerms, partsOfName, searchTerms } from "../../src/policy/search-terms.ts";

test("names come first, whole and in parts; what stands in every task is left out", () => {
  expect(searchTerms("Please add the missing check to `openScratch` and to parse_HTTPHeader, please")).toEqual(
    "openscratch open scratch parse_httpheader parse http header missing check".split(" "),
  );
  expect(searchTerms("use it in the 12 of them")).toEqual([]);
  expect(searchTerms("Größe der Überschrift")).toEqual(["größe", "der", "überschrift"]);
});

test("a name falls apart at case and underscores", () => {
  expect(partsOfName("HTTPServerV2Handler")).toEqual(["HTTP", "Server", "V2", "Handler"]);
  expect(partsOfName("__max_wait_ms")).toEqual(["max", "wait", "ms"]);
  expect(partsOfName("___")).toEqual([]);
});

test("of any text there are few terms, none of them empty, long or twice", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 2_000 }), (text) => {
      const terms = searchTerms(text);
      expect(terms.length).toBeLessThanOrEqual(mostTerms);
      expect(new Set(terms).size).toBe(terms.length);
      expect(Math.max(0, ...terms.map(({ length }) => length))).toBeLessThanOrEqual(64);
      for (const term of terms) expect(term).toMatch(/^[\p{L}\p{N}\p{M}_]+$/u);
    }),
  );
});

test.each([
  [
    "a.ts",
    "export async function openDoor() {\n  const inner = 1;\n}\nexport const doors = 2;\ninterface Door {}",
    "openDoor doors Door",
  ],
  ["a.py", "class Door:\n    async def open(self):\n        door = 1", "Door open"],
  ["a.go", "func (d *Door) Open() error {\n}\ntype Door struct{}\n", "Open Door"],
  ["a.rs", "pub(crate) async fn open() {}\nimpl Door {}\nstruct Door;", "open Door"],
  ["A.java", "public final class Door {\n  private enum Side { LEFT }\n}", "Door Side"],
  ["a.rb", "module House\n  def self.open?\n  end\nend", "House open?"],
  ["a.c", "static int open_door(struct door *d)\n{\n  close_door(d);\n}\n#define MOST 3\n", "open_door MOST"],
  ["a.php", "abstract class Door {\n  public function open() {}\n}", "Door open"],
  ["a.sh", "open_door() {\n  echo\n}", "open_door"],
  ["a.txt", "function none() {}", ""],
])("what %s defines", (path, text, names) => {
  expect(symbolsOf(path, text).join(" ")).toBe(names);
});

test("no text takes long to be read for its names", () => {
  for (const piece of ["export ", "a ", "(", "a(", "async ", "\t", "a*", "public "])
    for (const end of ["ts", "py", "go", "rs", "java", "rb", "c", "php", "sh", "sql", "lua", "ex"])
      expect(symbolsOf(`a.${end}`, piece.repeat(60_000)).length).toBeLessThanOrEqual(400);
});

test("the names that fit come first, and no more than are wanted", () => {
  const names = ["closeDoor", "Window", "openDoor", "House"];
  expect(fittingSymbols(names, ["open", "door"], 3)).toEqual(["openDoor", "closeDoor", "Window"]);
  expect(fittingSymbols(names, [], 2)).toEqual(["closeDoor", "Window"]);
});

test.each([
  ["package-lock.json", "100644", 10, "lock file"],
  ["sub/Cargo.lock", "100644", 10, "lock file"],
  ["go.sum", "100644", 10, "lock file"],
  ["web/app.min.js", "100644", 10, "minified"],
  ["logo.PNG", "100644", 10, "binary"],
  ["data.json", "100644", 10_000_000, "large"],
  ["link", "120000", 10, "link"],
  ["submodule", "160000", 0, "link"],
  ["src/lock.ts", "100755", 10, null],
  ["src/block.json", "100644", 10, null],
])("%s is searched, or why not", (path, mode, bytes, why) => {
  expect(leftOutByName({ path, mode, bytes })).toBe(why);
});

test("what a program has written is not searched", () => {
  expect(leftOutByContent("a.txt", "a\0b")).toBe("binary");
  expect(leftOutByContent("a.js", `${"var a=1;".repeat(10_000)}\n`)).toBe("minified");
  expect(leftOutByContent("a.ts", "const a = 1;\n".repeat(10_000))).toBeNull();
});

test("a backlog is not searched: it has the words of all its tasks", () => {
  const backlog = "# mine\ntasks:\n  - {id: A, goal: Open the door}\n";
  expect(leftOutByContent("plans/mine.yml", backlog)).toBe("backlog");
  expect(leftOutByContent("notes.md", backlog)).toBeNull();
  expect(leftOutByContent("roles/web/tasks.yaml", "tasks:\n  - name: install\n")).toBeNull();
});
