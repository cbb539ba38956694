import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { ProcessRecord } from "../../src/engine/ports/adapter.ts";
import type { Agent, ErrorCase, Setup } from "./agents.ts";
import { attempt, freshStart, makePlace, type Attempted } from "./attempt.ts";
import { staying } from "./folder-processes.ts";
import type { AgentName } from "./install.ts";
import type { Reply } from "./model-request.ts";
import type { Provider } from "./provider.ts";

export const titles = {
  edit: "edit a file",
  auth: "key refused",
  throttled: "429, retry-after",
  streamed: "429 in a stream",
  limit: "usage limit",
  overloaded: "overloaded",
  killed: "kill -9",
  resumed: "and resumed",
  allowed: "approval allowed",
  denied: "approval denied",
  change: "change allowed",
  reader: "reader writes",
  helped: "with a helper",
  stopped: "stopped",
} as const;
export type CaseName = keyof typeof titles;

export interface CaseRow {
  readonly agent: AgentName;
  readonly name: CaseName;
  readonly title: string;
  readonly result: Attempted;
  /** Requests that offer tools. */
  readonly requests: number;
  /** The others: titles, summaries. */
  readonly sideRequests: number;
  /** Instant at which the case began. */
  readonly startedMs: number;
  /** What was left in the tree or said, where the case is about that. */
  readonly left: "as wanted" | "otherwise" | null;
  /** Processes that outlived the case. */
  readonly alive: number;
}

/** What a case needs of its agent and its surroundings. */
interface Stage {
  readonly agent: Agent;
  readonly program: string;
  readonly provider: Provider;
  /** A folder of this case alone. */
  readonly folder: string;
}

/** Null: the agent has no such case. */
type Case = (stage: Stage) => Promise<readonly CaseRow[]> | null;

const content = "written by the agent\n";
const file = "made.txt";
const idleMs = 60_000;
/** Where a program may be expected to say nothing more. */
const shortIdleMs = 20_000;
const done = { kind: "text", text: "All is done as you wished." } as const satisfies Reply;

/** In this order for each agent; the folders of the cases have these names. */
export const cases: Readonly<Record<Exclude<CaseName, "resumed">, Case>> = {
  edit,
  auth: (stage) => failing(stage, "auth"),
  throttled: (stage) => failing(stage, "throttled"),
  streamed: (stage) => (stage.agent.errors.streamed === undefined ? null : failing(stage, "streamed")),
  limit: usageLimit,
  overloaded: (stage) => failing(stage, "overloaded"),
  killed,
  allowed: (stage) => approval(stage, "allowed"),
  denied: (stage) => approval(stage, "denied"),
  change,
  reader,
  helped,
  stopped,
};

async function edit(stage: Stage): Promise<readonly CaseRow[]> {
  const { agent, provider, folder } = stage;
  const place = makePlace(folder);
  const path = join(place.tree, file);
  provider.play(({ results, tools }) =>
    results > 0 || tools.length === 0 ? done : { kind: "tool", call: agent.writes(path, content) },
  );
  const setup = setupOf(stage, false);
  return [
    await row(stage, "edit", async () => ({
      result: await attempt({ place, setup, start: freshStart(setup), idleMs, attempt: 1 }),
      left: () => isWritten(path),
    })),
  ];
}

async function failing(stage: Stage, name: ErrorCase, setup = setupOf(stage, false)): Promise<readonly CaseRow[]> {
  const place = makePlace(stage.folder);
  stage.provider.play(() => stage.agent.errors[name]?.(Date.now()) ?? done);
  return [
    await row(stage, name, async () => ({
      result: await attempt({ place, setup, start: freshStart(setup), idleMs: shortIdleMs, attempt: 1 }),
      left: null,
    })),
  ];
}

function usageLimit(stage: Stage): Promise<readonly CaseRow[]> {
  const setup = setupOf(stage, false);
  return failing(stage, "limit", stage.agent.plan?.(setup) ?? setup);
}

/** The whole group is killed while the provider is answering; the session goes on in a second attempt. */
async function killed(stage: Stage): Promise<readonly CaseRow[]> {
  const { agent, provider, folder } = stage;
  const place = makePlace(folder);
  const path = join(place.tree, file);
  const setup = setupOf(stage, false);
  let record: ProcessRecord | null = null;
  provider.play(({ results, tools }) => {
    if (tools.length === 0) return done;
    if (results === 0) return { kind: "tool", call: agent.writes(path, content) };
    if (record !== null) killSoon(record);
    return { kind: "stall" };
  });
  const first = await row(stage, "killed", async () => ({
    result: await attempt({
      place,
      setup,
      start: freshStart(setup),
      idleMs,
      attempt: 1,
      onProcess: (given) => (record = given),
    }),
    left: () => isWritten(path),
  }));
  const { session, usage } = first.result;
  if (session === null) return [first];
  provider.play(() => done);
  const second = await row(stage, "resumed", async () => ({
    result: await attempt({
      place,
      setup,
      start: { kind: "resume", session },
      idleMs,
      attempt: 2,
      counted: usage,
    }),
    left: () => isWritten(path),
  }));
  return [first, second];
}

/** What it has begun to say is heard first. */
const heardMs = 700;

function killSoon({ pid }: ProcessRecord): void {
  setTimeout(() => {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }, heardMs);
}

async function approval(stage: Stage, name: "allowed" | "denied"): Promise<readonly CaseRow[]> {
  const { agent, provider, folder } = stage;
  const place = makePlace(folder);
  const path = join(place.tree, file);
  const command = `sh -c 'echo written by the agent > ${file}'`;
  provider.play(({ results, tools }) =>
    results > 0 || tools.length === 0 ? done : { kind: "tool", call: agent.runs(command) },
  );
  const setup = setupOf(stage, true);
  const decision = name === "denied" ? "deny" : "allow_once";
  return [
    await row(stage, name, async () => ({
      result: await attempt({ place, setup, start: freshStart(setup), idleMs, attempt: 1, decision }),
      left: () => (name === "denied" ? !existsSync(path) : isWritten(path)),
    })),
  ];
}

/** Every change is asked for. */
async function change(stage: Stage): Promise<readonly CaseRow[]> {
  const { agent, provider, folder } = stage;
  const place = makePlace(folder);
  const path = join(place.tree, file);
  provider.play(({ results, tools }) =>
    results > 0 || tools.length === 0 ? done : { kind: "tool", call: agent.writes(path, content) },
  );
  const setup = setupOf(stage, true);
  const wish = { place, setup, start: freshStart(setup), idleMs, attempt: 1, decision: "allow_once" } as const;
  return [
    await row(stage, "change", async () => ({
      result: await attempt({ ...wish, permissions: "ask" }),
      left: () => isWritten(path),
    })),
  ];
}

/** A planner or reviewer that tries to change something, without being asked and by a command. */
async function reader(stage: Stage): Promise<readonly CaseRow[]> {
  const { agent, provider, folder } = stage;
  const place = makePlace(folder);
  const path = join(place.tree, file);
  provider.play(({ results, tools }) => {
    if (tools.length === 0 || results > 1) return done;
    return { kind: "tool", call: results === 0 ? agent.writes(path, content) : agent.plainly(`echo no > ${file}`) };
  });
  const setup = setupOf(stage, false);
  return [
    await row(stage, "reader", async () => ({
      result: await attempt({ place, setup, start: freshStart(setup), idleMs, attempt: 1, access: "read" }),
      left: () => !existsSync(path),
    })),
  ];
}

/** A helper takes longer than its agent does to have nothing more to say. */
const slowMs = 3_000;

/** What its helper uses counts, what its helper says is not its answer. */
function helped(stage: Stage): Promise<readonly CaseRow[]> | null {
  const { agent, provider, folder } = stage;
  const calls = agent.helps?.("Count to three.");
  if (calls === undefined) return null;
  const place = makePlace(folder);
  provider.play(({ results, said }) => {
    if (!said.some((text) => text.includes("Do it.")))
      return { kind: "text", text: "One, two, three.", afterMs: slowMs };
    const call = calls[results];
    return call === undefined ? done : { kind: "tool", call };
  });
  const setup = setupOf(stage, false);
  const run = async (): Promise<readonly CaseRow[]> => [
    await row(stage, "helped", async () => {
      const result = await attempt({ place, setup, start: freshStart(setup), idleMs, attempt: 1 });
      return { result, left: () => result.outcome.text.trim() === done.text };
    }),
  ];
  return run();
}

/** The engine is stopped while the provider is answering. */
async function stopped(stage: Stage): Promise<readonly CaseRow[]> {
  const { provider, folder } = stage;
  const place = makePlace(folder);
  const stop = new AbortController();
  provider.play(({ tools }) => {
    if (tools.length === 0) return done;
    setTimeout(() => stop.abort(), heardMs);
    return { kind: "stall" };
  });
  const setup = setupOf(stage, false);
  const wish = { place, setup, start: freshStart(setup), idleMs, attempt: 1, signal: stop.signal };
  return [await row(stage, "stopped", async () => ({ result: await attempt(wish), left: null }))];
}

const setupOf = ({ agent, provider, program }: Stage, asks: boolean): Setup => agent.setup(provider.url, program, asks);

const isWritten = (path: string): boolean => existsSync(path) && readFileSync(path, "utf8") === content;

async function row(
  { agent, provider, folder }: Stage,
  name: CaseName,
  run: () => Promise<{ readonly result: Attempted; readonly left: (() => boolean) | null }>,
): Promise<CaseRow> {
  const from = provider.served.length;
  const startedMs = Date.now();
  const { result, left } = await run();
  const served = provider.served.slice(from).map(({ request }) => request.tools.length > 0);
  return {
    agent: agent.name,
    name,
    title: titles[name],
    result,
    requests: served.filter(Boolean).length,
    sideRequests: served.filter((isMain) => !isMain).length,
    startedMs,
    alive: (await staying(folder)).length,
    left: left === null ? null : left() ? "as wanted" : "otherwise",
  };
}
