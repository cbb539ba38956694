import type { AdapterName, ModelLimits, ModelSettings, Settings } from "../../src/domain/settings.ts";
import type { ApprovalPoint, Risk, TaskSpec } from "../../src/domain/task.ts";
import type { Backlog } from "../../src/engine/run/backlog-sync.ts";
import { checkDefaults, defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { Chance } from "./chance.ts";
import type { Plan } from "./plan.ts";

const risks: readonly Risk[] = ["low", "medium", "high"];

export function taskSpec(id: string, more: Partial<TaskSpec> = {}): TaskSpec {
  return {
    id,
    goal: `make ${id}`,
    details: null,
    risk: "low",
    area: null,
    needs: [],
    mode: "two-loop",
    priority: 0,
    context: [],
    checks: null,
    models: {},
    budget: { usdMicros: null, tokens: null },
    timeoutMs: null,
    approve: [],
    ...more,
  };
}

const listed = ["alpha", "beta", "gamma", "delta"].map((name) => `- bring the ${name} list`);

/** A task as a user could have written it. */
export function randomTask(chance: Chance, id: string, earlier: readonly string[]): TaskSpec {
  const risk = chance.pick(risks);
  const approve: ApprovalPoint[] = chance.some(["plan", "merge"], 0.12);
  const own = chance.fork(`split ${id}`);
  const split: Partial<TaskSpec> = own.is(0.15)
    ? { mode: "context-aware", details: listed.slice(0, own.between(2, 4)).join("\n") }
    : {};
  return taskSpec(id, {
    risk,
    approve,
    needs: chance.some(earlier, 0.35),
    area: chance.pick([null, "x", "y"]),
    priority: chance.is(0.2) ? chance.between(-1, 2) : 0,
    mode: chance.is(0.75)
      ? risk === "low"
        ? "two-loop"
        : "three-loop"
      : chance.pick(["two-loop", "three-loop", "context-aware", "adaptive", "adaptive"]),
    checks: chance.is(0.8) ? null : [],
    budget: {
      usdMicros: chance.is(0.06) ? chance.between(500_000, 4_000_000) : null,
      tokens: chance.is(0.03) ? 300 : null,
    },
    timeoutMs: chance.is(0.04) ? chance.between(20_000, 200_000) : null,
    ...split,
  });
}

export const backlogOf = (specs: readonly TaskSpec[], edition = 1): Backlog => ({
  file: "tasks.yaml",
  tasks: specs.map((spec) => ({ spec, digest: `${spec.id}/${spec.details ?? ""}/${edition}` })),
});

export function modelSettings(name: string, more: Partial<ModelSettings>): ModelSettings {
  return {
    name,
    adapter: "command",
    model: null,
    tier: "medium",
    billing: "free",
    account: name,
    provider: name,
    argv: null,
    baseUrl: null,
    keyEnv: null,
    scenario: null,
    env: { pass: [], set: {} },
    folder: "/",
    ...more,
  };
}

/** Agents that are part of an engine cannot be ended from outside: they are left out where engines freeze. */
function adaptersFor({ theme, freezes }: Plan): {
  readonly agents: readonly AdapterName[];
  readonly others: readonly AdapterName[];
} {
  const inProcess = freezes === 0 ? (["scripted"] as const) : [];
  const bounded = ["acp", ...inProcess] as const;
  if (theme === "money") return { agents: bounded, others: [...bounded, "anthropic"] };
  const agents = ["command", "claude-code", ...bounded] as const;
  return { agents, others: [...agents, "anthropic"] };
}

function randomModels(chance: Chance, plan: Plan): ModelSettings[] {
  const { agents, others } = adaptersFor(plan);
  return Array.from({ length: chance.between(1, 3) }, (_, n) => {
    const billing = chance.weighted([
      [3, "free"],
      [2, "subscription"],
      [3, "metered"],
    ] as const);
    return modelSettings(`m${n}`, {
      adapter: chance.pick(n === 0 ? agents : others),
      billing: plan.theme === "money" ? "metered" : billing,
      account: chance.is(0.3) ? "shared" : `account-${n}`,
      provider: chance.is(0.3) ? "one" : `p${n}`,
      tier: chance.pick(["small", "medium", "large"]),
    });
  });
}

function modelLimits(
  chance: Chance,
  models: readonly ModelSettings[],
  probability: number,
): Settings["limits"]["perModel"] {
  const limited = chance.some(models, probability);
  const limitsOf = (): ModelLimits => ({
    parallel: chance.is(0.7) ? chance.between(1, 2) : null,
    rpm: chance.is(0.4) ? chance.between(3, 10) : null,
    tpm: null,
  });
  return Object.fromEntries(limited.map(({ name }) => [name, limitsOf()]));
}

/** Settings as a user could have written them, with limits short enough for a simulation. */
export function randomSettings(chance: Chance, plan: Plan): Settings {
  const { theme } = plan;
  const models = randomModels(chance, plan);
  const money = (least: number, most: number): number | null =>
    chance.is(theme === "money" ? 0.7 : 0.1) ? chance.between(least, most) : null;
  return {
    ...defaultSettings,
    models,
    limits: {
      parallel: chance.between(theme === "crowded" || theme === "conflicts" ? 3 : 1, 4),
      schedule: chance.is(0.15) ? "waves" : "ready",
      perArea: chance.is(0.25) ? 1 : null,
      awaitingHuman: chance.is(0.1) ? 1 : 10,
      perModel: modelLimits(chance, models, theme === "crowded" ? 0.9 : 0.2),
    },
    timeouts: {
      httpMs: 60_000,
      reviewMs: 90_000,
      implementMs: 150_000,
      startupMs: 20_000,
      idleMs: 40_000,
      approvalMs: 60_000,
    },
    retry: {
      call: {
        strategy: chance.pick(["immediate", "fixed", "exponential"]),
        attempts: chance.between(1, 3),
        baseMs: 1_000,
        capMs: 8_000,
      },
      step: { strategy: "exponential", attempts: chance.between(1, 3), baseMs: 5_000, capMs: 20_000 },
    },
    breaker: {
      enabled: chance.is(0.9),
      failures: chance.between(1, theme === "sick" ? 2 : 4),
      openForMs: chance.pick([5_000, 30_000]),
      successes: chance.between(1, 2),
    },
    budget: {
      callMicros: chance.is(0.6) ? 1_000_000 : null,
      taskMicros: money(1_500_000, 6_000_000),
      runMicros: money(2_000_000, 15_000_000),
      dayMicros: money(2_000_000, 20_000_000),
      onLimit: chance.pick(["stop", "ask", "downgrade"]),
      meteredFallback: chance.is(0.6),
    },
    holds: { autoResume: chance.is(0.85), maxResumes: chance.between(1, 5) },
    review: {
      rounds: chance.between(1, 3),
      per: chance.pick(["step", "task", null]),
      blockOn: chance.pick(["blocker", "major"]),
      independent: chance.weighted([
        [6, "prefer"],
        [1, "off"],
        [1, "require"],
      ]),
    },
    checks: ["test", "lint"].slice(0, chance.between(0, 2)).map((name) => ({ ...checkDefaults, name, run: name })),
    git: {
      ...defaultSettings.git,
      base: "main",
      merge: chance.weighted([
        [5, "squash"],
        [3, "merge"],
        [2, "none"],
      ]),
    },
  };
}
