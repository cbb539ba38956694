import { z } from "zod";

import { exactEdit } from "./exact-edit.ts";
import { noSuchFile } from "./read-tool.ts";
import { checkPlain, deleteFile, largestWrite, readText, writeText } from "./worktree-files.ts";
import { isIgnored, type WorktreeGit } from "./worktree-git.ts";
import { placePath, plainPath, realInside, realRoot, shown, writePlace, type WritePlace } from "./worktree-paths.ts";
import { ToolRefusal, worktreeTool, type WorktreeTool } from "./worktree-tool.ts";

export interface ChangeParts {
  readonly workdir: string;
  readonly git: WorktreeGit;
  /** Takes what is to be written from what this call may write in all. Throws where nothing is left. */
  readonly spend: (bytes: number) => void;
}

const pathInput = z.string().describe("From the top of the worktree, as src/main.ts.");

/** A whole file, new or in place of the one that is there. */
export const writeTool = (parts: ChangeParts): WorktreeTool =>
  worktreeTool({
    name: "write",
    description:
      "Writes a whole file, with the folders it needs. A file that is there is replaced and keeps its mode. To change a part of a file use edit.",
    input: z.object({
      path: pathInput,
      text: z.string().describe("All that the file is to hold."),
      executable: z
        .boolean()
        .optional()
        .describe("Whether the system may run it. Left out: as it was; a new file: no."),
    }),
    isWriting: true,
    detail: ({ path }) => path,
    async work({ path: given, text, executable }, signal) {
      const path = plainPath(given);
      const place = await changePlace(parts, path, signal);
      checkPlain(place, path);
      await put(parts, { place, path, text, executable });
      const size = `${Buffer.byteLength(text)} bytes`;
      return `${place.old === null ? "made" : "replaced"} ${shown(path)}, ${size}`;
    },
  });

/** A part of a file. */
export const editTool = (parts: ChangeParts): WorktreeTool =>
  worktreeTool({
    name: "edit",
    description:
      "Replaces a text in a file with another. The old text must stand there exactly, with its white space and without the numbers that read shows, and only once, unless all is true.",
    input: z.object({
      path: pathInput,
      old: z.string().describe("The text to replace; with enough lines around it to be found only once."),
      new: z.string().describe("What is to stand there instead."),
      all: z.boolean().optional().describe("Replace each place where the old text stands. Default: false."),
    }),
    isWriting: true,
    detail: ({ path }) => path,
    async work({ path: given, old, new: next, all = false }, signal) {
      const path = plainPath(given);
      const place = await changePlace(parts, path, signal);
      const root = await realRoot(parts.workdir);
      const real = place.old === null ? null : await realInside(root, path);
      if (real === null) throw new ToolRefusal(await noSuchFile(parts.git, root, path, signal));
      checkPlain(place, path);
      const edited = exactEdit(await readText(real, path), { old, new: next, all });
      if ("fault" in edited) throw new ToolRefusal(`${shown(path)} was not changed: ${edited.fault}`);
      await put(parts, { place, path, text: edited.text, executable: undefined });
      return `changed ${shown(path)}${edited.count > 1 ? ` in ${edited.count} places` : ""}`;
    },
  });

/** One file. */
export const deleteTool = (parts: ChangeParts): WorktreeTool =>
  worktreeTool({
    name: "delete",
    description: "Deletes one file.",
    input: z.object({ path: pathInput }),
    isWriting: true,
    detail: ({ path }) => path,
    async work({ path: given }, signal) {
      const path = plainPath(given);
      const place = await changePlace(parts, path, signal);
      if (place.old === null)
        throw new ToolRefusal(await noSuchFile(parts.git, await realRoot(parts.workdir), path, signal));
      if (place.old.isDirectory()) throw new ToolRefusal(`${shown(path)} is a folder; delete its files one by one`);
      await deleteFile(place);
      return `deleted ${shown(path)}`;
    },
  });

/** Where a change goes. What git ignores is no part of the work: it would be in no commit, and others may share it. */
async function changePlace({ workdir, git }: ChangeParts, path: string, signal: AbortSignal): Promise<WritePlace> {
  const root = await realRoot(workdir);
  const place = await writePlace(root, path);
  if (await isIgnored(git, root, placePath(root, place), signal))
    throw new ToolRefusal(`${shown(path)} is ignored by git, so it is not part of the work; choose another place`);
  return place;
}

async function put(
  parts: ChangeParts,
  to: {
    readonly place: WritePlace;
    readonly path: string;
    readonly text: string;
    readonly executable: boolean | undefined;
  },
): Promise<void> {
  const bytes = Buffer.byteLength(to.text);
  if (!to.text.isWellFormed()) throw new ToolRefusal("the text holds half of a character (a lone surrogate)");
  if (bytes > largestWrite)
    throw new ToolRefusal(`${shown(to.path)} would have ${bytes} bytes; at most ${largestWrite} can be written`);
  parts.spend(bytes);
  await writeText(to.place, to.text, to.executable);
}
