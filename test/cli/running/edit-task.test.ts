import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { editTask } from "../../../src/cli/running/edit-task.ts";
import { withRepository } from "../../../src/cli/wiring/command-context.ts";
import type { Hand } from "../at-hand.ts";
import { played } from "../played.ts";
import { silentProgram } from "../silent-program.ts";

const backlog = `tasks:
  - {id: A-1, goal: Say hello, risk: low, approve: [merge]}
  - id: B-1
    goal: Say more
    needs: [A-1]
`;

/** An editor that keeps what it was started with, and writes if there is something to write. */
function editor(hand: Hand, appended = ""): () => string {
  const told = join(hand.home, "told");
  const file = join(hand.home, "ed.sh");
  const change = appended === "" ? "" : `\nprintf '${appended}' >> "$2"`;
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > ${told}${change}\n`, { mode: 0o755 });
  hand.env["EDITOR"] = file;
  return () => readFileSync(told, "utf8");
}

function edit(hand: Hand, task: string): Promise<string> {
  const program = silentProgram({ env: hand.env, cwd: hand.top });
  return withRepository(program, (context) => editTask(context, task));
}

test("the editor opens at the task's place, and what it wrote is taken over as any change of the file", async () => {
  const hand = played(backlog);
  expect((await hand.say("run")).code).toBe(3);
  const told = editor(hand);
  expect(await edit(hand, "B-1")).toBe("tasks.yaml is as it was");
  expect(told()).toBe(`+3\n${join(hand.top, "tasks.yaml")}\n`);
  editor(hand, "  - {id: C-1, goal: Say less}\\n");
  expect(await edit(hand, "A-1")).toContain("run takes tasks.yaml over");
  await hand.say("run");
  expect((await hand.say("list")).out).toContain("C-1");
});

test("what it broke is said with its line, and a task beside the backlog has no place", async () => {
  const hand = played(backlog);
  await hand.say("run");
  await hand.say("add", "Something else");
  await expect(edit(hand, "DO-1")).rejects.toThrow("DO-1 stands in no backlog");
  editor(hand, "  - {id: C-1}\\n");
  await expect(edit(hand, "A-1")).rejects.toThrow(/the last good backlog stays: tasks\.yaml:6:/);
  hand.env["EDITOR"] = "false";
  await expect(edit(hand, "A-1")).rejects.toThrow('the editor "false" ended with exit code 1');
});
