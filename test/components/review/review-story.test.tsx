import { expect, test } from "vitest";

import type { DiffSnapshot } from "../../../src/view/screen/screen-source.ts";
import { changeRequestText } from "../../../src/view/screen/ui-state.ts";
import { noon, question, task, taskFacts, tasksSnapshot } from "../../view/fixtures.ts";
import { storySource, type FixedSource } from "../../view/story.ts";
import { TestScreen } from "../screen.tsx";
import { settled } from "../terminal.tsx";

const long = `${"a long way to the end of this line ".repeat(60)}HERE IT ENDS`;
const diffOf = (limit: number): DiffSnapshot => ({
  state: "ready",
  text: `diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -0,0 +1,2 @@\n+const limit = ${limit};\n+// ${long}\n`,
  note: null,
});

/** A merge waits, and behind it three plans. */
function asked(): FixedSource {
  const ids = ["M", "P1", "P2", "P3"];
  const kinds = ids.map((id) =>
    id === "M"
      ? question("qM", id, { actions: ["approve", "request_changes"] })
      : question(`q${id}`, id, { kind: "plan", actions: ["approve", "request_changes", "reject"] }),
  );
  return storySource()
    .set("tasks", "", tasksSnapshot(ids.map((id) => task(id, `Goal of ${id}`, { state: "AWAITING_HUMAN" }))))
    .set("review", "", { questions: kinds.map((one) => ({ question: one, answer: null })) })
    .set("task", "M", taskFacts(task("M", "Goal of M", { state: "AWAITING_HUMAN" })))
    .set("diff", "M", diffOf(10));
}

const lineWith = (screen: TestScreen, text: string): string =>
  screen.frame.split("\n").find((line) => line.includes(text)) ?? "";

test("a person reads a long line to its end, asks for changes, sees them come back resolved, and approves three plans at once", async () => {
  const source = asked();
  const screen = new TestScreen(source, { size: { columns: 120, rows: 36 }, initial: { view: "review" } });
  await screen.press("G");
  expect(lineWith(screen, "HERE IT ENDS")).not.toBe("");

  await screen.press("g", "j", "j", "c", "w", "h", "y", " ", "1", "0", "?", "\r");
  expect(lineWith(screen, "┊ › you: why 10?")).not.toBe("");
  await screen.press("a");
  expect(screen.frame).toContain("Send as change request");
  await screen.press("l", "\r");
  const sent = screen.sent.find(({ kind }) => kind === "answer");
  const text = changeRequestText({ text: "", comments: [{ file: "a.ts", line: 1, side: "new", text: "why 10?" }] });
  expect(sent).toMatchObject({ action: "request_changes", text, question: "qM" });

  const request = { kind: "merge" as const, text, by: "anna via screen", at: noon, tip: "t1" };
  const since =
    "diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-const limit = 10;\n+const limit = 20;\n";
  const facts = source.getSnapshot("task", "M");
  if (facts === null) throw new Error("no task");
  source.set("task", "M", { ...facts, request, requests: [request] });
  source.set("diff", "M", { ...diffOf(20), since: { t1: since } });
  await settled();
  await screen.press("K", "K", "K");
  expect(lineWith(screen, "why 10?")).not.toBe("");
  expect(screen.frame).toContain("you said before, this line has changed since: why 10?");

  await screen.press("J", "*", "A");
  expect(screen.frame).toContain("Approve these 3");
  await screen.press("l", "\r");
  const answers = screen.sent.flatMap((one) => (one.kind === "answer" && one.action === "approve" ? [one.task] : []));
  expect(answers).toEqual(["P1", "P2", "P3"]);
  screen.close();
});
