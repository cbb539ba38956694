import type { NewEvent } from "../../domain/events.ts";
import type { RunId } from "../../domain/ids.ts";
import { toJson } from "../../domain/json.ts";
import { integrationOf, mostEarlier } from "../../policy/integration-branch.ts";
import type { Fence } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import { digestOf } from "../writing/digest.ts";
import { engineActor } from "../writing/questions.ts";
import type { EngineOptions } from "./engine-options.ts";

export interface OpenRun {
  readonly id: RunId;
  readonly settingsDigest: string;
  readonly base: string;
  /** The tip of the base that was looked at when somebody was asked whether it is trusted; null: another branch's was. */
  readonly trustedBase: string | null;
  /** The branch that its finished work is merged into. */
  readonly integration: string;
  readonly resumed: boolean;
  /** When this engine began. */
  readonly sinceMs: number;
}

/**
 * The run this engine works on: the last one of the repository if it was interrupted or waits, else a new one. The settings of
 * now are fixed as its own; a run that its engine left open is told to be over first, and what was to stop that engine stops
 * no other. `fence`: the engine's own lease.
 */
export async function openRun(
  parts: {
    readonly ledger: Ledger;
    readonly newId: () => string;
    /** When this engine began. */ readonly sinceMs: number;
  },
  options: EngineOptions,
  fence: Fence,
): Promise<OpenRun> {
  const { ledger } = parts;
  const { repository, settings } = options;
  const earlier = await ledger.runs.runs(repository, mostEarlier);
  const [last] = earlier;
  const resumed = last !== undefined && last.state !== "ended";
  const id = resumed ? last.id : parts.newId();
  const settingsDigest = digestOf(toJson(settings));
  const base = resumed ? last.base : options.base;
  const integration = integrationOf(settings.git, base, earlier);
  const events: NewEvent[] = [];
  if (resumed && last.state === "running")
    events.push({ type: "run.ended", data: { exitCode: null, state: "stopped", summary: null } });
  // A new run has its own copy: that of another one goes with it.
  if (!resumed || !(await ledger.runs.hasSettings(settingsDigest)))
    events.push({ type: "settings.fixed", data: { digest: settingsDigest, settings } });
  events.push({
    type: "run.started",
    data: {
      file: resumed && options.backlog.file === null ? last.file : options.backlog.file,
      settingsDigest,
      base,
      baseCommit: resumed ? last.baseCommit : options.baseCommit,
      integration,
      resumed,
      version: options.version,
      repositoryPath: options.repositoryPath,
    },
  });
  for (const { id: stop, command, givenAt } of await ledger.decisions.pending(repository))
    if (command.kind === "stop" && givenAt < parts.sinceMs)
      events.push({ type: "command.taken", data: { id: stop, result: "its engine was gone" } });
  if (resumed && last.paused) events.push({ type: "run.resumed", data: { actor: engineActor } });
  await ledger.log.append({ repository, run: id, fence, events });
  const trustedBase = base === options.base ? options.baseCommit : null;
  return { id, settingsDigest, base, trustedBase, integration, resumed, sinceMs: parts.sinceMs };
}
