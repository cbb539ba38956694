import { homedir } from "node:os";
import { basename } from "node:path";

import type { InputOf } from "../../actions/table.ts";
import { brand, envName } from "../../domain/brand.ts";
import { door } from "../../processes/entry-files.ts";
import { launchdPlist, systemdUnit, type ServiceFacts } from "../../view/text/service-files.ts";
import { usualFile } from "../inputs/read-inputs.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { resumeArguments } from "../running/background-engine.ts";
import { openRepository } from "../wiring/command-context.ts";

const files: Readonly<Record<string, (facts: ServiceFacts) => string>> = {
  systemd: systemdUnit,
  launchd: launchdPlist,
};

/** What a service needs of this shell to find agents, their logins and the ledger. Keys are not among it: the file would tell them. */
const passed = ["PATH", "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", envName("HOME"), "LANG", "TZ"];

/** Prints the file that keeps a run of this repository alive after a logout; who wants it puts it in place. */
export async function command(program: Program, { what, manager }: InputOf<"service_print">): Promise<number> {
  const file = Object.hasOwn(files, manager) ? files[manager] : undefined;
  if (what !== "print" || file === undefined)
    throw new CommandError(`a service is only printed: ${brand.bin} service print systemd, or launchd`);
  const { top, id } = await openRepository(program);
  const { env } = program;
  program.out.text(
    file({
      name: `${brand.bin}-${basename(top).replaceAll(/[^A-Za-z0-9_]+/g, "-")}-${id.slice(-6).toLowerCase()}`,
      repository: top,
      argv: [process.execPath, door, "engine", ...resumeArguments(usualFile(program, top))],
      env: Object.fromEntries(
        passed.flatMap((name) => {
          const value = name === "HOME" ? (env[name] ?? homedir()) : env[name];
          return value === undefined || value === "" ? [] : [[name, value] as const];
        }),
      ),
    }),
  );
  return 0;
}
