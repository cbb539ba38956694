import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { AdapterName } from "../../src/domain/settings.ts";
import type { CallSpec, ModelAdapter } from "../../src/engine/ports/adapter.ts";
import { createCodexAdapter } from "../../src/models/codex/codex.ts";
import type { CommandPorts } from "../../src/models/command/command.ts";
import { createGeminiAdapter } from "../../src/models/gemini/gemini.ts";
import { createOpencodeAdapter } from "../../src/models/opencode/opencode.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { scratchFolder } from "../processes/scratch.ts";
import type { Act } from "./acts.ts";
import { modelSettings } from "./call-spec.ts";
import { node, orphanOf } from "./command-subject.ts";
import { asksNobody, type Subject } from "./conformance.ts";

const fake = join(import.meta.dirname, "..", "fixtures", "fake-agents.ts");

const fakeAppServer = join(import.meta.dirname, "..", "fixtures", "fake-app-server.ts");

function asProgram(
  program: string,
  name: AdapterName,
  acts: readonly Act[],
  spec: CallSpec,
  more: readonly string[],
): CallSpec {
  const file = join(scratchFolder(), "acts.json");
  writeFileSync(file, JSON.stringify(acts));
  return { ...spec, model: modelSettings({ ...spec.model, adapter: name, argv: [...node, program, file, ...more] }) };
}

/** The call with a program that does these acts and says them as that agent does; Codex by its `exec`. */
export const asAgent = (name: AdapterName, acts: readonly Act[], spec: CallSpec): CallSpec =>
  asProgram(fake, name, acts, spec, name === "codex" ? [name, "exec"] : [name]);

/** The same with Codex as an app server. */
export const asAppServer = (acts: readonly Act[], spec: CallSpec): CallSpec =>
  asProgram(fakeAppServer, "codex", acts, spec, []);

/** A home of nobody: no agent of this machine is asked for its settings. */
export const ports = (): CommandPorts => ({
  clock: systemClock,
  environment: { ...process.env, HOME: scratchFolder() },
});

const alike: Subject["reasons"] = {
  auth: "bad_key",
  rate_limit: "throttled",
  timeout: "server",
  invalid_request: "bad_request",
  api: "server",
  network: "cut",
  parse: "bad_stream",
  not_found: "endpoint",
};

const agent = (
  name: AdapterName,
  create: (ports: CommandPorts) => ModelAdapter,
  reasons: Subject["reasons"] = {},
  leavesOut: Subject["leavesOut"] = {},
): Subject => ({
  name,
  leavesOut: { ...asksNobody, ...leavesOut },
  reasons: { ...alike, ...reasons },
  play: (acts, spec) => ({ adapter: create(ports()), spec: asAgent(name, acts, spec) }),
  orphan: orphanOf((acts, spec) => asAgent(name, acts, spec)),
});

const noCost = "it says nothing of money";

const codexLeavesOut: Subject["leavesOut"] = {
  cost: noCost,
  "the error parse": "it calls an answer it cannot read a stream that was cut",
};

export const codexExec: Subject = { ...agent("codex", createCodexAdapter, {}, codexLeavesOut), name: "codex exec" };

export const codexAppServer: Subject = {
  name: "codex app-server",
  leavesOut: codexLeavesOut,
  reasons: { ...alike, not_found: "model" },
  play: (acts, spec) => ({ adapter: createCodexAdapter(ports()), spec: asAppServer(acts, spec) }),
  orphan: orphanOf(asAppServer),
};

export const gemini = agent("gemini", createGeminiAdapter, {}, { cost: noCost });

export const opencode = agent(
  "opencode",
  createOpencodeAdapter,
  { network: "offline" },
  { "too long in all, while a tool runs": "it tells of a tool only when it is over" },
);
