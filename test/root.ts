import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the project, from its sources and from what they are compiled to. */
export const root = ((): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
})();
