import { expect, test } from "vitest";

import type { TaskSpec } from "../../../src/domain/task.ts";
import { openLedger, type OpenLedger } from "../../../state/open-ledger.ts";
import { memoryRepository, startBench } from "../../bench/workbench.ts";
import { taskSpec } from "../../simulation/backlogs.ts";
import { Chance } from "../../simulation/chance.ts";
import { VirtualClock } from "../../simulation/virtual-clock.ts";

const second = 1_000;

/** One place at which low risk takes two seconds and medium risk forty, on virtual time. */
function place() {
  const clock = new VirtualClock(1_700_000_000_000);
  const ledger = openLedger({ path: ":memory:", mode: "engine", clock, random: new Chance("ledger").next });
  const repository = memoryRepository();
  const run = async (...specs: readonly TaskSpec[]): Promise<void> => {
    let over = false;
    const tasks = new Map(specs.map((spec) => [spec.id, spec]));
    const engine = startBench({
      clock,
      ledger,
      workspace: repository.workspace,
      baseCommit: repository.baseCommit,
      limits: { parallel: 1 },
      specs,
      models: {
        durationMs: ({ task }) => (tasks.get(task)?.risk === "medium" ? 20 : 1) * second,
        write: repository.write,
      },
    });
    const ended = engine.end.finally(() => (over = true));
    await clock.run(() => over);
    expect(await ended).toMatchObject({ kind: "ended", exitCode: 0 });
  };
  return { ledger, run };
}

async function begunIn(ledger: OpenLedger, run: string | undefined): Promise<readonly (string | undefined)[]> {
  const begun = await ledger.log.since(0, { ...(run === undefined ? {} : { run }), types: ["task.begun"] });
  return begun.map(({ task }) => task);
}

const notes = async (ledger: OpenLedger) =>
  (await ledger.log.since(0, { types: ["note"] })).flatMap((event) =>
    event.type === "note" && event.data.forecast !== undefined ? [event.data] : [],
  );

const low = (id: string, ...needs: readonly string[]): TaskSpec => taskSpec(id, { needs });
const medium = (id: string, ...needs: readonly string[]): TaskSpec => taskSpec(id, { needs, risk: "medium" });
/** Two short tasks need A, one long one needs B. */
const backlog = (n: number): readonly TaskSpec[] => [
  low(`A${n}`),
  low(`B${n}`),
  low(`C${n}`, `A${n}`),
  low(`D${n}`, `C${n}`),
  medium(`E${n}`, `B${n}`),
];

test("without past tasks the chain with more tasks begins first; with them the one that takes longer, and its end is told", async () => {
  const { ledger, run } = place();
  await run(...backlog(1));
  expect((await begunIn(ledger, undefined))[0]).toBe("A1");
  expect(await notes(ledger)).toEqual([]);

  await run(...["P", "Q"].flatMap((name) => [medium(name), low(`${name}2`)]));
  await run(...backlog(2));
  const [last] = await ledger.runs.runs("repo", 1);
  expect((await begunIn(ledger, last?.id))[0]).toBe("B2");

  const said = (await notes(ledger)).at(-1);
  expect(said?.text).toMatch(/^done in 20 s to 3 min, without your answers \(9 past tasks\)$/);
  const { startedAt = 0, endedAt = 0 } = last ?? {};
  const tookMs = (endedAt ?? 0) - startedAt;
  expect(said?.forecast?.lowMs).toBeLessThan(tookMs);
  expect(said?.forecast?.highMs).toBeGreaterThan(tookMs);
  ledger.close();
});
