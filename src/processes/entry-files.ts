import { extname, join } from "node:path";

/** Where the program's own entries lie: in the source seen from this folder, in what is built from the folder of its chunks. */
const entry = (path: string): string => join(import.meta.dirname, "..", `${path}${extname(import.meta.filename)}`);

/** The door of this program, as it was started: source or built. */
export const door = entry("main");
/** What starts commands for it, see spawn-helper.ts. */
export const spawnHelperFile = entry("processes/spawn-helper-main");
/** The thread that searches files, see src/cli/wiring/search-worker.ts. */
export const fileSearchFile = entry("cli/file-search-main");
