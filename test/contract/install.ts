import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { runCommand } from "../../src/processes/run-command.ts";
import { agentClis, type AgentCli, type AgentCliName } from "../../src/models/programs/agent-clis.ts";

/** As one asks for it on the command line. */
export const agentNames = {
  claude: "claude-code",
  codex: "codex",
  gemini: "gemini",
  opencode: "opencode",
} as const satisfies Record<string, AgentCliName>;
export type AgentName = keyof typeof agentNames;

/**
 * Where the program of an agent is: in one of the folders where it has the version its output was read from, else it is
 * installed by npm into the first of them. npm takes what fits the Node that runs it, so it is run by this one.
 */
export async function programOf(name: AgentName, folders: readonly string[], home: string): Promise<string> {
  const cli = agentClis[agentNames[name]];
  const { version } = cli.tested;
  for (const folder of folders) {
    const program = placeOf(cli, folder);
    if (existsSync(program) && (await versionOf(program, home)) === version) return program;
  }
  const [folder] = folders;
  if (folder === undefined) throw new Error("there is no folder to install into");
  await install(cli, folder, home);
  const program = placeOf(cli, folder);
  const found = await versionOf(program, home);
  if (found !== version) throw new Error(`${program} is ${found ?? "not there"}, not ${version}`);
  return program;
}

const placeOf = ({ program }: AgentCli, folder: string): string => join(folder, "node_modules", ".bin", program);

/** The folder of the Node that runs this, and what is usual. */
export const searchPath = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

async function versionOf(program: string, home: string): Promise<string | null> {
  const env = { PATH: searchPath, HOME: home };
  const done = await runCommand({ argv: [program, "--version"], cwd: home, env, timeoutMs: 60_000 });
  return /\b\d+\.\d+\.\d+\b/.exec(done.stdout)?.[0] ?? null;
}

async function install(cli: AgentCli, folder: string, home: string): Promise<void> {
  const name = cli.install.split(" ").at(-1) ?? "";
  const what = `${name}@${cli.tested.version}`;
  console.log(`installs ${what} in ${folder}`);
  mkdirSync(folder, { recursive: true });
  const done = await runCommand({
    argv: ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, what],
    cwd: folder,
    env: { ...npmEnvironment(), HOME: home },
    timeoutMs: 15 * 60_000,
  });
  if (done.code !== 0) throw new Error(`npm install ${what}: ${done.stderr.trim().slice(-600)}`);
}

/** A registry or a proxy of this machine is used, its logins are not looked for. */
function npmEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(?:npm_config_registry|https?_proxy|no_proxy|.*CA.*)$/i.test(name),
  );
  const path = { PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? searchPath}` };
  return {
    ...Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    ...path,
  };
}
