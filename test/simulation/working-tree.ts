import type { TaskId } from "../../src/domain/ids.ts";
import { WorkspaceError } from "../../src/domain/workspace-error.ts";

/** Where a piece of work on the disk may be cut off: some time passes, the engine may die, or the tool may fail. */
export interface Working {
  /** Between two effects. */
  readonly step: () => Promise<void>;
  /** Before the first effect; null: the tool works. */
  readonly fault: () => WorkspaceError | null;
  /** Throws where the repository is gone. */
  readonly present: () => Promise<void>;
  /** Told before files of a task's tree are committed or put back: nobody else may be at work in it. */
  readonly onTouch: (task: TaskId, what: string) => void;
}
