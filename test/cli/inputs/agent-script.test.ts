import { execFileSync, spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { agentScript, agentScriptText, isWithoutAgent } from "../../../src/cli/inputs/agent-script.ts";
import { brand, envName } from "../../../src/domain/brand.ts";
import { CommandParser } from "../../../src/models/command/command-lines.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { having } from "../played.ts";

/** A repository on a machine that has sh, git and what a script may need, and no agent. */
function withoutAgents(): Hand {
  const hand = atHand({ "readme.md": "x" });
  const bin = join(hand.home, "bin");
  mkdirSync(bin);
  for (const name of ["sh", "git", "cat", "node"]) {
    const path = name === "node" ? process.execPath : execFileSync("which", [name], { encoding: "utf8" }).trim();
    symlinkSync(path, join(bin, name));
  }
  hand.env["PATH"] = bin;
  return hand;
}

const scriptOf = (hand: Hand): string => join(hand.top, agentScript.file);

/** The script with its lines filled in. */
const filled = (agent: string, reader: string | null = null): string =>
  agentScriptText
    .replace("AGENT=''", () => `AGENT='${agent}'`)
    .replace("READER=$AGENT", () => (reader === null ? "READER=$AGENT" : `READER='${reader}'`));

function called(hand: Hand, role: string, ...args: string[]) {
  const prompt = join(hand.home, "prompt.md");
  writeFileSync(prompt, "Make it so.\n");
  return spawnSync(scriptOf(hand), args.length === 0 ? [prompt] : args, {
    encoding: "utf8",
    env: { PATH: hand.env["PATH"] ?? "", [envName("ROLE")]: role, [envName("PROMPT_FILE")]: prompt },
  });
}

function outcomeOf({ stdout, status }: { readonly stdout: string; readonly status: number | null }) {
  const parser = new CommandParser({ program: "mine", schema: false, maySayNothing: true });
  for (const line of stdout.split("\n")) parser.output(line, false);
  return parser.end({ kind: "exited", code: status ?? -1 });
}

test("where no model is found, a script for one is written, named in the settings, and never overwritten", async () => {
  const hand = withoutAgents();
  const { out, code } = await hand.say("init");
  expect([code, out]).toEqual([0, expect.stringContaining(`or name any program in ${agentScript.file}`)]);
  expect(() => accessSync(scriptOf(hand), constants.X_OK)).not.toThrow();
  expect(readFileSync(join(hand.top, brand.settingsFile), "utf8")).toMatch(/^ {2}mine: \{adapter: command, argv: /m);
  expect(isWithoutAgent(readFileSync(scriptOf(hand), "utf8"))).toBe(true);
  const doctor = await hand.say("doctor");
  expect([doctor.code, doctor.out]).toEqual([
    1,
    expect.stringMatching(/model mine +does not work .*agent\.sh names no agent yet: fill in its line AGENT/),
  ]);
  hand.write(agentScript.file, filled("true"));
  expect((await hand.say("doctor")).out).toMatch(/model mine +ok /);
  await hand.say("init");
  expect(readFileSync(scriptOf(hand), "utf8")).toBe(filled("true"));
});

test.each(["''", '""', "'  '", "", "   "])(
  "a script whose line is AGENT=%s names no agent, in the doctor and when it is called",
  (agent) => {
    const hand = withoutAgents();
    const text = agentScriptText.replace("AGENT=''", () => `AGENT=${agent}`);
    expect(isWithoutAgent(text)).toBe(true);
    expect(isWithoutAgent(text.replaceAll("\n", "\r\n"))).toBe(true);
    hand.write(agentScript.file, text);
    chmodSync(scriptOf(hand), 0o755);
    expect(called(hand, "implementer")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("no agent is named") as unknown,
    });
  },
);

test("no script is written where a model is there already", async () => {
  const found = withoutAgents();
  found.env["OPENAI_API_KEY"] = "sk-nothing";
  await found.say("init");
  expect(existsSync(scriptOf(found))).toBe(false);

  const own = withoutAgents();
  const config = join(own.home, ".config", brand.folder, "config.yaml");
  mkdirSync(dirname(config), { recursive: true });
  writeFileSync(config, "models: {own: {adapter: command, argv: [own-agent]}}\n");
  await own.say("init");
  expect(existsSync(scriptOf(own))).toBe(false);
  expect(readFileSync(join(own.top, brand.settingsFile), "utf8")).toMatch(/^# models:$/m);
});

test("without an agent's name it says what to fill in and ends as a failure that is not tried again", async () => {
  const hand = withoutAgents();
  await hand.say("init");
  for (const role of ["planner", "implementer", "code_reviewer"]) {
    const ended = called(hand, role);
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining("fill in its line AGENT")]);
    expect(outcomeOf(ended)).toMatchObject({
      kind: "error",
      failure: {
        type: "invalid_request",
        reason: "spawn",
        retryable: false,
        message: having("AGENT"),
      },
    });
  }
});

test("the agent gets the prompt, by its role, and its end is the end", () => {
  const hand = withoutAgents();
  hand.write(agentScript.file, filled(`echo "edits: $(cat)"; cat "$1"; exit 3`, "echo reads; cat"));
  const edits = called(hand, "implementer");
  expect([edits.status, edits.stdout]).toEqual([3, "edits: Make it so.\nMake it so.\n"]);
  const reads = called(hand, "planner");
  expect([reads.status, reads.stdout]).toEqual([0, "reads\nMake it so.\n"]);

  hand.write(agentScript.file, filled("no-such-agent"));
  const missing = called(hand, "code_reviewer");
  expect(missing.stderr).toContain("no-such-agent");
  expect(outcomeOf(missing)).toMatchObject({ kind: "error", failure: { type: "not_found", retryable: false } });
  expect(outcomeOf(called(hand, "implementer", join(hand.home, "nothing")))).toMatchObject({
    failure: { type: "invalid_request" },
  });
});

test("with its line filled in a task is merged", async () => {
  const hand = withoutAgents();
  await hand.say("init");
  const answers = `case $GANDY_ROLE in planner) echo "{\\"summary\\": \\"s\\", \\"steps\\": [{\\"id\\": \\"S1\\", \\"title\\": \\"t\\", \\"details\\": \\"d\\"}]}" ;; *) echo "{\\"verdict\\": \\"approve\\", \\"summary\\": \\"s\\", \\"findings\\": []}" ;; esac`;
  hand.write(agentScript.file, filled("echo done > done.txt", answers));
  hand.write("tasks.yaml", "tasks: [{id: A, goal: Do it}]\n");
  const ended = await hand.say("run", "--plain");
  expect([ended.code, ended.out]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  expect(hand.git("show", `${brand.integrationBranch}:done.txt`)).toBe("done\n");
});
