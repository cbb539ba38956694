import { dirname, isAbsolute, join } from "node:path";

import { brand } from "../domain/brand.ts";

export interface SettingsPlaces {
  /** The user's own settings; null where no home is known. */
  readonly user: string | null;
  /** The project's: the first of these that exists counts, the others are not read. */
  readonly project: readonly string[];
}

/** Where settings are looked for. All paths absolute; null what is not there. A relative XDG_CONFIG_HOME does not count. */
export function locateSettings(where: {
  readonly tasksFile: string | null;
  readonly repositoryTop: string | null;
  readonly xdgConfigHome: string | null;
  readonly home: string | null;
}): SettingsPlaces {
  const { tasksFile, repositoryTop, xdgConfigHome, home } = where;
  const given = xdgConfigHome !== null && isAbsolute(xdgConfigHome) ? xdgConfigHome : null;
  const config = given ?? (home === null || home === "" ? null : join(home, ".config"));
  const folders = [tasksFile === null ? null : dirname(tasksFile), repositoryTop];
  return {
    user: config === null ? null : join(config, brand.folder, "config.yaml"),
    project: [...new Set(folders.flatMap((folder) => (folder === null ? [] : join(folder, brand.settingsFile))))],
  };
}
