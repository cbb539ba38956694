/** An engine with one call, described by the file named in the arguments. Prints the child's record and stays until it is killed. */
import { readFileSync } from "node:fs";

import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { createAdapters } from "../../src/models/adapters.ts";
import { systemClock } from "../../src/processes/clock.ts";

const isSpec = (value: unknown): value is CallSpec =>
  typeof value === "object" && value !== null && "attemptKey" in value;

const spec: unknown = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
if (!isSpec(spec)) throw new Error("no call in the file");
const adapter = createAdapters({
  clock: systemClock,
  random: () => 0,
  environment: process.env,
  loadScenario: () => ({ scenario: null, problems: [] }),
}).get(spec.model.adapter);
if (adapter === undefined) throw new Error(`no adapter ${spec.model.adapter}`);
const running = adapter.start(spec, async (record) => void process.stdout.write(`${JSON.stringify(record)}\n`));
for await (const event of running) process.stderr.write(`${event.type}\n`);
await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
