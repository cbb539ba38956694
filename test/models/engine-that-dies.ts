/** An engine with one call of a command, described by the file named in the arguments. Prints the child's record and stays until it is killed. */
import { readFileSync } from "node:fs";

import type { CallSpec } from "../../src/engine/adapter.ts";
import { createCommandAdapter } from "../../src/models/command.ts";
import { systemClock } from "../../src/processes/clock.ts";

const isSpec = (value: unknown): value is CallSpec =>
  typeof value === "object" && value !== null && "attemptKey" in value;

const spec: unknown = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
if (!isSpec(spec)) throw new Error("no call in the file");
const adapter = createCommandAdapter({ clock: systemClock, environment: process.env });
const running = adapter.start(spec, async (record) => void process.stdout.write(`${JSON.stringify(record)}\n`));
for await (const event of running) process.stderr.write(`${event.type}\n`);
await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
