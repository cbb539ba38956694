import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { createClaudeCodeAdapter } from "../../src/models/claude/claude-code.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { scratchFolder } from "../processes/scratch.ts";
import type { Act } from "./acts.ts";
import { modelSettings } from "./call-spec.ts";
import { node, orphanOf } from "./command-subject.ts";
import type { Subject } from "./conformance.ts";

const program = join(import.meta.dirname, "..", "fixtures", "fake-claude.ts");

/** The call with a fake of the real program that does these acts. */
export function asClaude(acts: readonly Act[], spec: CallSpec): CallSpec {
  const file = join(scratchFolder(), "acts.json");
  writeFileSync(file, JSON.stringify(acts));
  return {
    ...spec,
    model: modelSettings({ ...spec.model, adapter: "claude-code", argv: [...node, program, file] }),
  };
}

export const claudeAdapter = (environment: Readonly<Record<string, string | undefined>> = process.env) =>
  createClaudeCodeAdapter({ clock: systemClock, environment });

export const claude: Subject = {
  name: "claude-code",
  leavesOut: {},
  reasons: {
    auth: "bad_key",
    rate_limit: "throttled",
    timeout: "server",
    invalid_request: "bad_request",
    api: "server",
    network: "cut",
    parse: "bad_schema",
    not_found: "endpoint",
  },
  play: (acts, spec) => ({ adapter: claudeAdapter(), spec: asClaude(acts, spec) }),
  orphan: orphanOf(asClaude),
};
