import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { openPager, openShell } from "../../src/terminal/own-programs.ts";

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), "own-programs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const env = (more: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> => ({
  PATH: process.env["PATH"],
  ...more,
});

test("a pager gets the whole text", async () => {
  const file = join(place(), "read");
  const text = "line\n".repeat(50_000);
  expect(await openPager(text, env({ PAGER: `tee ${file} > /dev/null` }))).toBe(true);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("one that is left before its end has shown it", async () => {
  expect(await openPager("line\n".repeat(50_000), env({ PAGER: "true" }))).toBe(true);
});

test.each(["cat", "no-such-pager-here"])("%s shows nothing, so that the screen has to", async (pager) => {
  expect(await openPager("text", env({ PAGER: pager }))).toBe(false);
});

test("a shell is the person's own, in the folder, and nothing of the folder is run", async () => {
  const folder = place();
  const shell = join(place(), "shell");
  writeFileSync(shell, `#!/bin/sh\npwd > ${folder}/where\necho "$#" >> ${folder}/where\n`);
  chmodSync(shell, 0o755);
  writeFileSync(join(folder, ".envrc"), `touch ${folder}/ran\n`);
  await openShell(folder, [], env({ SHELL: shell }));
  expect(readFileSync(join(folder, "where"), "utf8").trim().split("\n").at(-1)).toBe("0");
});

test("a shell that cannot be started says so", async () => {
  await expect(openShell(place(), [], env({ SHELL: "/no/such/shell" }))).rejects.toThrow(
    "/no/such/shell could not be started",
  );
});
