import { secretsIn, secretValues } from "../policy/secrets.ts";
import { compare, plainDiff } from "./changed-files.ts";
import { revision } from "./git.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

/** Of a longer change what comes first is looked at. */
const mostBytes = 16 * 1024 ** 2;

/** The files into which a change writes what is shaped like a key, or is the value of a variable named like a secret. What it only moves does not count. */
export async function writtenSecrets(context: WorkspaceContext, from: string, to: string): Promise<readonly string[]> {
  const { place } = await context.at();
  const { patch, isWhole } = await compare(context.git, place, from, to);
  const values = secretValues(context.environment);
  const files = changesIn(isWhole && !hasHidden.test(patch) ? patch : await everyLine(context, from, to));
  const before = new Set(files.flatMap(({ removed }) => secretsIn(removed, values)));
  return files
    .filter(({ added }) => secretsIn(added, values).some((secret) => !before.has(secret)))
    .map(({ path }) => path);
}

/** Of what git takes for no text it shows no line. */
const hasHidden = /^Binary files .* differ$/m;

async function everyLine({ git, at }: WorkspaceContext, from: string, to: string): Promise<string> {
  const args = ["diff", ...plainDiff, "--unified=0", "--text", "--patch", revision(from), revision(to), "--"];
  return (await git((await at()).place, args, { cutAtBytes: mostBytes })).stdout;
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
