import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { findProgram } from "../../src/processes/program.ts";
import { scratchFolder, script } from "./scratch.ts";

test("a name is searched on the PATH, in order, past folders and files that cannot be run", async () => {
  const folder = scratchFolder();
  for (const name of ["a", "b", "c"]) mkdirSync(join(folder, name));
  mkdirSync(join(folder, "a", "tool"));
  script(join(folder, "b"), "tool", "", 0o644);
  const tool = script(join(folder, "c"), "tool", "#!/bin/sh\n");
  const path = ["a", "b", "missing", "c"].map((name) => join(folder, name)).join(":");
  expect(await findProgram("tool", folder, path)).toEqual({ ok: true, path: tool });
  expect(await findProgram("tool", folder, "b:c")).toEqual({ ok: true, path: tool });
  expect(await findProgram("tool", join(folder, "c"), "")).toEqual({ ok: true, path: tool });
  expect(await findProgram("./c/tool", folder, "")).toEqual({ ok: true, path: tool });
  expect(await findProgram(tool, "/", "")).toEqual({ ok: true, path: tool });
  expect(await findProgram("sh", folder)).toMatchObject({ ok: true });
});

test("what cannot be run says what, where and what to do", async () => {
  const folder = scratchFolder();
  const file = script(folder, "plain", "", 0o644);
  const failure = async (name: string, cwd: string, path: string) => {
    const found = await findProgram(name, cwd, path);
    return found.ok ? null : found.failure;
  };
  expect(await failure("no-such-tool", folder, "/bin")).toEqual({
    kind: "not_found",
    message: "cannot run no-such-tool: there is no such program at PATH (/bin); install it or give its full path",
  });
  expect(await failure("./no-such-tool", folder, "/bin")).toMatchObject({ kind: "not_found" });
  expect((await failure("./no-such-tool", folder, "/bin"))?.message).toContain(join(folder, "no-such-tool"));
  expect(await failure("plain", folder, folder)).toEqual({
    kind: "not_executable",
    message: `cannot run ${file}: it is not an executable file; chmod +x would make it one`,
  });
  expect(await failure("./plain", folder, "/bin")).toMatchObject({ kind: "not_executable" });
  expect(await failure("sh", join(folder, "gone"), "/bin")).toEqual({
    kind: "cwd_missing",
    message: `cannot run sh in ${join(folder, "gone")}: there is no such folder`,
  });
  expect(await failure("sh", file, "/bin")).toMatchObject({ kind: "cwd_missing" });
});
