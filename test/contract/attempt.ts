import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { defaultSandbox } from "../../src/domain/sandbox.ts";
import type { ModelSettings } from "../../src/domain/settings.ts";
import type { ApprovalDecision, CallSpec, ProcessRecord, Start } from "../../src/engine/ports/adapter.ts";
import { runAttempt, type AttemptResult } from "../../src/engine/attempt/attempt.ts";
import { createAdapters } from "../../src/models/adapters.ts";
import { loginPlaces } from "../../src/models/programs/agent-places.ts";
import { pricesOf } from "../../src/policy/prices.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { createEnclose, type Enclose } from "../../src/processes/enclose.ts";
import { findSandbox } from "../../src/processes/find-sandbox.ts";
import type { Setup } from "./agents.ts";
import { searchPath } from "./install.ts";

/** Where one case takes place: a repository of its own, a home of its own, a folder for each attempt. */
export interface Place {
  readonly folder: string;
  readonly tree: string;
  readonly home: string;
}

export function makePlace(folder: string): Place {
  const place = { folder, tree: join(folder, "tree"), home: join(folder, "home") };
  for (const path of [place.tree, place.home]) mkdirSync(path, { recursive: true });
  // As after a first login: it is written in its place.
  writeFileSync(join(place.home, ".claude.json"), "{}\n");
  execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: place.tree, env: { PATH: searchPath } });
  return place;
}

export interface AttemptWish {
  readonly place: Place;
  readonly setup: Setup;
  readonly start: Start;
  readonly idleMs: number;
  readonly attempt: number;
  /** What a person says to whatever is asked. */
  readonly decision?: ApprovalDecision;
  readonly counted?: CallSpec["counted"];
  readonly permissions?: CallSpec["permissions"];
  readonly access?: CallSpec["access"];
  /** Stops it. */
  readonly signal?: AbortSignal;
  readonly onProcess?: (record: ProcessRecord) => void;
}

/** How an attempt of a real program ended, and what it asked on the way. */
export interface Attempted extends AttemptResult {
  readonly asked: readonly string[];
}

const wallMs = 120_000;

/** A session as the engine begins it: with an id of ours where the program takes one. */
export function freshStart(setup: Setup): Start {
  const adapter = adapterOf(setup, {});
  return { kind: "fresh", session: adapter.capabilities.session === "preset" ? randomUUID() : null };
}

/** One attempt, led and limited by the engine's own code. */
export async function attempt(wish: AttemptWish): Promise<Attempted> {
  const { place, setup, idleMs, decision = "deny" } = wish;
  const environment = { PATH: searchPath, HOME: place.home, LANG: "C.UTF-8", ...setup.environment };
  const adapter = adapterOf(setup, environment, wallOf(place, setup, environment));
  const folder = join(place.folder, `attempt-${wish.attempt}`);
  mkdirSync(folder, { recursive: true });
  const limits = { startupMs: adapter.capabilities.quietStart === true ? idleMs : 60_000, idleMs, wallMs };
  const spec = specOf(wish, { folder, limits });
  const asked: string[] = [];
  const late = AbortSignal.timeout(wallMs + 30_000);
  const signal = wish.signal === undefined ? late : AbortSignal.any([late, wish.signal]);
  const result = await runAttempt(adapter, spec, signal, {
    clock: systemClock,
    scratch: { tail: () => undefined, tool: () => undefined, read: () => null },
    onTool: () => undefined,
    onProcess: (record) => Promise.resolve(wish.onProcess?.(record)),
    onSession: () => Promise.resolve(),
    onLimits: () => Promise.resolve(),
    onUnread: () => Promise.resolve(),
    isOurs: () => Promise.resolve(true),
    onSlept: () => () => undefined,
    onApproval: (event) => {
      asked.push(event.command ?? event.diff ?? event.tool);
      return Promise.resolve({ decision, message: decision === "deny" ? "not today" : null });
    },
    onAsked: () => Promise.resolve(),
  });
  return { ...result, asked };
}

const key = "A-1/g1/main/S1/implement/1";

const specOf = (wish: AttemptWish, more: Pick<CallSpec, "folder" | "limits">): CallSpec => ({
  call: "c1",
  task: "A-1",
  step: "S1",
  round: 1,
  attempt: wish.attempt,
  key,
  attemptKey: `${key}#${wish.attempt}`,
  role: wish.access === "read" ? "code_reviewer" : "implementer",
  model: modelOf(wish.setup),
  prompt: wish.start.kind === "resume" ? "Go on where you were." : "Do it.",
  schema: null,
  workdir: wish.place.tree,
  access: wish.access ?? "write",
  permissions: wish.permissions ?? "edits",
  start: wish.start,
  correlation: "c1",
  env: { pass: [], set: {} },
  budgetLeftMicros: null,
  prices: pricesOf(modelOf(wish.setup), []),
  ...(wish.counted === undefined ? {} : { counted: wish.counted }),
  ...more,
});

const modelOf = ({ model }: Setup): ModelSettings => ({
  name: "mine",
  adapter: "command",
  model: null,
  tier: "medium",
  account: "mine",
  provider: "mine",
  argv: null,
  baseUrl: null,
  keyEnv: null,
  scenario: null,
  env: { pass: [], set: {} },
  folder: "/",
  billing: "metered",
  ...model,
});

/** As around a task's calls, where this system has a wall. The programs may lie in a folder that it hides. */
function wallOf(place: Place, { model }: Setup, environment: Readonly<Record<string, string>>): Enclose {
  const programs = (model.argv ?? []).slice(0, 1).map((program) => dirname(dirname(program)));
  return createEnclose({
    find: () => findSandbox(defaultSandbox, searchPath),
    settings: { ...defaultSandbox, read: [...programs, dirname(realpathSync(process.execPath))] },
    home: place.home,
    runtime: null,
    own: [],
    agents: loginPlaces(place.home, environment),
    keep: join(place.folder, "sandbox"),
    repository: null,
  });
}

function adapterOf(setup: Setup, environment: Readonly<Record<string, string>>, enclose?: Enclose) {
  const { adapter: name } = modelOf(setup);
  const adapter = createAdapters({
    clock: systemClock,
    environment,
    random: Math.random,
    ...(enclose === undefined ? {} : { enclose }),
    loadScenario: () => {
      throw new Error("nothing here is scripted");
    },
  }).get(name);
  if (adapter === undefined) throw new Error(`there is no adapter ${name}`);
  return adapter;
}
