import { expect, test } from "vitest";

import { checkDefaults } from "../../src/backlog/settings-defaults.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Settings } from "../../src/domain/settings.ts";
import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { taskSpec } from "./backlogs.ts";
import { goodMood } from "./behaviour.ts";
import { dieAtEveryCommit, saying } from "./every-commit.ts";
import { quietWorld } from "./quiet-world.ts";
import { splitting } from "./split-pipeline.ts";
import { repository, type World, type WorldOptions } from "./world.ts";

const details = "- bring the alpha list\n- bring the beta list\n- bring the gamma list";
const large = taskSpec("T", { mode: "context-aware", goal: "bring three lists", details });
const lists = ["alpha", "beta", "gamma"].map((name) => `bring the ${name} list`);

/** Three parts, of which the second needs the first; at first they are said to leave something out. */
function answers({ role, key, task, prompt }: CallSpec): Json {
  if (role === "synthesizer")
    return { summary: "three lists", claims: [], unmet: key.endsWith("/main/joined/1") ? ["A3"] : [] };
  if (role !== "planner" || task !== "T") return null;
  const asked = lists.filter((goal) => prompt.includes(goal));
  const parts = asked.map((goal, n) => ({
    goal,
    covers: [`A${n + 1}`],
    quote: goal,
    files: [`own/part-${n}.txt`],
    needs: n === 1 ? ["P1"] : [],
    complexity: 2,
  }));
  return { parts, keep_whole: false };
}

const worldOf = (settings: Partial<Settings> = {}, around: Partial<WorldOptions["around"]> = {}): World =>
  quietWorld(
    "split",
    settings,
    { mood: () => ({ ...goodMood, answers }), ...around },
    { mistake: (parts) => ({ ...parts, pipelines: { ...parts.pipelines, "context-aware": splitting } }) },
  );

/** What became of each task by itself: parts run beside each other in any order. */
async function told({ ledger }: World): Promise<unknown> {
  const events = await ledger.log.since(0);
  const tasks = await ledger.tasks.list(repository);
  return tasks.map(({ id, state, generation }) => ({
    row: `${id} ${state} ${generation}`,
    told: events.flatMap((event) => {
      if (event.task !== id) return [];
      if (event.type === "call.started") return [`${event.data.role} ${event.data.key}`];
      const types = ["task.split", "parts.joined", "question.asked", "question.answered", "task.proven", "merge.done"];
      return types.includes(event.type) ? [event.type] : [];
    }),
  }));
}

test("a task is split, joined and finished by itself the same, whichever commit an engine dies at", async () => {
  const joined = (): World => worldOf({ roles: { synthesizer: ["one"] } });
  const { commits, told: undisturbed } = await dieAtEveryCommit(joined, [large], told, saying("restart"));
  expect(undisturbed).toMatchInlineSnapshot(`
    [
      {
        "row": "T DONE 1",
        "told": [
          "planner g1/main/split",
          "task.split",
          "synthesizer g1/main/joined/1",
          "parts.joined",
          "question.asked",
          "question.answered",
          "implementer g1/main/unmet-1/implement/1",
          "code_reviewer g1/main/unmet-1/review/1",
          "synthesizer g1/main/joined/2",
          "parts.joined",
          "task.proven",
          "task.proven",
          "merge.done",
          "task.proven",
        ],
      },
      {
        "row": "T.1 DONE 1",
        "told": [
          "implementer g1/main/S1/implement/1",
          "code_reviewer g1/main/whole/review/1",
          "task.proven",
          "merge.done",
          "task.proven",
        ],
      },
      {
        "row": "T.2 DONE 1",
        "told": [
          "implementer g1/main/S1/implement/1",
          "code_reviewer g1/main/whole/review/1",
          "task.proven",
          "merge.done",
          "task.proven",
        ],
      },
      {
        "row": "T.3 DONE 1",
        "told": [
          "implementer g1/main/S1/implement/1",
          "code_reviewer g1/main/whole/review/1",
          "task.proven",
          "merge.done",
          "task.proven",
        ],
      },
    ]
  `);
  expect(commits).toBeGreaterThan(40);
}, 300_000);

test("a part that fails and is tried again brings the same, whichever commit an engine dies at", async () => {
  const two = taskSpec("T", { ...large, details: details.split("\n").slice(0, 2).join("\n") });
  const checks = [{ ...checkDefaults, name: "unit", run: "unit" }];
  const redAt = (tree: string): boolean => tree.includes('["own/T.2.txt","T.2/g1/');
  const red = (): World => worldOf({ checks }, { faults: () => ({ git: 0, red: 0, redAt }) });
  const { commits, told: undisturbed } = await dieAtEveryCommit(red, [two], told, saying("retry"));
  expect(undisturbed).toMatchInlineSnapshot(`
    [
      {
        "row": "T DONE 1",
        "told": [
          "planner g1/main/split",
          "task.split",
          "question.asked",
          "question.answered",
          "parts.joined",
          "task.proven",
        ],
      },
      {
        "row": "T.1 DONE 1",
        "told": [
          "implementer g1/main/S1/implement/1",
          "code_reviewer g1/main/whole/review/1",
          "task.proven",
          "merge.done",
          "task.proven",
        ],
      },
      {
        "row": "T.2 DONE 2",
        "told": [
          "implementer g1/main/S1/implement/1",
          "code_reviewer g1/main/whole/review/1",
          "implementer g1/main/fix-gate-1-1/implement/1",
          "code_reviewer g1/main/fix-gate-1-1/review/1",
          "implementer g1/main/fix-gate-1-2/implement/1",
          "code_reviewer g1/main/fix-gate-1-2/review/1",
          "implementer g2/main/fix-gate-1-1/implement/1",
          "code_reviewer g2/main/fix-gate-1-1/review/1",
          "task.proven",
          "merge.done",
          "task.proven",
        ],
      },
    ]
  `);
  expect(commits).toBeGreaterThan(40);
}, 300_000);
