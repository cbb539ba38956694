import { createHash } from "node:crypto";

import { canonicalJson } from "../domain/json.ts";
import { defaultSandbox } from "../domain/sandbox.ts";
import type { Enclose } from "../processes/enclose.ts";
import type { UserCommand } from "../processes/user-command.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** What a command of the user's is run for. Set-up loads what it needs. */
type Purpose = "check" | "setup";

/** Where a command runs: behind a wall, or without one because it would not work there. */
export interface Place {
  readonly isOutside: boolean;
  readonly options: Pick<UserCommand, "enclose">;
}

const outside: Enclose = () =>
  Promise.resolve({
    use: { kind: "none", why: "it failed behind the wall and passed without it, on the base" },
    wrap: (argv) => argv,
  });

/** Where a command is to run, as far as is known. */
export async function wallOf(context: WorkspaceContext, purpose: Purpose, command: string): Promise<Place> {
  const { enclose } = context;
  if (enclose === null) return { isOutside: false, options: {} };
  const isOutside = mayGoOutside(context) && (await context.cache.get(keyOf(context, purpose, command))) === "outside";
  if (isOutside) return { isOutside, options: { enclose: outside } };
  const inside: Enclose = (what) => enclose(purpose === "setup" ? { ...what, network: "on" } : what);
  return { isOutside, options: { enclose: inside } };
}

/** What failed on the base: it is tried without a wall, and where it passes then it goes on without one. */
export async function tryOutside<T>(
  context: WorkspaceContext,
  purpose: Purpose,
  { name, command }: { readonly name: string; readonly command: string },
  attempt: (place: Place) => Promise<{ readonly passed: boolean; readonly value: T }>,
): Promise<T | null> {
  if (context.enclose === null || !mayGoOutside(context)) return null;
  const { passed, value } = await attempt({ isOutside: true, options: { enclose: outside } });
  if (!passed) return null;
  await context.cache.put(keyOf(context, purpose, command), "outside");
  const what = `${name} fails behind the sandbox and passes without it, on the base; it is run without it`;
  context.note("warn", `${what} (sandbox_write and sandbox_read may let it stay behind)`, null);
  return value;
}

/** Without a network nothing is to be let out, and where a wall is required nothing either. */
function mayGoOutside({ options }: WorkspaceContext): boolean {
  const { mode, network } = options.settings.sandbox ?? defaultSandbox;
  return mode === "auto" && network === "on";
}

function keyOf(context: WorkspaceContext, purpose: Purpose, command: string): string {
  const { sandbox = defaultSandbox } = context.options.settings;
  const text = canonicalJson({ purpose, command, read: [...sandbox.read], write: [...sandbox.write] });
  return `wall:${context.options.repositoryId}:${createHash("sha256").update(text).digest("hex")}`;
}
