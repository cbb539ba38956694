import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { createAcpAdapter } from "../../src/models/acp/acp.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { scratchFolder } from "../processes/scratch.ts";
import type { Act } from "./acts.ts";
import { modelSettings } from "./call-spec.ts";
import { node, orphanOf } from "./command-subject.ts";
import type { Subject } from "./conformance.ts";

const program = join(import.meta.dirname, "..", "fixtures", "fake-acp.ts");

/** The call with an agent that does these acts; `words` change what it is. */
export function asAcp(acts: readonly Act[], spec: CallSpec, words: readonly string[] = []): CallSpec {
  const file = join(scratchFolder(), "acts.json");
  writeFileSync(file, JSON.stringify(acts));
  return {
    ...spec,
    model: modelSettings({ ...spec.model, adapter: "acp", argv: [...node, program, file, ...words] }),
  };
}

export const acpAdapter = (environment: Readonly<Record<string, string | undefined>> = process.env) =>
  createAcpAdapter({ clock: systemClock, environment });

export const acp: Subject = {
  name: "acp",
  leavesOut: {},
  reasons: {
    auth: "bad_key",
    rate_limit: "throttled",
    timeout: "server",
    invalid_request: "bad_request",
    api: "server",
    network: "cut",
    parse: "bad_stream",
    not_found: "endpoint",
  },
  play: (acts, spec) => ({ adapter: acpAdapter(), spec: asAcp(acts, spec) }),
  orphan: orphanOf(asAcp),
};
