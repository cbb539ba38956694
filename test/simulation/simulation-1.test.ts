import { expect, test } from "vitest";
import { simulate } from "./simulate.ts";

test("try", async () => {
  const from = Number(process.env["FROM"] ?? 1);
  const count = Number(process.env["SEEDS"] ?? 50);
  const seeds =
    process.env["SEED"] === undefined
      ? Array.from({ length: count }, (_, n) => String(from + n))
      : [process.env["SEED"]];
  const bad: string[] = [];
  const start = performance.now();
  let commits = 0;
  for (const seed of seeds) {
    const { violations, world, exitCode } = await simulate(seed);
    commits += world.commits;
    if (seeds.length === 1) {
      for (const event of await world.ledger.log.since(0))
        console.log(
          event.pos,
          event.at - 1_700_000_000_000,
          event.task ?? "",
          event.type,
          JSON.stringify(event.data).slice(0, 260),
        );
      console.log("exit", exitCode, "lives", world.lives.length, "t", world.nowMs);
    }
    if (violations.length > 0) bad.push(`${seed}: ${violations[0]}`);
    world.ledger.close();
  }
  console.log(`${seeds.length} seeds, ${commits} commits, ${Math.round(performance.now() - start)} ms`);
  const kinds = new Map<string, string[]>();
  for (const line of bad) {
    const k = line
      .replace(/^\S+: /, "")
      .slice(0, 700)
      .replace(/T\d+\S*/g, "T");
    kinds.set(k, [...(kinds.get(k) ?? []), line.split(":")[0]!]);
  }
  for (const [k, s] of kinds) console.log(s.length, s.slice(0, 5).join(" "), "\n   ", k);
  expect(bad.length).toBe(0);
}, 600_000);
