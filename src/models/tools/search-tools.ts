import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

import { filesOf, gitsWords, specOf, type GitSaid, type WorktreeGit } from "./worktree-git.ts";
import { plainPath, realRoot, shown } from "./worktree-paths.ts";
import { ToolRefusal, worktreeTool, type WorktreeTool } from "./worktree-tool.ts";

export interface SearchParts {
  readonly workdir: string;
  readonly git: WorktreeGit;
}

const mostListed = 400;
const mostFolders = 100;
const mostFound = 200;
const longestLine = 300;
const searchMs = 10_000;
const searchBytes = 1024 * 1024;

const place = z
  .string()
  .optional()
  .describe("A folder, a file, or a glob such as src/**/*.ts. Left out: the whole worktree.");

/** Names of files. */
export const listTool = ({ workdir, git }: SearchParts): WorktreeTool =>
  worktreeTool({
    name: "list",
    description:
      "Lists the files of the project: all, those in a folder, or those that fit a glob. Files that git ignores are left out. Where there are too many it lists folders with the number of files in each.",
    input: z.object({ path: place }),
    isWriting: false,
    detail: ({ path }) => path ?? ".",
    async work({ path = "" }, signal) {
      const root = await realRoot(workdir);
      const spec = await specIn(root, plainPath(path));
      const { paths, isCut } = await filesOf(git, root, [spec], signal);
      const cut = isCut ? "\n[there are more files than git could list here]" : "";
      if (paths.length === 0)
        return `no files at ${path === "" ? "the top" : shown(path)}; what git ignores is not listed`;
      if (paths.length <= mostListed) return paths.map(shown).join("\n") + cut;
      return `${paths.length} files; name a folder or a glob to see them:\n${folderLines(paths).join("\n")}${cut}`;
    },
  });

/** The folders in which files are, as deep as they can all be shown. */
function folderLines(paths: readonly string[]): readonly string[] {
  let lines: readonly string[] = [];
  for (let depth = 1; depth <= 8; depth += 1) {
    const counts = new Map<string, number>();
    for (const path of paths) {
      const folder = path.split("/").slice(0, -1).slice(0, depth).join("/");
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    if (depth > 1 && counts.size > mostFolders) break;
    lines = [...counts].map(([folder, count]) => `${folder === "" ? "." : shown(folder)}/ ${count} files`);
  }
  const over = lines.length - mostFolders;
  return over > 0 ? [...lines.slice(0, mostFolders), `[${over} more folders]`] : lines;
}

/** Lines of files. */
export const searchTool = ({ workdir, git }: SearchParts): WorktreeTool =>
  worktreeTool({
    name: "search",
    description:
      "Finds lines in the files of the project, those that git ignores left out. The text is taken as it stands, or as a Perl regular expression with regex: true. Shows path:line: text.",
    input: z.object({
      text: z.string().min(1).max(1_000).describe("What a line has to hold, or the regular expression it has to fit."),
      path: place,
      regex: z.boolean().optional().describe("Take the text as a regular expression. Default: false."),
      ignoreCase: z.boolean().optional().describe("Default: false."),
    }),
    isWriting: false,
    detail: ({ text, path }) => (path === undefined ? text : `${text} in ${path}`),
    async work({ text, path = "", regex = false, ignoreCase = false }, signal) {
      if (/[\0\r\n]/.test(text))
        throw new ToolRefusal("search looks at single lines; leave ends of lines out of the text");
      const root = await realRoot(workdir);
      const spec = await specIn(root, plainPath(path));
      const ask = (kind: string): Promise<GitSaid> => {
        const flags = ["-z", "-n", "-I", "--untracked", "--no-color", "--full-name", kind];
        const args = ["grep", ...flags, ...(ignoreCase ? ["-i"] : []), "-e", text, "--", spec];
        return git(root, args, signal, { maxBytes: searchBytes, timeoutMs: searchMs });
      };
      const said = await ask(regex ? "-P" : "-F");
      return found(regex && isWithoutPerl(said) ? await ask("-E") : said, path);
    },
  });

const isWithoutPerl = ({ code, stderr }: GitSaid): boolean => code > 1 && /LIBPCRE|Perl-compatible/i.test(stderr);

function found(said: GitSaid, path: string): string {
  if (said.code > 1) throw new ToolRefusal(`the search failed: ${gitsWords(said)}`);
  const lines = said.stdout.split("\n").slice(0, -1).map(foundLine);
  const isCut = said.isCut || lines.length > mostFound;
  if (lines.length === 0 && !said.isCut) return `nothing found in ${path === "" ? "the project" : shown(path)}`;
  const note = `[${lines.length === 0 ? "nothing found in time" : "there may be more"}; make the text or the path narrower]`;
  return [...lines.slice(0, mostFound), ...(isCut ? [note] : [])].join("\n");
}

function foundLine(line: string): string {
  const [path = "", number = "", ...rest] = line.split("\0");
  const text = rest.join(" ").replace(/\r$/, "");
  return `${shown(path)}:${number}: ${text.length > longestLine ? `${text.slice(0, longestLine)}…` : text}`;
}

/** What is there by that very name is meant, also where the name looks like a glob. */
async function specIn(root: string, path: string): Promise<string> {
  if (!/[*?[]/.test(path)) return specOf(path, "literal");
  const isThere = await lstat(join(root, path)).then(
    () => true,
    () => false,
  );
  return specOf(path, isThere ? "literal" : "glob");
}
