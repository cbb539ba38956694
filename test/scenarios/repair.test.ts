import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand, envName } from "../../src/domain/brand.ts";
import { atHand } from "../cli/at-hand.ts";

const env = (name: string): string => `$${envName(name)}`;

/** Reviews with words instead of a verdict, until it is told; `$1` is where it writes down what it was told. */
/** Reviews with a word that is no verdict, until it is told; writes down what it was told. */
const agent = (notes: string, answer: (verdict: string) => string): string => `#!/bin/sh
notes='${notes}'
[ "$1" = --version ] && { echo 2.1.329; exit 0; }
[ "${env("ROLE")}" = implementer ] && { echo made >made.txt; ${answer("none")}; exit 0; }
echo >>"$notes/starts"
cat "${env("PROMPT_FILE")}" >"$notes/told-$(wc -l <"$notes/starts" | tr -d ' ')"
echo "started $@" >>"$notes/arguments"
case $(cat "${env("PROMPT_FILE")}") in
  *"be used: "*) ${answer("approve")} ;;
  *) ${answer("perhaps")} ;;
esac
`;
const plain = (verdict: string): string => `echo '{"verdict":"${verdict}","summary":"fine","findings":[]}'`;
const session = "5b0c5b0c-0000-4000-8000-000000000001";
const claude = (verdict: string): string => {
  const result = {
    type: "result",
    subtype: "success",
    is_error: false,
    terminal_reason: "completed",
    session_id: session,
    structured_output: { verdict, summary: "fine", findings: [] },
    result: "done",
  };
  return `echo '${JSON.stringify(result)}'`;
};

const settings = `models:
  mine: MODEL
retry: {call: {strategy: fixed, attempts: 3, base: 1ms, cap: 1ms}}
`;

test.each([
  ["in the session of the answer, only what was wrong with it", "claude-code", claude],
  ["without a session, the whole request with a note", "command", plain],
])("a model whose answer does not fit is told so: %s", async (_how, adapter, answer) => {
  const hand = atHand({
    "readme.md": "hello\n",
    "tasks.yaml": "tasks: [{id: A, goal: Say hello, risk: low}]\n",
  });
  const program = join(hand.home, "claude");
  writeFileSync(program, agent(hand.home, answer), { mode: 0o755 });
  hand.env["PATH"] = `${hand.home}:${hand.env["PATH"] ?? ""}`;
  const model =
    adapter === "command" ? `{adapter: command, argv: [${program}]}` : `{adapter: ${adapter}, billing: free}`;
  hand.write(brand.settingsFile, settings.replace("MODEL", model));
  expect((await hand.say("run")).code).toBe(0);
  const told = (n: number): string => readFileSync(join(hand.home, `told-${n}`), "utf8");
  const started = readFileSync(join(hand.home, "arguments"), "utf8").trim().split("\n");
  expect(started).toHaveLength(2);
  expect(told(1)).not.toContain("be used");
  expect(told(2)).toContain("the review does not fit its schema");
  const resumes = started.map((line) => line.includes(`--resume ${session}`));
  expect([resumes, told(2).includes("Say hello")]).toEqual(
    adapter === "command" ? [[false, false], true] : [[false, true], false],
  );
});
