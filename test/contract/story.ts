import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { Paths } from "../../src/cli/wiring/paths.ts";
import { totalTokens } from "../../src/domain/money.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { tokenName } from "../../src/domain/brand.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { giveToken } from "../token.ts";
import { killAll, processesOf } from "./folder-processes.ts";
import { searchPath } from "./install.ts";
import { openProvider, type Provider } from "./provider.ts";
import { partOf, storyReply, tasks } from "./story-script.ts";
import { tokensEach } from "./wire.ts";

/** The programs and a folder of the story alone. */
export interface StoryPlace {
  readonly claude: string;
  readonly codex: string;
  readonly folder: string;
}

interface Stage extends StoryPlace {
  readonly project: string;
  readonly provider: Provider;
  readonly environment: Readonly<Record<string, string>>;
}

/** The whole of a run may take so long. */
const runMs = 5 * 60_000;
const main = join(import.meta.dirname, "..", "..", "src", "main.ts");

/** Its implementer is killed. */
const victim = "SLUG-1";

const writtenMs = 1_500;

/** One that was answered in full. */
interface Paid {
  readonly name: string;
  readonly atMs: number;
}

/**
 * Three tasks in a real repository, done by the real Claude Code and reviewed by the real Codex; engine and agent are killed
 * in the middle of an implementer's call, and the next run goes on. Returns what is not as it should be.
 */
export async function story(place: StoryPlace): Promise<readonly string[]> {
  const provider = await openProvider();
  const stage = {
    ...place,
    project: join(place.folder, "project"),
    provider,
    environment: environmentOf(place.folder),
  };
  try {
    mkdirSync(place.folder, { recursive: true });
    makeHome(stage);
    makeProject(stage);
    return await play(stage);
  } finally {
    killAll(place.folder);
    await provider.close();
  }
}

async function play(stage: Stage): Promise<readonly string[]> {
  const { provider, folder } = stage;
  const paid: Paid[] = [];
  const stalled = Promise.withResolvers<void>();
  let isKilled = false;
  let resultsKept: number | null = null;
  provider.play((request) => {
    const part = partOf(request);
    if (part === null) return { kind: "text", text: "A title" };
    const isVictim = part.role === "implementer" && part.task.id === victim;
    if (isVictim && request.results === 1 && !isKilled) {
      stalled.resolve();
      return { kind: "stall" };
    }
    if (isVictim && isKilled) resultsKept ??= request.results;
    const reply = storyReply(part, request);
    const words = reply.kind === "text" ? "answer" : "tool";
    paid.push({ name: `${part.task.id} ${part.role} ${part.round}.${request.results} ${words}`, atMs: Date.now() });
    return reply;
  });

  console.log(`  first run: ${tasks.length} tasks, ${tasks.map(({ id }) => id).join(", ")}`);
  const first = run(stage, "first");
  const begun = await Promise.race([stalled.promise.then(() => true), first.ended.then(() => false)]);
  if (!begun) return [`the first run ended before anything could be killed:\n${first.output()}`];
  // Claude Code writes its session down a moment late: what it has not written, it does again.
  await systemClock.wait(writtenMs);
  isKilled = true;
  const killedMs = Date.now();
  const ended = killAll(folder);
  await first.ended;
  console.log(
    `  SIGKILL to the engine and ${ended - 1} processes below it, while ${victim} was implemented (${paid.length} requests answered)`,
  );

  const second = run(stage, "second");
  const code = await second.ended;
  console.log(`  second run: exit code ${code ?? "none"}, ${paid.length} requests answered in both`);
  const faults = code === 0 ? [] : [`the second run ended with ${code ?? "no exit code"}:\n${second.output()}`];
  return [
    ...faults,
    ...resumeFaults(await readLedger(stage), resultsKept ?? 0, paid, 1),
    ...paidTwice(paid, killedMs),
    ...mergeFaults(stage),
    ...leftFaults(folder),
  ];
}

const environmentOf = (folder: string): Readonly<Record<string, string>> => ({
  PATH: `${join(folder, "bin")}:${searchPath}`,
  HOME: join(folder, "home"),
  LANG: "C.UTF-8",
  GANDY_HOME: join(folder, "state"),
  [tokenName]: giveToken(join(folder, "state")),
  ANTHROPIC_API_KEY: "sk-ant-contract",
  CONTRACT_KEY: "contract",
});

function makeProject({ project, provider, environment, claude, codex }: Stage): void {
  const settings = {
    // Below a temporary folder nothing is seen behind the wall.
    sandbox_read: [...new Set([claude, codex].map((program) => dirname(dirname(program))))],
    models: {
      claude: {
        adapter: "claude-code",
        model: "claude-opus-5-5",
        billing: "metered",
        env: { set: { ANTHROPIC_BASE_URL: provider.url } },
      },
      codex: {
        adapter: "codex",
        model: "gpt-6.1-sol",
        billing: "metered",
        env: { pass: ["CONTRACT_KEY"] },
      },
    },
    roles: { planner: ["claude"], plan_reviewer: ["codex"], implementer: ["claude"], code_reviewer: ["codex"] },
    checks: [{ name: "test", run: "node --test" }],
    budget: { run_usd: 5 },
    protected: [],
  };
  const backlog = { tasks: tasks.map(({ id, goal, needs }) => ({ id, goal, needs, risk: "medium" })) };
  mkdirSync(join(project, "test"), { recursive: true });
  mkdirSync(join(project, "src"));
  // JSON is YAML too.
  writeFileSync(join(project, "gandy.yaml"), JSON.stringify(settings, null, 2));
  writeFileSync(join(project, "tasks.yaml"), JSON.stringify(backlog, null, 2));
  writeFileSync(join(project, "src", "one.mjs"), "export const one = 1;\n");
  writeFileSync(
    join(project, "test", "one.test.mjs"),
    'import assert from "node:assert";\nimport { test } from "node:test";\n\nimport { one } from "../src/one.mjs";\n\ntest("one", () => assert.equal(one, 1));\n',
  );
  const git = gitIn(project, environment);
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("-c", "user.name=c", "-c", "user.email=c@localhost", "commit", "--quiet", "--message=start");
}

/** The programs are found on the PATH; where Codex asks stands in settings of its own, as a person would have them. */
function makeHome({ folder, claude, codex, provider }: Stage): void {
  mkdirSync(join(folder, "bin"));
  symlinkSync(claude, join(folder, "bin", "claude"));
  symlinkSync(codex, join(folder, "bin", "codex"));
  mkdirSync(join(folder, "home", ".codex"), { recursive: true });
  const settings = `model_provider = "contract"
[model_providers.contract]
name = "contract"
base_url = "${provider.url}/v1"
env_key = "CONTRACT_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`;
  writeFileSync(join(folder, "home", ".codex", "config.toml"), settings);
}

const gitIn =
  (cwd: string, env: Readonly<Record<string, string>>) =>
  (...argv: readonly string[]): string =>
    execFileSync("git", argv, { cwd, env, encoding: "utf8", timeout: 30_000 }).trim();

interface Running {
  /** The exit code; null: killed. */
  readonly ended: Promise<number | null>;
  /** The end of what it said. */
  readonly output: () => string;
}

function run({ project, environment, folder }: Stage, name: string): Running {
  const child = spawn(process.execPath, [main, "run", join(project, "tasks.yaml"), "--plain", "--trust"], {
    cwd: project,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const file = join(folder, `${name}.log`);
  const log = createWriteStream(file);
  for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
  const timer = setTimeout(() => killAll(folder), runMs);
  const ended = once(child, "close").then(() => {
    clearTimeout(timer);
    log.end();
    return child.exitCode;
  });
  return { ended, output: () => readFileSync(file, "utf8").slice(-3_000) };
}

interface Told {
  /** Of each attempt of the call that was killed. */
  readonly sessions: readonly (string | null)[];
  /** Booked in all attempts. */
  readonly tokens: number;
  /** The attempts, a line each. */
  readonly attempts: readonly string[];
}

async function readLedger({ environment }: Stage): Promise<Told> {
  const path = new Paths(environment).ledger;
  const ledger = openLedger({ path, mode: "client", clock: systemClock, random: Math.random });
  try {
    const events = await ledger.log.since(0, { types: ["attempt.started", "attempt.ended"] });
    const sessions = events.flatMap((event) =>
      event.type === "attempt.started" &&
      event.task === victim &&
      event.step === "S1" &&
      event.data.adapter === "claude-code"
        ? [event.data.session]
        : [],
    );
    const tokens = events.reduce(
      (sum, event) => sum + (event.type === "attempt.ended" ? totalTokens(event.data.usage) : 0),
      0,
    );
    const attempts = events.flatMap(({ type, task, call, data }) =>
      type === "attempt.ended"
        ? [
            `${task ?? ""} ${call ?? ""} ${data.model} ${data.outcome} ${totalTokens(data.usage)} tokens, session ${data.session ?? "none"}`,
          ]
        : [],
    );
    return { sessions, tokens, attempts };
  } finally {
    ledger.close();
  }
}

/** The agent was told its session, and knew what it had done in it; nothing is booked that was not answered. */
function resumeFaults(
  { sessions, tokens, attempts }: Told,
  resultsKept: number,
  paid: readonly Paid[],
  cut: number,
): readonly string[] {
  console.log(
    `  sessions of ${victim}'s implementer: ${sessions.join(", ")}; resumed, it knew ${resultsKept} results of its tools`,
  );
  const each = totalTokens(tokensEach);
  const most = paid.length * each + cut * (tokensEach.input + 1);
  console.log(
    `  booked ${tokens} tokens; ${paid.length} answers of ${each} are ${paid.length * each}, what was cut off up to ${most - paid.length * each} more`,
  );
  return [
    ...(sessions.length === 2 && sessions[0] === sessions[1] ? [] : ["the session was not gone on with"]),
    ...(resultsKept > 0 ? [] : ["the agent began anew"]),
    ...(tokens <= most ? [] : ["more tokens are booked than there were", ...attempts]),
  ];
}

/**
 * A request that was answered in full is not made again, neither in the call that was killed nor in any other; only an answer
 * of the last moment may not have reached anybody.
 */
function paidTwice(paid: readonly Paid[], killedMs: number): readonly string[] {
  const firstMs = new Map<string, number>();
  const twice = paid.filter(({ name, atMs }) => {
    const isKnown = firstMs.has(name);
    if (!isKnown) firstMs.set(name, atMs);
    return isKnown;
  });
  const after = paid.filter(({ atMs }) => atMs >= killedMs).length;
  console.log(`  ${after} answers after the kill; made twice: ${twice.map(({ name }) => name).join("; ") || "none"}`);
  const isHeard = ({ name }: Paid): boolean => (firstMs.get(name) ?? 0) < killedMs - writtenMs / 2;
  return twice.filter(isHeard).map(({ name }) => `paid twice: ${name}`);
}

function mergeFaults({ project, environment }: Stage): readonly string[] {
  const git = gitIn(project, environment);
  const subjects = git("log", "--reverse", "--format=%s", "main..gandy/integration").split("\n");
  const dirty = git("status", "--porcelain");
  const tree = join(project, "..", "merged");
  git("worktree", "add", "--quiet", "--detach", tree, "gandy/integration");
  const tests = execFileSync(process.execPath, ["--test", "--test-reporter=tap"], {
    cwd: tree,
    env: environment,
    encoding: "utf8",
    timeout: 60_000,
  });
  const passed = /^# pass (\d+)$/m.exec(tests)?.[1] ?? "0";
  console.log(`  gandy/integration: ${subjects.join(" | ")}; ${passed} tests pass there`);
  const wanted = tasks.map(({ id, goal }) => `${id}: ${goal}`);
  return [
    ...wanted.filter((subject) => !subjects.includes(subject)).map((subject) => `not merged: ${subject}`),
    ...(passed === "4" ? [] : [`${passed} tests pass instead of 4`]),
    ...(dirty === "" ? [] : [`the checkout is not as it was:\n${dirty}`]),
  ];
}

function leftFaults(folder: string): readonly string[] {
  const left = processesOf(folder);
  return left.length === 0 ? [] : [`${left.length} processes are left`];
}
