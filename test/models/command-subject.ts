import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

import type { CallSpec, ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { createCommandAdapter } from "../../src/models/command/command.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { endAfterTest, scratchFolder } from "../processes/scratch.ts";
import type { Act } from "./acts.ts";
import { modelSettings } from "./call-spec.ts";
import { until } from "../until.ts";
import { asksNobody, type Subject } from "./conformance.ts";

/** Runs a fixture as it stands. What calls a model passes few variables on, and without a cache each start compiles anew. */
export const node = [
  "/usr/bin/env",
  `NODE_COMPILE_CACHE=${process.env["NODE_COMPILE_CACHE"] ?? ""}`,
  process.execPath,
  "--no-warnings",
] as const;
const agent = join(import.meta.dirname, "..", "fixtures", "agent.ts");

/** The call with a program that does these acts; `more` is the rest of its command line. */
export function asCommand(acts: readonly Act[], spec: CallSpec, more: readonly string[] = []): CallSpec {
  const file = join(scratchFolder(), "acts.json");
  writeFileSync(file, JSON.stringify(acts));
  return {
    ...spec,
    model: modelSettings({ ...spec.model, adapter: "command", argv: [...node, agent, file, ...more] }),
  };
}

export const commandAdapter = createCommandAdapter({ clock: systemClock, environment: process.env });

/** Whether for each word it stands there that it was heard: a program may answer before its engine has written that down. */
function isWhole(said: string): boolean {
  const lines = existsSync(said) ? readFileSync(said, "utf8").split("\n") : [];
  const begun = (mark: string): readonly string[] => lines.filter((line) => line.startsWith(mark));
  return begun("> ").length === begun("= ").length;
}

/** Starts such a call in an engine of its own, which is killed as soon as `ready` resolves. */
export const orphanOf =
  (as: (acts: readonly Act[], spec: CallSpec) => CallSpec): NonNullable<Subject["orphan"]> =>
  (acts, spec, ready) =>
    orphaned(as(acts, spec), ready);

async function orphaned(
  spec: CallSpec,
  ready: () => Promise<void>,
): Promise<{ process: ProcessRecord; spec: CallSpec }> {
  const file = join(scratchFolder(), "spec.json");
  writeFileSync(file, JSON.stringify(spec));
  const [program, ...flags] = node;
  const engine = spawn(program, [...flags, join(import.meta.dirname, "engine-that-dies.ts"), file], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void engine.kill("SIGKILL"));
  const line = await new Promise<string>((resolve) =>
    engine.stdout.once("data", (data: Buffer) => resolve(data.toString())),
  );
  const [, pid, startTime = ""] = /"pid":(\d+),"startTime":"([^"]+)"/.exec(line) ?? [];
  const record: ProcessRecord = { pid: Number(pid), startTime };
  endAfterTest(record);
  await ready();
  await until("the engine's word on all it said", () => isWhole(join(spec.folder, "said")));
  const gone = new Promise((resolve) => engine.once("close", resolve));
  engine.kill("SIGKILL");
  await gone;
  return { process: record, spec };
}

export const command: Subject = {
  name: "command",
  leavesOut: asksNobody,
  play: (acts, spec) => ({ adapter: commandAdapter, spec: asCommand(acts, spec) }),
  orphan: orphanOf(asCommand),
};
