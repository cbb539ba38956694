import { basename, relative } from "node:path";
import { z } from "zod";

import { nearPaths } from "./near-paths.ts";
import { readText } from "./worktree-files.ts";
import { filesOf, isIgnored, specOf, type WorktreeGit } from "./worktree-git.ts";
import { plainPath, realInside, realRoot, shown } from "./worktree-paths.ts";
import { ToolRefusal, worktreeTool, type WorktreeTool } from "./worktree-tool.ts";

const mostLines = 2_000;
const mostChars = 60_000;
const longestLine = 2_000;
/** Files of a person's own machine: what a model reads goes to its provider. */
const secretName =
  /^(?:\.env(?:\..*)?|\.npmrc|\.netrc|\.pypirc|id_[a-z0-9]+|.*(?:credential|secret).*|.*\.(?:pem|key|p12|pfx|jks))$/i;

/** The text of a file, by ranges of lines. */
export const readTool = ({ workdir, git }: { readonly workdir: string; readonly git: WorktreeGit }): WorktreeTool =>
  worktreeTool({
    name: "read",
    description: `Shows the text of a file, each line with its number and a tab before it, which are no part of the file. At most ${mostLines} lines at once: ask for the rest with from and lines.`,
    input: z.object({
      path: z.string().describe("From the top of the worktree, as src/main.ts."),
      from: z.int().min(1).optional().describe("The first line to show. Default: 1."),
      lines: z.int().min(1).optional().describe("How many lines to show. Default: as many as can be shown."),
    }),
    isWriting: false,
    detail: ({ path, from, lines }) =>
      from === undefined && lines === undefined
        ? path
        : `${path}:${from ?? 1}${lines === undefined ? "" : `+${lines}`}`,
    async work({ path: given, from = 1, lines = mostLines }, signal) {
      const root = await realRoot(workdir);
      const path = plainPath(given);
      const real = await realInside(root, path);
      if (real === null) throw new ToolRefusal(await noSuchFile(git, root, path, signal));
      const name = relative(root, real);
      if (secretName.test(basename(name)) && (await isIgnored(git, root, name, signal)))
        throw new ToolRefusal(`${shown(path)} is ignored by git and may hold secrets, so it is not shown`);
      return numbered(await readText(real, path), path, { from, lines: Math.min(lines, mostLines) });
    },
  });

/** Says that nothing is there, and what may have been meant. */
export async function noSuchFile(git: WorktreeGit, root: string, path: string, signal: AbortSignal): Promise<string> {
  const { paths } = await filesOf(git, root, [specOf("", "literal")], signal);
  const near = nearPaths(path, paths);
  const hint = near.length === 0 ? "list shows what is there" : `did you mean ${near.map(shown).join(" or ")}?`;
  return `no such file ${shown(path)}; ${hint}`;
}

function numbered(text: string, path: string, range: { readonly from: number; readonly lines: number }): string {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  if (all.length === 0) return `[${shown(path)} is empty]`;
  if (range.from > all.length) throw new ToolRefusal(`${shown(path)} has ${all.length} lines, none at ${range.from}`);
  const shownLines: string[] = [];
  let chars = 0;
  for (const line of all.slice(range.from - 1, range.from - 1 + range.lines)) {
    const bare = line.replace(/\r$/, "");
    const whole = bare.length <= longestLine ? bare : `${bare.slice(0, longestLine)}… [${bare.length} characters]`;
    chars += whole.length;
    if (chars > mostChars && shownLines.length > 0) break;
    shownLines.push(`${range.from + shownLines.length}\t${whole}`);
  }
  const last = range.from + shownLines.length - 1;
  const rest =
    last < all.length ? [`[lines ${range.from} to ${last} of ${all.length}; go on with from: ${last + 1}]`] : [];
  return [...shownLines, ...rest].join("\n");
}
