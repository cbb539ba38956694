import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { defaultSandbox } from "../../src/domain/sandbox.ts";
import { findSandbox, sandboxUseOf } from "../../src/processes/find-sandbox.ts";
import { sandboxLine } from "../../src/view/json/summary-lines.ts";
import { agents } from "./agents.ts";
import { cases } from "./cases.ts";
import { killAll } from "./folder-processes.ts";
import { agentNames, programOf, searchPath, type AgentName } from "./install.ts";
import { openProvider } from "./provider.ts";
import { story } from "./story.ts";
import { faultsOf, heading, linesOf } from "./table.ts";

/**
 * Runs the real agents' programs against a provider on this machine, through the adapters, and with all of them the story:
 * `npm run contract -- claude codex gemini opencode story [--in FOLDER …] [--only CASE …]`. Those in none of the folders are installed into the first, without any
 * into scratch. Nothing of the user's is read or written: homes, settings and keys are made up.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { in: { type: "string", multiple: true }, only: { type: "string", multiple: true } },
});

const isAgent = (name: string): name is AgentName => Object.hasOwn(agentNames, name);
const everything = [...Object.keys(agentNames), "story"];
const chosen = positionals.length === 0 ? everything : positionals;
const unknown = chosen.filter((name) => !everything.includes(name));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(", ")}; there are ${everything.join(", ")}`);

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "contract-")));
const home = join(scratch, "home");
mkdirSync(home);
const folders = values.in ?? [join(scratch, "installed")];

async function playAll(name: AgentName): Promise<boolean> {
  const program = await programOf(name, folders, home);
  const provider = await openProvider();
  let isAsExpected = true;
  try {
    for (const [one, play] of Object.entries(cases)) {
      if (values.only !== undefined && !values.only.includes(one)) continue;
      const rows = await play({ agent: agents[name], program, provider, folder: join(scratch, name, one) });
      for (const row of rows ?? []) {
        isAsExpected &&= faultsOf(row).length === 0;
        for (const line of linesOf(row)) console.log(line);
      }
    }
  } finally {
    await provider.close();
  }
  return isAsExpected;
}

async function tell(): Promise<boolean> {
  const [claude, codex] = [await programOf("claude", folders, home), await programOf("codex", folders, home)];
  console.log("story: three tasks, Claude Code as planner and implementer, Codex as reviewer");
  const faults = await story({ claude, codex, folder: join(scratch, "story") });
  for (const fault of faults) console.log(`  NO: ${fault}`);
  if (faults.length === 0) console.log("  ok");
  return faults.length === 0;
}

function clean(): void {
  killAll(scratch);
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Agents have groups of their own, so that a signal does not reach them. */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    clean();
    process.exit(130);
  });
}

try {
  const asked = chosen.filter(isAgent);
  const wall = sandboxUseOf(await findSandbox(defaultSandbox, searchPath));
  if (asked.length > 0) console.log(`${sandboxLine(wall)}\n${heading()}`);
  for (const name of asked) if (!(await playAll(name))) process.exitCode = 1;
  if (chosen.includes("story") || asked.length === Object.keys(agentNames).length) {
    if (!(await tell())) process.exitCode = 1;
  }
} finally {
  clean();
}
