import { envName } from "../../domain/brand.ts";
import type { Footprint } from "../../domain/footprint.ts";
import type { CallerFacts, Descent } from "../../policy/person.ts";
import { findLeftovers, traceOf, type KnownWork, type Trace } from "../../processes/descent.ts";
import { isAlive, ownPid, readIdentity } from "../../processes/identity.ts";
import { readProcess } from "../../processes/process-table.ts";
import { ageMs, parentsOf, terminalHolders } from "../../processes/process-view.ts";
import type { Program } from "../program/program.ts";
import { runningEngine } from "../running/engine-lease.ts";
import type { CommandContext } from "../wiring/command-context.ts";
import { isToken } from "./token.ts";

/** Variables that only processes of calls, checks and setups carry. */
const marks = [envName("KEY"), envName("CORRELATION_ID")];

/** Looks at who has started this process. With a token no other process than its parents is looked at. */
export async function callerFacts(context: CommandContext): Promise<CallerFacts> {
  const { program } = context;
  const token = await tokenOf(context);
  const known = await knownWork(context);
  const { footprints, pidNamespace } = known;
  const descent = descentOf(program, known);
  const nothing = { running: [], leftovers: [], terminalAgeMs: null, sinceRefusedMs: await sinceRefused(context) };
  const terminal = program.hasTerminal();
  const apart = footprints.some(
    (one) => one.endedAt === null && one.pidNamespace !== pidNamespace && program.clock.now() - one.at < dayMs,
  );
  const facts = { ...nothing, descent, token, terminal, apart };
  if (descent !== null || token === "right") return facts;
  const leftovers = leftIn(known);
  if (terminal) {
    // Where nothing ever worked nobody can have come from it.
    const terminalAgeMs = footprints.length === 0 ? null : terminalAge(program.clock.now());
    return { ...facts, leftovers, terminalAgeMs };
  }
  return { ...facts, leftovers, running: await runningWork(context, footprints.filter(isRunning)) };
}

async function knownWork({ ledger, paths }: CommandContext): Promise<KnownWork> {
  const { boot, pidNamespace } = await readIdentity();
  const footprints = await ledger.footprints.all(boot);
  // Read-only work may be done in the checkout itself: that is no folder of tasks.
  const moved = footprints.flatMap(({ workdir, repository }) => (workdir.includes(`/${repository}/`) ? [workdir] : []));
  const folders = [...new Set([paths.worktreesRoot, paths.runs, ...moved])];
  return { footprints, pidNamespace, variables: marks, folders };
}

const isRunning = (one: Footprint): boolean => one.endedAt === null && isAlive(one);

const leftIn = (known: KnownWork): readonly string[] =>
  findLeftovers(known, isRunning).map(({ pid, of }) => `process ${pid} of ${wordsOf(of)}`);

/** What work that is over has left running: "process 12 of a check of A". */
export const leftoverWords = async (context: CommandContext): Promise<readonly string[]> =>
  leftIn(await knownWork(context));

const dayMs = 24 * 3_600_000;

async function tokenOf({ program, paths }: CommandContext): Promise<CallerFacts["token"]> {
  if (program.token === null) return "none";
  return (await isToken(paths, program.token)) ? "right" : "wrong";
}

function descentOf({ env }: Program, known: KnownWork): Descent | null {
  if (marks.some((name) => (env[name] ?? "") !== ""))
    return { how: "a process that an agent started", from: ownTask(env) };
  const trace = traceOf(ownPid(), known);
  if (trace === null) return null;
  const from = trace.of === null ? null : { repository: trace.of.repository, task: trace.of.task };
  const what = trace.of === null ? "what an agent or a check started" : `what ${wordsOf(trace.of)} started`;
  return { how: `${what} (${traits[trace.by]})`, from };
}

function ownTask(env: Program["env"]): Descent["from"] {
  const task = env[envName("TASK")] ?? "";
  return task === "" ? null : { repository: null, task };
}

const traits: Readonly<Record<Trace["by"], string>> = {
  parent: "one of its parents",
  session: "its session",
  group: "its process group",
  mark: "its mark of the kernel",
  variable: "its environment",
  terminal: "its terminal",
  folder: "its folder",
};

const kindWords: Readonly<Record<Footprint["kind"], string>> = {
  call: "a call",
  check: "a check",
  setup: "the setup",
  service: "a service",
};

const wordsOf = ({ kind, task }: Footprint): string => `${kindWords[kind]} of ${task}`;

/** Calls over HTTP have no process of their own: they run where their engine does. */
async function runningWork(
  { program, ledger }: CommandContext,
  alive: readonly Footprint[],
): Promise<readonly string[]> {
  const words = alive.map(wordsOf);
  for (const { pid, callRow } of await ledger.account.running(null)) {
    if (pid !== null) continue;
    if ((await runningEngine(ledger, callRow.repository, program.clock.now())) !== null)
      words.push(`a call of ${callRow.task}`);
  }
  return [...new Set(words)];
}

/** Of whichever is younger, its session or what holds its terminal. */
function terminalAge(nowMs: number): number | null {
  const pid = ownPid();
  const self = readProcess(pid);
  if (self === null || self.terminal === null) return null;
  const ages = [self.session, ...terminalHolders(self, parentsOf(pid))].flatMap((one) => {
    const row = one === null ? null : readProcess(one);
    const age = row === null ? null : ageMs(row, nowMs);
    return age === null ? [] : [age];
  });
  return ages.length === 0 ? null : Math.min(...ages);
}

/** So many events say what has just been. */
const newest = 500;

async function sinceRefused({ program, ledger }: CommandContext): Promise<number | null> {
  const from = Math.max(0, (await ledger.log.head()) - newest);
  const [last] = await ledger.log.since(from, { types: ["decision.refused"], limit: 1, last: true });
  return last === undefined ? null : program.clock.now() - last.at;
}
