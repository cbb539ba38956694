import { realpathSync } from "node:fs";
import { join } from "node:path";

import { brand } from "../../domain/brand.ts";
import { defaultSandbox } from "../../domain/sandbox.ts";
import type { Settings } from "../../domain/settings.ts";
import { loginEnvironment, loginFolder } from "../../models/programs/account-login.ts";
import { agentPlaces, loginPlaces } from "../../models/programs/agent-places.ts";
import { createEnclose, type Enclose } from "../../processes/enclose.ts";
import { findSandbox, type FoundSandbox, refusedSandbox } from "../../processes/find-sandbox.ts";
import type { Repository } from "../../workspace/repository.ts";
import { registered } from "../../workspace/worktree-folder.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { Paths } from "./paths.ts";

/** What stands around calls and checks here. */
export const sandboxHere = (program: Program, settings: Settings): Promise<FoundSandbox> =>
  findSandbox(settings.sandbox ?? defaultSandbox, program.env["PATH"]);

/** CommandError where the settings want a wall and there is none. Costs a process the first time. */
export async function requireSandbox(program: Program, settings: Settings): Promise<void> {
  const { mode } = settings.sandbox ?? defaultSandbox;
  if (mode !== "require") return;
  const refused = refusedSandbox(mode, await sandboxHere(program, settings));
  if (refused !== null) throw new CommandError(refused);
}

/**
 * Where accounts with a folder of their own are logged in: each is for its own models alone, and those that only other
 * repositories use for nobody here.
 */
export function accountPlaces({ models, accounts = {} }: Settings, env: Program["env"]): readonly string[] {
  const used = models
    .filter(({ login }) => login !== undefined && login.home !== null)
    .flatMap((model) => agentPlaces(model.adapter, loginEnvironment(model, env)).write);
  const home = env["HOME"] ?? "";
  const others = Object.entries(accounts)
    .filter(([name]) => models.every(({ account }) => account !== name))
    .flatMap(([, account]) => (account.home === undefined ? [] : [loginFolder(account.home, env)]))
    // All of a person's home is no folder of a login.
    .filter((folder) => !join(home, "/").startsWith(join(folder, "/")));
  return [...used, ...others];
}

/** Puts walls around what is started for a repository; null: for questions beside all repositories. */
export function createWalls(
  program: Program,
  settings: Settings,
  repository: Pick<Repository, "id" | "top" | "commonDir"> | null,
): Enclose {
  const { env } = program;
  const paths = new Paths(env);
  const config = join(paths.configHome ?? join(paths.home, ".config"), brand.folder, "config.yaml");
  const worktrees = repository === null ? null : paths.worktrees(repository.id, settings.git.worktrees);
  return createEnclose({
    find: () => sandboxHere(program, settings),
    settings: settings.sandbox ?? defaultSandbox,
    home: paths.home,
    runtime: env["XDG_RUNTIME_DIR"] ?? null,
    own: [paths.state, config],
    agents: [...loginPlaces(paths.home, env), ...accountPlaces(settings, env)],
    keep: join(paths.state, "sandbox", repository?.id ?? "asks"),
    repository:
      repository === null || worktrees === null
        ? null
        : async (workdir) => ({
            top: repository.top,
            commonDir: repository.commonDir,
            worktrees,
            gitDir: (await registered(repository.commonDir, realpathSync(workdir)))?.gitDir ?? null,
          }),
  });
}
