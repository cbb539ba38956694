import { expect, test } from "vitest";

import { checkDefaults } from "../../src/backlog/settings-defaults.ts";
import { modelSettings, taskSpec } from "./backlogs.ts";
import { passUntil, quietWorld, startIn } from "./quiet-world.ts";
import { repository } from "./world.ts";

const minuteMs = 60_000;

test.each([
  ["one engine", [] as readonly number[]],
  ["engines that are killed while they wait", [20_000, 3 * minuteMs, 10 * minuteMs]],
])("what is in the way of checks holds a task for 1, 5 and 15 minutes, then asks: %s", async (_who, kills) => {
  let inTheWay = false;
  const world = quietWorld(
    "in the way",
    {
      models: [modelSettings("one", {}), modelSettings("two", { adapter: "claude-code" })],
      checks: [{ ...checkDefaults, name: "serve", run: "serve" }],
    },
    { faults: () => ({ git: 0, red: 0, inTheWay }) },
  );
  const { clock, ledger } = world;
  const start = () => startIn(world, [taskSpec("A")]);
  const holds = async () => (await ledger.log.since(0, { types: ["hold.set"] })).map(({ data }) => data);
  let running = start();
  // The base was green; then the task comes to its gate.
  await passUntil(world, () => world.disk.measured.size > 0);
  inTheWay = true;
  for (const ms of kills) {
    const dieMs = clock.now() + ms;
    await clock.run(() => clock.now() >= dieMs, dieMs + minuteMs);
    running.life.die();
    running = start();
  }
  await passUntil(world, () => running.end !== null);
  expect(world.violations).toEqual([]);
  expect(running.end).toMatchObject({ kind: "ended", exitCode: 3 });
  const spans = (await holds()).map((data) =>
    "hold" in data ? [data.hold.by, (data.hold.untilMs ?? 0) - data.hold.setAt] : [],
  );
  expect(spans).toEqual([
    ["environment", minuteMs],
    ["environment", 5 * minuteMs],
    ["environment", 15 * minuteMs],
  ]);
  const [asked] = await ledger.account.questions(repository);
  expect(asked?.question).toMatchObject({
    kind: "gate",
    reason: "environment",
    actions: ["retry", "keep", "abort"],
  });

  inTheWay = false;
  await ledger.decisions.answer({
    question: asked?.question.id ?? "",
    action: "retry",
    text: null,
    model: null,
    effectiveAt: clock.now(),
    actor: { kind: "person", name: "anna", pid: null },
  });
  running = start();
  await passUntil(world, () => running.end !== null);
  expect(world.violations).toEqual([]);
  const row = await ledger.tasks.get(repository, "A");
  expect(row).toMatchObject({ state: "DONE", proof: { proof: "checks", provenBy: ["serve"], without: [] } });
});
