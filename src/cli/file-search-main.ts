import { parentPort } from "node:worker_threads";

import { openAnew, openFileIndex } from "../../state/live/file-index.ts";
import { systemClock } from "../processes/clock.ts";
import { createGit } from "../workspace/git.ts";
import { GitPins } from "../workspace/watch/git-pins.ts";
import { FileSearch } from "./wiring/file-search.ts";
import type { FromSearch, SearchPlace, ToSearch } from "./wiring/search-worker.ts";

/** The thread in which files are searched, see search-worker.ts. */
function serve({ scratch, repository, cwd, gitDir, watchFolder, environment }: SearchPlace): void {
  const pins = new GitPins(watchFolder);
  const git = createGit({ environment, clock: systemClock, note: () => undefined, pins: () => pins.get() });
  const index = { path: scratch, repository, now: () => systemClock.now() };
  const search = new FileSearch(git, { cwd, gitDir }, openFileIndex(index), () => openAnew(index));
  const answer = (message: FromSearch): void => parentPort?.postMessage(message, []);
  parentPort?.on("message", ({ id, ...request }: ToSearch) => {
    search.find(request).then(
      (found) => answer({ id, found }),
      (error: unknown) =>
        answer({ id, error: `the search failed: ${error instanceof Error ? error.message : String(error)}` }),
    );
  });
}

parentPort?.once("message", (place: SearchPlace) => serve(place));
