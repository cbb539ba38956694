import { z } from "zod";

/** One thing a model may do in a worktree. Knows nothing of any provider or library. */
export interface WorktreeTool {
  readonly name: string;
  /** Written for the model. */
  readonly description: string;
  readonly input: z.ZodType;
  /** It changes files, or runs a program that may. */
  readonly isWriting: boolean;
  /** Text for the model, an error as well: rejects for bugs alone. The input is checked here too. */
  execute(input: unknown, signal: AbortSignal): Promise<string>;
  /** What it works on, in at most 200 characters, for those who watch. Never throws. */
  detail(input: unknown): string;
}

/** What a tool does not do, in words for the model. */
export class ToolRefusal extends Error {
  override readonly name = "ToolRefusal";
}

interface ToolPlan<Input> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly isWriting: boolean;
  work(input: Input, signal: AbortSignal): Promise<string>;
  detail(input: Input): string;
}

const longestDetail = 200;

/** Makes a tool of work that throws `ToolRefusal` and errors of the disk. */
export function worktreeTool<Input>(plan: ToolPlan<Input>): WorktreeTool {
  const { name, description, input, isWriting } = plan;
  return {
    name,
    description,
    input,
    isWriting,
    async execute(given, signal) {
      const parsed = input.safeParse(given);
      if (!parsed.success) return `error: ${name} was not run: ${z.prettifyError(parsed.error)}`;
      if (signal.aborted) return stopped;
      try {
        return await plan.work(parsed.data, signal);
      } catch (error) {
        if (signal.aborted) return stopped;
        const why = error instanceof ToolRefusal ? error.message : ofTheDisk(error);
        if (why === null) throw error;
        return `error: ${why}`;
      }
    },
    detail(given) {
      const parsed = input.safeParse(given);
      return parsed.success ? plan.detail(parsed.data).slice(0, longestDetail) : "";
    },
  };
}

const stopped = "error: the work was stopped";

const diskFaults: Readonly<Record<string, string>> = {
  EACCES: "the system does not allow it (EACCES)",
  EPERM: "the system does not allow it (EPERM)",
  EROFS: "the disk is read only (EROFS)",
  ENOSPC: "the disk is full (ENOSPC); stop and say so",
  EDQUOT: "the disk is full (EDQUOT); stop and say so",
  EMFILE: "too many files are open (EMFILE); try again",
  ENFILE: "too many files are open (ENFILE); try again",
  EIO: "the disk failed (EIO); stop and say so",
  ENAMETOOLONG: "the path is too long",
  ENOENT: "a file or folder went away meanwhile; list the folder and try again",
  ENOTDIR: "a folder became a file meanwhile; list the folder and try again",
  EISDIR: "it is a folder",
  ELOOP: "it is a link; name the file it leads to",
  EEXIST: "a file appeared there meanwhile; read it and try again",
  EBUSY: "the file is in use (EBUSY); try again",
  ETXTBSY: "the program is running (ETXTBSY); try again",
};

/** Null: no fault of the disk. Its own message would name folders that are none of the model's business. */
function ofTheDisk(error: unknown): string | null {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  return code === null ? null : (diskFaults[code] ?? null);
}
