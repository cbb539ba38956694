import { expect, test } from "vitest";

import { checkDefaults } from "../../src/backlog/settings-defaults.ts";
import type { Json } from "../../src/domain/json.ts";
import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { dieAtEveryCommit } from "./every-commit.ts";
import { quietWorld } from "./quiet-world.ts";
import { repository, type World } from "./world.ts";

const checks = [{ ...checkDefaults, name: "unit", run: "unit" }];
const stage = (id: string, more: Record<string, Json> = {}): Json => ({
  id,
  title: `stage ${id}`,
  goal: "a part",
  files: [],
  needs: [],
  checks: [],
  done_when: ["it works"],
  steps: [{ title: `do ${id}`, details: "", files: [] }],
  ...more,
});
const verdict = (more: Record<string, Json> = {}): Json => ({
  verdict: "approve",
  summary: "good",
  findings: [],
  closed: [],
  ...more,
});

/** Three stages; the first review finds something, what stage 1 broke is seen after stage 2, and stage 3 is not needed then. */
function answers({ role, key }: CallSpec): Json {
  switch (role) {
    case "planner":
      return {
        summary: "three stages",
        stages: [stage("ST1"), stage("ST2", { checks: ["unit"] }), stage("ST3")],
      };
    case "supervisor":
      return { changes: [{ op: "skip", stage: "ST3", met_by: "ST2" }], why: "it is there already" };
    case "code_reviewer":
      if (key.endsWith("/main/ST1.1/review/1"))
        return verdict({ verdict: "changes", findings: [{ severity: "major", file: "a.txt", text: "a flaw" }] });
      return verdict(key.endsWith("/main/ST1.1/review/2") ? { closed: ["F1"] } : {});
    default:
      return null;
  }
}

/** `unit` is red at all that the task brings before its fourth step, which is of the second opening of stage 1. */
const redAt = (tree: string): boolean => /\["own\/A\.txt","A\/g1\/main\/(S1|S2|ST1\.1)\//.test(tree);

const worldOf = (): World =>
  quietWorld(
    "adaptive",
    { checks },
    { mood: () => ({ ...goodMood, answers }), faults: () => ({ git: 0, red: 0, redAt }) },
  );

/** Whatever happens to an engine, this happened in this order, once. */
async function told({ ledger }: World): Promise<unknown> {
  const events = await ledger.log.since(0);
  const moves = events.flatMap((event) =>
    event.type === "stage.moved"
      ? [`${event.data.stage}.${event.data.opening} ${event.data.from} > ${event.data.to}`]
      : event.type === "roadmap.revised"
        ? [`roadmap ${event.data.rev} by ${event.data.by === "rules" ? "rules" : "a model"}`]
        : event.type === "stage.regressed"
          ? [`${event.data.check} since ${event.data.stage}`]
          : event.type === "finding.opened" || event.type === "finding.closed" || event.type === "merge.done"
            ? [event.type]
            : [],
  );
  const calls = events.flatMap((event) =>
    event.type === "call.started" ? [`${event.data.role} ${event.data.key}`] : [],
  );
  const rows = (await ledger.tasks.list(repository)).map(({ id, state, generation }) => `${id} ${state} ${generation}`);
  const { steps = [], roadmap = null } = (await ledger.tasks.detail(repository, "A")) ?? {};
  return {
    moves,
    calls,
    rows,
    steps: steps.map(({ id, state, stage: of }) => `${of} ${id} ${state}`),
    stages: roadmap?.stages.map(({ id, state, opening }) => `${id} ${state} ${opening}`),
  };
}

test("a finding, a stage that is opened again and one that is skipped come out the same, whichever commit an engine dies at", async () => {
  const { commits, told: undisturbed } = await dieAtEveryCommit(worldOf, [taskSpec("A", { mode: "adaptive" })], told);
  expect(undisturbed).toMatchInlineSnapshot(`
    {
      "calls": [
        "planner g1/main/plan/1",
        "plan_reviewer g1/main/plan/1/review",
        "implementer g1/main/S1/implement/1",
        "code_reviewer g1/main/ST1.1/review/1",
        "implementer g1/main/ST1.1/implement/2",
        "code_reviewer g1/main/ST1.1/review/2",
        "implementer g1/main/S2/implement/1",
        "code_reviewer g1/main/ST2.1/review/1",
        "supervisor g1/road/after/ST2.1",
        "implementer g1/main/S4/implement/1",
        "code_reviewer g1/main/ST1.2/review/1",
      ],
      "moves": [
        "roadmap 1 by a model",
        "ST1.1 PENDING > ACTIVE",
        "finding.opened",
        "finding.closed",
        "ST1.1 ACTIVE > DONE",
        "ST2.1 PENDING > ACTIVE",
        "ST2.1 ACTIVE > DONE",
        "unit since ST1",
        "roadmap 2 by rules",
        "ST1.2 DONE > ACTIVE",
        "roadmap 3 by a model",
        "ST3.0 PENDING > SKIPPED",
        "ST1.2 ACTIVE > DONE",
        "merge.done",
      ],
      "rows": [
        "A DONE 1",
      ],
      "stages": [
        "ST1 DONE 2",
        "ST2 DONE 1",
        "ST3 SKIPPED 0",
      ],
      "steps": [
        "ST1 S1 COMPLETED",
        "ST1 S4 COMPLETED",
        "ST2 S2 COMPLETED",
        "ST3 S3 PENDING",
      ],
    }
  `);
  expect(commits).toBeGreaterThan(40);
}, 300_000);
