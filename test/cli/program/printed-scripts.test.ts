import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { packageVersion } from "../../../src/cli/program/package-version.ts";
import { publicCommands } from "../../../src/cli/program/public-commands.ts";
import { brand } from "../../../src/domain/brand.ts";
import { atHand } from "../at-hand.ts";

const root = join(import.meta.dirname, "..", "..", "..");

test("bash completes commands, flags and choices", async () => {
  const hand = atHand();
  const { out } = await hand.say("completions", "bash");
  const file = join(hand.home, "completion");
  writeFileSync(file, out);
  const complete = (...words: string[]): string[] =>
    execFileSync(
      "bash",
      [
        "--norc",
        "-c",
        `source ${file}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${brand.bin}; printf '%s\\n' "\${COMPREPLY[@]}"`,
        "bash",
        brand.bin,
        ...words,
      ],
      {
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "" },
      },
    )
      .trim()
      .split("\n");
  expect(complete("re")).toEqual(["resume", "review", "rewind", "revert", "report", "release"]);
  expect(complete("run", "--de")).toEqual(["--detach"]);
  expect(complete("do", "x", "--risk", "")).toEqual(["low", "medium", "high"]);
});

test.each(["zsh", "fish"])("%s gets every command with its help", async (shell) => {
  const hand = atHand();
  const { out, code } = await hand.say("completions", shell);
  expect(code).toBe(0);
  const plain = out.replaceAll("\\:", ":").replaceAll(`'\\''`, "'");
  for (const { name, help } of publicCommands)
    expect([`${name}:${help}`, `${name} -d '${help}`].some((entry) => plain.includes(entry))).toBe(true);
  const file = join(hand.home, "completion");
  writeFileSync(file, out);
  const checked = spawnSync(shell, ["-n", file], { encoding: "utf8" });
  // Only where that shell is installed.
  if (checked.error === undefined) expect([checked.status, checked.stderr]).toEqual([0, ""]);
  expect(out).not.toContain("undefined");
});

test("an unknown shell is refused", async () => {
  const { err, code } = await atHand().say("completions", "tcsh");
  expect([code, err]).toEqual([2, `${brand.bin}: there are completions for bash, zsh, fish\n`]);
});

test("the manual page has a part for every command, and no line that roff would take for a request of ours", async () => {
  const { out } = await atHand().say("man");
  expect(out.split("\n")[0]).toContain(`.TH ${brand.bin.toUpperCase()} 1`);
  for (const { name } of publicCommands) expect(out).toContain(`.SS "${name.replaceAll("-", "\\-")}`);
  expect(out).not.toContain('.SS "words');
  for (const line of out.split("\n").filter((text) => text.startsWith(".")))
    expect(line).toMatch(/^\.(?:TH|SH|SS|TP|PP|B|I)\b/);
});

test("--version loads nothing but its own file", () => {
  const hook = `import { registerHooks } from "node:module"; registerHooks({ load(url, context, next) { if (url.startsWith("file:")) process.stderr.write(url + "\\n"); return next(url, context); } });`;
  const told = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, join(root, "src", "main.ts"), "--version"],
    { encoding: "utf8" },
  );
  expect(told.stdout).toBe(`${packageVersion()}\n`);
  const loaded = told.stderr
    .split("\n")
    .filter((url) => url.includes("/src/"))
    .map((url) => url.slice(url.indexOf("/src/") + 1));
  expect(loaded.toSorted()).toEqual([
    "src/cli/main.ts",
    "src/cli/program/package-version.ts",
    "src/domain/assert.ts",
    "src/main.ts",
  ]);
});
