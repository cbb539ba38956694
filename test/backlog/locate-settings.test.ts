import { expect, test } from "vitest";

import { locateSettings } from "../../src/backlog/locate-settings.ts";

const nowhere = { tasksFile: null, repositoryTop: null, xdgConfigHome: null, home: null };

test("the user's settings are below the configuration folder of the system", () => {
  expect(locateSettings({ ...nowhere, home: "/home/u" }).user).toBe("/home/u/.config/gandy/config.yaml");
  expect(locateSettings({ ...nowhere, home: "/home/u", xdgConfigHome: "/conf" }).user).toBe("/conf/gandy/config.yaml");
  expect(locateSettings({ ...nowhere, home: "/home/u", xdgConfigHome: "conf" }).user).toBe(
    "/home/u/.config/gandy/config.yaml",
  );
  expect(locateSettings(nowhere).user).toBeNull();
});

test("the project's are beside the tasks, else at the top of the repository", () => {
  const at = (tasksFile: string | null, repositoryTop: string | null) =>
    locateSettings({ ...nowhere, tasksFile, repositoryTop }).project;
  expect(at("/repo/plans/tasks.yaml", "/repo")).toEqual(["/repo/plans/gandy.yaml", "/repo/gandy.yaml"]);
  expect(at("/repo/tasks.yaml", "/repo")).toEqual(["/repo/gandy.yaml"]);
  expect(at(null, "/repo")).toEqual(["/repo/gandy.yaml"]);
  expect(at(null, null)).toEqual([]);
});
