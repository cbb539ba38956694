import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

import type { AdapterName, EnvSettings, ModelSettings } from "../../src/domain/settings.ts";
import type { ModelAdapter } from "../../src/engine/ports/adapter.ts";
import { createAcpAdapter } from "../../src/models/acp/acp.ts";
import { createClaudeCodeAdapter } from "../../src/models/claude/claude-code.ts";
import { createCodexAdapter } from "../../src/models/codex/codex.ts";
import { type CommandPorts, createCommandAdapter } from "../../src/models/command/command.ts";
import { createGeminiAdapter } from "../../src/models/gemini/gemini.ts";
import { createOpencodeAdapter } from "../../src/models/opencode/opencode.ts";
import { agentClis } from "../../src/models/programs/agent-clis.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { scratchFolder } from "../processes/scratch.ts";
import { callSpec, committed, modelSettings, seen } from "./call-spec.ts";

type Create = (ports: CommandPorts) => ModelAdapter;

const another = "/another";
const token = "CLAUDE_CODE_OAUTH_TOKEN";
const all = Object.values(agentClis).flatMap(({ payers }) => payers);

/** The environment its program really has. */
async function given(
  create: Create,
  adapter: AdapterName,
  env: EnvSettings,
  model: Partial<ModelSettings>,
  parent: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const folder = scratchFolder();
  const [program, file] = [join(folder, "program.mjs"), join(folder, "env.json")];
  const script = `#!${process.execPath}\nimport { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(file)}, JSON.stringify(process.env));\nprocess.exit(1);\n`;
  writeFileSync(program, script, { mode: 0o755 });
  const spec = callSpec({ env, model: modelSettings({ adapter, argv: [program], ...model }) });
  const environment = { ...process.env, HOME: folder, ...parent };
  await seen(create({ clock: systemClock, environment }).start(spec, committed));
  return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, "utf8")));
}

test.each<[AdapterName, Create, home: string | null, key: string, payers: readonly string[]]>([
  ["claude-code", createClaudeCodeAdapter, "CLAUDE_CONFIG_DIR", "ANTHROPIC_API_KEY", agentClis["claude-code"].payers],
  ["codex", createCodexAdapter, "CODEX_HOME", "MY_KEY", agentClis.codex.payers],
  ["gemini", createGeminiAdapter, "GEMINI_CLI_HOME", "GEMINI_API_KEY", agentClis.gemini.payers],
  ["opencode", createOpencodeAdapter, "XDG_DATA_HOME", "MY_KEY", agentClis.opencode.payers],
  ["command", createCommandAdapter, null, "MY_KEY", all],
  ["acp", createAcpAdapter, null, "MY_KEY", all],
])(
  "what is set or passed on for all lets no model of %s log in or pay as another",
  async (name, create, home, key, payers) => {
    const folder = home === null ? [] : [home];
    const names = [...payers, ...folder, token];
    const others = Object.fromEntries(names.map((variable) => [variable, another]));
    for (const env of [
      { pass: [], set: others },
      { pass: [...names], set: {} },
    ]) {
      const login = { home: home === null ? null : scratchFolder() };
      const asked = (model: Partial<ModelSettings>) => given(create, name, env, model, { ...others, MY_KEY: "mine" });
      const plan = await asked({ billing: "subscription", login });
      expect(Object.values(plan)).not.toContain(another);
      const paid = await asked({ billing: "metered", keyEnv: "MY_KEY", login });
      expect(Object.values(paid)).not.toContain(another);
      expect(paid[key]).toBe("mine");
      const own = await asked({ billing: "metered", keyEnv: "MY_KEY" });
      expect(own[key]).toBe("mine");
      if (home === null) continue;
      const itself = await asked({ billing: "subscription", login, env: { pass: [], set: { [home]: "/said" } } });
      expect(itself[home]).toBe("/said");
    }
  },
);
