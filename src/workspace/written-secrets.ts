import { secretsIn, secretValues } from "../policy/secrets.ts";
import { plainDiff } from "./changed-files.ts";
import { revision } from "./git.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** Of a longer change what comes first is looked at. */
const mostBytes = 16 * 1024 ** 2;

/** The files into which a change writes what is shaped like a key, or is the value of a variable named like a secret. What it only moves does not count. */
export async function writtenSecrets(context: WorkspaceContext, from: string, to: string): Promise<readonly string[]> {
  const { place } = await context.at();
  const args = ["diff", ...plainDiff, "--unified=0", "--text", "--patch", revision(from), revision(to), "--"];
  const { stdout } = await context.git(place, args, { cutAtBytes: mostBytes });
  const values = secretValues(context.environment);
  const files = changesIn(stdout);
  const before = new Set(files.flatMap(({ removed }) => secretsIn(removed, values)));
  return files
    .filter(({ added }) => secretsIn(added, values).some((secret) => !before.has(secret)))
    .map(({ path }) => path);
}

interface FileChange {
  readonly path: string;
  readonly added: string;
  readonly removed: string;
}

function changesIn(diff: string): readonly FileChange[] {
  return diff.split(/^diff --git .*\n/m).flatMap((text) => {
    const at = text.search(/^@@ /m);
    if (at < 0) return [];
    // Of a file that is gone only what stood in it counts.
    const path = /^\+\+\+ "?b\/(.*?)"?\t?$/m.exec(text.slice(0, at))?.[1] ?? "";
    const lines = text.slice(at).split("\n");
    const side = (sign: string): string =>
      lines.flatMap((line) => (line.startsWith(sign) ? [line.slice(1)] : [])).join("\n");
    return [{ path, added: side("+"), removed: side("-") }];
  });
}
