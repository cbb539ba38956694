import { join } from "node:path";

import Database from "better-sqlite3";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";

import { openLedger, type OpenLedger } from "../../../state/open-ledger.ts";
import { added, event, repository, runStarted, scratchFolder, StoppedClock } from "../sample.ts";

const folder = scratchFolder(afterAll);
const open = (path: string): OpenLedger =>
  openLedger({ path, mode: "engine", clock: new StoppedClock(), random: () => 0.5 });

async function filled(name: string): Promise<string> {
  const path = join(folder, `${name}.db`);
  const ledger = open(path);
  await ledger.log.append({
    repository,
    run: "R1",
    events: [runStarted(), added("A"), added("B"), event("note", { level: "info", text: "the text of a model" })],
  });
  expect(await ledger.editedTasks()).toEqual([]);
  expect(ledger.checkIntegrity()).toEqual([]);
  ledger.close();
  return path;
}

test("a task that somebody else has set to done is noticed without folding, and folding puts it right", async () => {
  const path = await filled("edited");
  const db = new Database(path);
  db.exec("UPDATE task SET state = 'DONE' WHERE id = 'B'");
  db.close();
  const ledger = open(path);
  expect(await ledger.editedTasks()).toEqual([{ repository, task: "B" }]);
  expect(ledger.checkIntegrity().map(({ code }) => code)).toEqual(["tables"]);
  ledger.rebuild();
  expect(await ledger.editedTasks()).toEqual([]);
  expect((await ledger.tasks.get(repository, "B"))?.state).toBe("NEW");
  ledger.close();
});

test("rows and events without a sum, as earlier versions wrote them, are no edits", async () => {
  const path = await filled("older");
  const db = new Database(path);
  db.exec("UPDATE task SET sum = NULL; UPDATE event SET sum = NULL");
  db.close();
  const ledger = open(path);
  expect(await ledger.editedTasks()).toEqual([]);
  expect(ledger.checkIntegrity()).toEqual([]);
  ledger.close();
});

test("whatever byte of a text is another one, a check says so", async () => {
  const path = await filled("flipped");
  const text = "the text of a model";
  const db = new Database(path);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom("#", "0", "Z"), (at, letter) => {
      const other = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
      const set = db.prepare("UPDATE event SET data = replace(data, ?, ?) WHERE type = 'note'");
      set.run(text, other);
      const ledger = open(path);
      const messages = ledger.checkIntegrity().map(({ message }) => message);
      ledger.close();
      set.run(other, text);
      expect(messages).toEqual(["the event at position 4 is not what was written"]);
    }),
    { numRuns: 30 },
  );
  db.close();
});
