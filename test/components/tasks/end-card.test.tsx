import { expect, test } from "vitest";

import { noon, run, runSnapshot, task, tasksSnapshot } from "../../view/fixtures.ts";
import { storySource, type FixedSource } from "../../view/story.ts";
import { TestScreen } from "../screen.tsx";
import { settled } from "../terminal.tsx";

const done = (id: string, proof: "checks" | "partly" | "none") =>
  task(id, `Do ${id}`, {
    state: "DONE",
    mergeCommit: "77aa88bb99cc",
    proof: { proof, provenBy: proof === "none" ? [] : ["test"], without: proof === "partly" ? ["lint"] : [] },
  });

const ended = (): FixedSource =>
  storySource()
    .set("review", "", { questions: [] })
    .set("run", "", runSnapshot({ engine: "absent", run: run({ state: "ended", endedAt: noon, exitCode: 1 }) }))
    .set(
      "tasks",
      "",
      tasksSnapshot(
        [
          done("A-1", "checks"),
          done("A-2", "none"),
          done("A-3", "none"),
          task("A-4", "Fail", { state: "FAILED" }),
          done("A-5", "partly"),
        ],
        {
          reverted: new Set(["A-3"]),
          unlanded: new Set(["A-1", "A-2"]),
        },
      ),
    );

test("the end of a run is told in one look, with the keys that come next", async () => {
  const screen = new TestScreen(ended(), { size: { columns: 80, rows: 24 } });
  await settled();
  expect(screen.frame).toContain("─ The run has ended ─");
  expect(screen.frame).toContain("✓ 2 proven (1 partly)   ! 1 unproven   x 1 failed   ~ 1 reverted");
  expect(screen.frame).toContain("cost $1.84 of $25.00   time 12m04s");
  expect(screen.frame).toContain("L land 2   o open A-2   : report   esc close");
  expect(screen.frame).not.toContain("─ Models ─");
});

test("it opens what nothing proves, and is away once it was closed", async () => {
  const screen = new TestScreen(ended(), { size: { columns: 80, rows: 24 } });
  await screen.press("o");
  expect(screen.frame).toContain("Tasks > A-2");
  await screen.press("esc", "esc");
  expect(screen.frame).not.toContain("The run has ended");
  expect(screen.frame).toContain("─ Models ─");
});
