import type { SandboxMode, SandboxSettings, SandboxUse } from "../domain/sandbox.ts";
import { spaceArguments } from "./bubblewrap.ts";
import { findProgram } from "./program.ts";
import { runPlain } from "./run-plain.ts";

/** What can stand around programs on this machine. */
export type FoundSandbox =
  | { readonly kind: "bubblewrap" | "seatbelt"; readonly program: string }
  | { readonly kind: "none"; readonly why: string };

const probeTimeoutMs = 10_000;
const seatbelt = "/usr/bin/sandbox-exec";
const systemPath = "/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin";

const known = new Map<string, Promise<FoundSandbox>>();

/** Tries it out the first time it is asked for; then it is known for as long as this program runs. */
export function findSandbox(
  settings: Pick<SandboxSettings, "mode" | "network">,
  path: string | undefined,
): Promise<FoundSandbox> {
  if (settings.mode === "off") return Promise.resolve({ kind: "none", why: "sandbox is off in the settings" });
  const key = `${settings.network} ${path ?? ""}`;
  const found = known.get(key) ?? look(settings.network, path ?? systemPath);
  known.set(key, found);
  return found;
}

async function look(network: SandboxSettings["network"], path: string): Promise<FoundSandbox> {
  if (process.platform === "darwin") return tryOut("seatbelt", seatbelt, ["-p", "(version 1)(allow default)"]);
  if (process.platform !== "linux") return { kind: "none", why: `there is none for ${process.platform}` };
  const found = await findProgram("bwrap", "/", `${path}:${systemPath}`);
  if (!found.ok) return { kind: "none", why: "bwrap is not installed (bubblewrap of the system's packages)" };
  return tryOut("bubblewrap", found.path, spaceArguments({ network, isRoot: process.getuid?.() === 0 }));
}

async function tryOut(
  kind: "bubblewrap" | "seatbelt",
  program: string,
  args: readonly string[],
): Promise<FoundSandbox> {
  const tried = await runPlain({
    argv: [program, ...args, "/bin/sh", "-c", "exit 0"],
    cwd: "/",
    env: { PATH: systemPath },
    timeoutMs: probeTimeoutMs,
    maxBytes: 4_096,
  });
  if (tried.code === 0) return { kind, program };
  const [said = ""] = tried.stderr.trim().split("\n");
  const why =
    tried.failure?.message ?? (tried.timedOut ? "it did not answer" : said || `exit code ${tried.code ?? "none"}`);
  return { kind: "none", why: `${program} does not work here: ${why}` };
}

/** What a program behind it is said to have had around it. */
export const sandboxUseOf = (found: FoundSandbox): SandboxUse =>
  found.kind === "none" ? { kind: "none", why: found.why } : { kind: found.kind };

/** What to do about a wall that is not there. */
export const sandboxRemedy = (why: string): string =>
  /not installed/.test(why)
    ? "install bubblewrap"
    : "let it make user namespaces (kernel.unprivileged_userns_clone, AppArmor, the container's profile)";

/** Why nothing may be started; null: it may. */
export const refusedSandbox = (mode: SandboxMode, found: FoundSandbox): string | null =>
  mode === "require" && found.kind === "none"
    ? `sandbox: require, and there is no sandbox: ${found.why}; ${sandboxRemedy(found.why)}, or set sandbox: auto`
    : null;
