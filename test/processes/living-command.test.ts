import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { LivingCommand } from "../../src/processes/living-command.ts";
import { readProcess } from "../../src/processes/process-table.ts";
import { runCommand } from "../../src/processes/run-command.ts";
import { until } from "../until.ts";
import { environment, scratchFolder } from "./scratch.ts";

const dayMs = 24 * 60 * 60_000;
const runs = (pid: number): boolean => readProcess(pid)?.zombie === false;

/** A shell that answers each line with its length, the line itself and a line end. */
const echo = 'while IFS= read -r line; do printf "%s\\n%s\\n" "${#line}" "$line"; done';
const talkTo = (script: string): LivingCommand =>
  new LivingCommand({ argv: ["/bin/sh", "-c", script], cwd: "/", env: environment });
const size = (head: string): number => Number(head) + 1;

test("each question has its own answer, long ones too", async () => {
  const command = talkTo(echo);
  for (const line of ["one", "", "x".repeat(100_000)]) {
    const answer = await command.ask(line, size, dayMs);
    expect(answer?.body.toString()).toBe(`${line}\n`);
  }
  command.end();
  expect(await command.ask("one", size, dayMs)).toBeNull();
});

test("one question is asked at a time, each of one line", async () => {
  const command = talkTo(echo);
  const first = command.ask("one", size, dayMs);
  expect(await command.ask("two", size, dayMs)).toBeNull();
  expect((await first)?.body.toString()).toBe("one\n");
  expect(await command.ask("a\nb", size, dayMs)).toBeNull();
  expect((await command.ask("three", size, dayMs))?.body.toString()).toBe("three\n");
  command.end();
});

test.each([
  ["dies", "exit 1"],
  ["is not there", null],
  ["says nothing in time", "sleep 1000"],
  ["says more than it was asked", 'read -r line; printf "1\\na\\nand more\\n"; sleep 1000'],
  ["speaks without being asked", "echo 1; echo x; sleep 1000"],
  ["has more to say than is wanted", 'read -r line; printf "99999999\\n"; sleep 1000'],
])("a program that %s answers nothing any more, and nothing is left of it", async (_what, script) => {
  const file = join(scratchFolder(), "pid");
  const command =
    script === null
      ? new LivingCommand({ argv: ["/no/such/program"], cwd: "/", env: environment })
      : talkTo(`echo $$ > '${file}'; ${script}`);
  const wanted = (head: string): number | null => (Number(head) > 1_000 ? null : size(head));
  const isSilent = script === "sleep 1000";
  if (script !== null) await until("the program", () => /\n/.test(textOf(file)));
  // Who speaks first may still be taken for one who answers.
  if (script?.startsWith("echo") === true) await until("its end", () => !runs(Number(textOf(file))));
  expect(await command.ask("one", wanted, isSilent ? 50 : dayMs)).toBeNull();
  expect(await command.ask("two", wanted, dayMs)).toBeNull();
  if (script !== null) await until("its end", () => !runs(Number(textOf(file))));
});

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

test.each(["process.exit(0)", "process.kill(process.pid, 'SIGKILL')", "// Nothing waits for it."])(
  "it ends with the program that asked it: %s",
  async (end) => {
    const file = join(import.meta.dirname, "..", "..", "src", "processes", "living-command.ts");
    const program = `const { LivingCommand } = await import(${JSON.stringify(file)});
      const command = new LivingCommand({ argv: ["/bin/sh", "-c", 'while read -r line; do echo $$; done'], cwd: "/", env: {} });
      console.log((await command.ask("who", () => 0, 1e8)).head);
      ${end}`;
    const { stdout } = await runCommand({
      argv: [process.execPath, "--input-type=module", "-e", program],
      cwd: "/",
      env: environment,
      timeoutMs: dayMs,
    });
    expect(stdout).toMatch(/^\d+\n$/);
    await until("its end", () => !runs(Number(stdout)));
  },
);
