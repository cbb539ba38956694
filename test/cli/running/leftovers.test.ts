import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { sweepTemporary } from "../../../src/cli/running/sweep-temporary.ts";
import { brand } from "../../../src/domain/brand.ts";
import { because, noProc } from "../../skipped.ts";
import { atHand, type Hand } from "../at-hand.ts";
import { at, having, oneTask, parsed, parsedLines } from "../played.ts";
import { until } from "../../until.ts";

/** A repository whose only model is this shell script. */
function scripted(script: string, settings = ""): Hand {
  const hand = atHand({ "readme.md": "hello\n", "tasks.yaml": oneTask, "agent.sh": `#!/bin/sh\n${script}\n` });
  hand.write(
    brand.settingsFile,
    `models: {mine: {adapter: command, argv: [./agent.sh], env: {set: {WORLD: "${hand.home}"}}}}\n${settings}`,
  );
  return hand;
}

/** All files below a folder. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

const review = `echo '{"verdict":"approve","summary":"good","findings":[]}'`;

test.skipIf(noProc !== null)(
  `what a killed engine left is ended by the next one, also a daemon that left its group, and its temporary files go${because(noProc)}`,
  async () => {
    const hand = scripted(`if [ "$GANDY_ROLE" = code_reviewer ]; then ${review}; exit; fi
if [ ! -e "$WORLD/daemon" ]; then
  echo mine > "$TMPDIR/left"
  (setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $! > "$WORLD/daemon.tmp")
  mv "$WORLD/daemon.tmp" "$WORLD/daemon"
  echo $$ > "$WORLD/agent"
  exec sleep 300
fi
echo done > done.txt`);
    onTestFinished(async () => void (await hand.say("stop", "--now")));
    expect((await hand.say("run", "--detach")).code).toBe(0);
    const pidIn = (name: string): number => Number(readFileSync(join(hand.home, name), "utf8"));
    await until("the agent", () => existsSync(join(hand.home, "agent")));
    const [daemon, agent] = [pidIn("daemon"), pidIn("agent")];
    const engine = /the engine is process (\d+)/.exec((await hand.say("log")).out)?.[1];
    process.kill(Number(engine), "SIGKILL");
    process.kill(agent, "SIGKILL");
    await until("their end", () => !lives(Number(engine)) && !lives(agent));
    expect(lives(daemon)).toBe(true);

    const { code, out } = await hand.say("run");
    expect([code, out]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
    expect(lives(daemon)).toBe(false);
    const left = filesIn(join(hand.home, "state", "runs")).filter((path) => path.includes("/1/tmp/"));
    expect(left).toEqual([]);
  },
);

test.skipIf(noProc !== null)(
  `an agent whose task is not worked on this time is not left to itself${because(noProc)}`,
  async () => {
    const hand = scripted(`if [ "$GANDY_ROLE" = code_reviewer ]; then ${review}; exit; fi
if [ "$GANDY_TASK" = A ] && [ ! -e "$WORLD/agent" ]; then
  echo $$ > "$WORLD/agent.tmp"
  mv "$WORLD/agent.tmp" "$WORLD/agent"
  exec sleep 300
fi
echo done > "$GANDY_TASK.txt"`);
    hand.write("tasks.yaml", "tasks: [{id: A, goal: Say a, risk: low}, {id: B, goal: Say b, risk: low}]\n");
    onTestFinished(async () => void (await hand.say("stop", "--now")));
    expect((await hand.say("run", "--detach", "--task", "A")).code).toBe(0);
    await until("the agent", () => existsSync(join(hand.home, "agent")));
    const agent = Number(readFileSync(join(hand.home, "agent"), "utf8"));
    const engine = Number(/the engine is process (\d+)/.exec((await hand.say("log")).out)?.[1]);
    process.kill(engine, "SIGKILL");
    await until("its end", () => !lives(engine));
    expect(lives(agent)).toBe(true);
    expect((await hand.say("run", "--task", "B")).out).toContain("1 of 2 tasks done");
    expect(lives(agent)).toBe(false);
    const { code, out } = await hand.say("run");
    expect([code, out]).toEqual([0, expect.not.stringContaining("try 2")]);
    expect((await hand.say("list", "--state", "done", "--json")).out).toMatch(/"id":"A".*"attempts":2.*"id":"B"/);
  },
);

test("a key that a model's program prints is in no ledger, log or line", async () => {
  const shaped = "sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const own = "correct-horse-battery";
  const hand = scripted(
    `key=$(cat "$WORLD/key"); echo "cannot log in with $key and $MY_TOKEN" >&2; echo "I use $key"; exit 3`,
    "env: {pass: [MY_TOKEN]}\nretry: {call: {attempts: 1}, step: {attempts: 1}}\n",
  );
  hand.env["MY_TOKEN"] = own;
  writeFileSync(join(hand.home, "key"), shaped);
  const run = await hand.say("run", "--json");
  expect(run.code).toBe(3);
  const id = String(at(parsedLines(run.out)[0], "run"));
  const told = parsedLines(run.out).map((event) => at(event, "data", "error", "message"));
  expect(told).toContainEqual(expect.stringContaining("cannot log in with [redacted] and [redacted]"));
  const printed = await Promise.all(
    [["log"], ["log", "--json"], ["review"], ["review", "--json"], ["task", "A-1"], ["task", "A-1", "--json"]].map(
      async (argv) => (await hand.say(...argv)).out,
    ),
  );
  const state = join(hand.home, "state");
  // What the program itself wrote stays in its own files, which nobody else may read.
  const itsOwn = /\/calls\/.*\/(?:stdout|stderr)$/;
  const kept = filesIn(state).filter((path) => !itsOwn.test(path));
  expect(kept.some((path) => path.endsWith("ledger.db"))).toBe(true);
  expect(kept.some((path) => path.includes(id) && path.endsWith("log.ndjson"))).toBe(true);
  const holding = kept.filter((path) => [shaped, own].some((key) => readFileSync(path).includes(key)));
  expect(holding).toEqual([]);
  for (const text of [run.out, run.err, ...printed]) {
    expect(text).not.toContain(shaped);
    expect(text).not.toContain(own);
  }
});

test("old temporary folders of killed engines are removed, and nobody else's", async () => {
  const hand = atHand();
  const now = Date.now();
  const make = (name: string, ageHours: number): void => {
    mkdirSync(join(hand.top, name));
    writeFileSync(join(hand.top, name, "index"), "x");
    utimesSync(join(hand.top, name), now / 1000 - ageHours * 3_600, now / 1000 - ageHours * 3_600);
  };
  make(`${brand.bin}-index-Ab12Cd`, 30);
  make(`${brand.bin}-Ab12Cd`, 30);
  make(`${brand.bin}-index-Ab12Ce`, 2);
  make(`${brand.bin}-demo-Ab12Cd`, 30);
  make("other-index-Ab12Cd", 30);
  expect(await sweepTemporary(now, hand.top)).toBe(2);
  expect(readdirSync(hand.top).toSorted()).toEqual([
    `${brand.bin}-demo-Ab12Cd`,
    `${brand.bin}-index-Ab12Ce`,
    "other-index-Ab12Cd",
  ]);
  expect(await sweepTemporary(now, join(hand.top, "nowhere"))).toBe(0);
});

test("the doctor says how much of the disk old runs take", async () => {
  const hand = atHand({ "readme.md": "x" });
  mkdirSync(join(hand.home, "state", "runs", "r", "calls"), { recursive: true });
  execFileSync("truncate", ["-s", "6G", join(hand.home, "state", "runs", "r", "calls", "stdout")]);
  const { out } = await hand.say("doctor", "--json");
  const findings = at(parsed(out), "findings");
  expect(findings).toContainEqual({
    what: "disk",
    state: "warn",
    text: having("outputs and logs of runs take 6.0 GiB"),
  });
});
