import { buildGraph } from "../../src/backlog/graph.ts";
import { newId } from "../../src/domain/ids.ts";
import { withPartNeeds } from "../../src/domain/parts.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { WorkspaceError } from "../../src/domain/workspace-error.ts";
import type { CallFiles } from "../../src/engine/ports/call-files.ts";
import type { OwnerIdentity } from "../../src/engine/ports/leases.ts";
import type { Scratch } from "../../src/engine/ports/scratch.ts";
import type { EngineParts } from "../../src/engine/run/engine-options.ts";
import { pipelines } from "../../src/pipeline/pipelines.ts";
import type { OpenLedger } from "../../state/open-ledger.ts";
import type { Mood } from "./behaviour.ts";
import { boundLedger, type BoundParts, type Notices } from "./bound-ledger.ts";
import type { Chance } from "./chance.ts";
import type { Disk } from "./disk.ts";
import type { Life } from "./life.ts";
import type { Machine } from "./machine.ts";
import { memoryWorkspace } from "./memory-workspace.ts";
import { simAdapters } from "./sim-adapters.ts";
import { splitting } from "./split-pipeline.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import type { Working } from "./working-tree.ts";

export interface Surroundings {
  readonly repository: string;
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly ledger: OpenLedger;
  readonly disk: Disk;
  readonly machine: Machine;
  readonly mood: () => Mood;
  readonly ownership: Pick<BoundParts, "commits" | "isOwner" | "onOwner" | "onWrongWrite" | "fault">;
  readonly limits: Settings["limits"];
  readonly notices: () => Notices;
  /** Milliseconds a git command takes at most. */
  readonly gitMs: number;
  readonly isDead: (owner: OwnerIdentity) => boolean;
  /** Chances of a fault of git and of a red check. */
  readonly faults: () => {
    readonly git: number;
    readonly red: number;
    /** Something on the machine is in the way of all checks. */
    readonly inTheWay?: boolean;
    /** Checks that say no to a tree, whatever chance says. */
    readonly redAt?: (tree: string, check: string) => boolean;
  };
  /** Told of each fault that an engine meets. */
  readonly onFault: (life: Life) => void;
  /** Throws where the repository is gone. */
  readonly present: (life: Life) => void;
}

/** All ports of one engine, in memory and on virtual time. */
export function engineParts(around: Surroundings, life: Life): EngineParts {
  const { clock, machine, disk } = around;
  const chance = around.chance.fork(`engine ${life.owner.pid}`);
  const ids = chance.fork("ids");
  return {
    ledger: boundLedger(around.ledger, life, {
      ...around.ownership,
      repository: around.repository,
      clock,
      chance: chance.fork("notices"),
      notices: around.notices(),
    }),
    scratch: silentScratch,
    clock: life.clock(),
    random: chance.fork("random").next,
    newId: () => newId(clock.now(), ids.next),
    owner: life.owner,
    isDead: around.isDead,
    adapters: simAdapters(
      {
        machine,
        clock,
        chance: around.chance.fork("models"),
        mood: around.mood,
        limits: around.limits,
        isOwner: around.ownership.isOwner,
      },
      life,
    ),
    // Of half of the worlds the tasks are larger than rules would find them: they are split where they can be.
    pipelines: around.chance.fork("pipelines").is(0.5) ? { ...pipelines, "context-aware": splitting } : pipelines,
    workspace: workspaceOf(around, life, chance.fork("disk")),
    context: contextOf(life, clock, chance.fork("context")),
    files: memoryFiles(disk, life, clock),
    day: (ms) => `day-${Math.floor(ms / 86_400_000)}`,
    endProcess: (record) =>
      life.guard(async () => {
        await clock.wait(30);
        if (chance.is(around.faults().git)) {
          around.onFault(life);
          throw new Error("the process could not be ended");
        }
        machine.find(record)?.kill();
      }),
    rank: (tasks) => {
      const graph = buildGraph(withPartNeeds(tasks));
      return new Map(
        tasks.map(({ id }) => [
          id,
          { critical: graph.criticalMs.get(id) ?? 0, wave: graph.waves.findIndex((wave) => wave.includes(id)) },
        ]),
      );
    },
    promptOverride: () => null,
  };
}

/** Finds something else each time, or nothing in time. */
function contextOf(life: Life, clock: VirtualClock, chance: Chance): EngineParts["context"] {
  return {
    find: ({ commit }, signal) =>
      life.guard(async () => {
        await clock.wait(chance.between(1, 500), signal);
        const found = { commit, terms: ["a"], searched: 1, leftOut: {} };
        if (chance.is(0.2)) return { ...found, files: [], without: "the search took too long" };
        const score = chance.between(1, 100);
        return { ...found, files: [{ path: `f${score}.ts`, symbols: [], text: 1, churn: 0, score }], without: "" };
      }),
  };
}

function workspaceOf(around: Surroundings, life: Life, chance: Chance): EngineParts["workspace"] {
  const { clock, disk, faults } = around;
  const working: Working = {
    step: () => life.asProgram(() => clock.wait(chance.between(1, around.gitMs))),
    onTouch: (task, what) => around.machine.touch(task, what),
    fault: () => {
      if (!chance.is(faults().git)) return null;
      around.onFault(life);
      return new WorkspaceError("git", "git failed");
    },
    present: () => life.guard(async () => around.present(life)),
  };
  return memoryWorkspace(disk, working, {
    measure: (tree, check) => {
      if (faults().redAt?.(tree, check) === true) return "fail";
      const own = around.chance.fork(`check ${check}: ${tree}`);
      if (own.is(faults().red)) return "fail";
      return own.is(0.1) ? "flaky" : "pass";
    },
    isInTheWay: () => faults().inTheWay === true,
    wait: (signal) => life.guard(() => clock.wait(chance.skewed(100, 20_000), signal)),
  });
}

const silentScratch: Scratch = { tail: () => {}, tool: () => {}, read: () => null };

function memoryFiles({ outcomes }: Disk, life: Life, clock: VirtualClock): CallFiles {
  const step = (): Promise<void> => life.guard(() => clock.wait(1));
  return {
    async folder(run, call, attempt, rerun) {
      await step();
      return `/runs/${run}/${call}/${attempt}.${rerun}`;
    },
    async writeOutcome(folder, outcome) {
      await step();
      outcomes.set(folder, outcome);
      await step();
    },
    async readOutcome(folder) {
      await step();
      return outcomes.get(folder) ?? null;
    },
  };
}
