import { expect, test } from "vitest";

import type { NewEvent } from "../../../src/domain/events.ts";
import { takenUp, type StageState } from "../../../src/domain/roadmap.ts";
import { roadmapRequests } from "../../../src/engine/task/roadmap-requests.ts";
import {
  added,
  begun,
  committed,
  event,
  moves,
  openMemory,
  repository,
  run,
  runStarted,
  settingsFixed,
} from "../sample.ts";

const step = (id: string, stage: string, opening = 1) => ({ id, title: `do ${id}`, stage, opening });
const changed = (...steps: ReturnType<typeof step>[]): NewEvent =>
  event("steps.changed", { generation: 1, steps }, { task: "A" });
const moved = (stage: string, opening: number, from: StageState, to: StageState, reason: string): NewEvent =>
  event(
    "stage.moved",
    { generation: 1, stage, opening, from, to, reason, tip: `t-${stage}.${opening}` },
    { task: "A" },
  );
const revised = (rev: number, stages: readonly string[]): NewEvent =>
  event(
    "roadmap.revised",
    {
      generation: 1,
      rev,
      roadmap: {
        facts: [],
        unknown: [],
        guesses: [],
        stages: stages.map((id) => ({
          id,
          title: id,
          goal: "",
          files: [],
          needs: [],
          checks: [],
          doneWhen: [],
          steps: [],
        })),
      },
      changes: [],
      why: `revision ${rev}`,
      by: "opus",
    },
    { task: "A" },
  );

test("who goes back before a change of the roadmap finds stages and steps as they were then", async () => {
  const { ledger } = await story();
  const before = await ledger.tasks.detail(repository, "A");
  expect(before?.steps.map(({ id, stage, index }) => `${id} ${stage} ${index}`)).toEqual([
    "S1 ST1 1",
    "S3 ST1 2",
    "S2 ST2 3",
  ]);
  await ledger.log.append({
    repository,
    run,
    events: [
      event(
        "task.restarted",
        {
          generation: 2,
          keep: ["road/1", "road/open/ST1.1", "road/done/ST1.1"],
          reason: "rewound",
          to: "IMPLEMENTING",
          commit: null,
          model: null,
          text: null,
        },
        { task: "A" },
      ),
      begun("A", 2),
    ],
  });
  const after = await ledger.tasks.detail(repository, "A");
  expect(after?.steps.map(({ id, stage, index }) => `${id} ${stage} ${index}`)).toEqual(["S1 ST1 1", "S2 ST2 2"]);
  expect(after?.roadmap?.revisions.map(({ why }) => why)).toEqual(["revision 1"]);
  expect(after?.roadmap?.stages).toMatchObject([
    { id: "ST1", state: "DONE", opening: 1, reason: "begun", tip: "t-ST1.1" },
    { id: "ST2", state: "PENDING", opening: 0 },
  ]);
  expect(ledger.checkIntegrity()).toEqual([]);
  ledger.rebuild();
  expect(await ledger.tasks.detail(repository, "A")).toEqual(after);
});

/** Two stages; the first is done, opened again with a third step, and the second begun. */
async function story() {
  const opened = openMemory();
  const put = (...events: readonly NewEvent[]) => opened.ledger.log.append({ repository, run, events });
  await put(runStarted(), settingsFixed(), added("A"), begun("A"), ...moves("A", "NEW", "IMPLEMENTING"));
  const steps = [step("S1", "ST1"), step("S2", "ST2")];
  await put(
    event(
      "steps.set",
      { generation: 1, steps: steps.map(({ id, title, stage }) => ({ id, title, stage })) },
      { task: "A" },
    ),
    revised(1, ["ST1", "ST2"]),
    committed("A", "g1/road/1", null),
  );
  await put(moved("ST1", 1, "PENDING", "ACTIVE", "begun"), committed("A", "g1/road/open/ST1.1", null));
  await put(moved("ST1", 1, "ACTIVE", "DONE", "done"), committed("A", "g1/road/done/ST1.1", null));
  await put(
    revised(2, ["ST1", "ST2"]),
    moved("ST1", 2, "DONE", "ACTIVE", "it broke"),
    changed(step("S1", "ST1"), step("S3", "ST1", 2), step("S2", "ST2")),
    committed("A", "g1/road/reopen/ST1.1", null),
  );
  await put(moved("ST1", 2, "ACTIVE", "DONE", "mended"), committed("A", "g1/road/done/ST1.2", null));
  return opened;
}

test("a task takes up what it was told it would, and nothing that was refused or not looked at yet", async () => {
  const { ledger } = await story();
  const actor = { kind: "person", name: "kim", pid: null } as const;
  const given = (id: string): NewEvent =>
    event("command.given", {
      given: { id, command: { kind: "skip_stage", task: "A", stage: "ST9" }, actor, givenAt: 1 },
    });
  const taken = (id: string, result: string): NewEvent => event("command.taken", { id, result });
  const events = [given("c1"), given("c2"), given("c3"), taken("c1", "There is no stage ST9."), taken("c2", takenUp)];
  await ledger.log.append({ repository, run, events });
  expect((await roadmapRequests({ ledger, repository }, { id: "A" })).map(({ id }) => id)).toEqual(["c2"]);
});
