import { roadmapSettings } from "../domain/roadmap-settings.ts";
import { posix, resolve } from "node:path";

import type { ModelName } from "../domain/ids.ts";
import { usdToMicros } from "../domain/money.ts";
import { defaultSandbox, type SandboxSettings } from "../domain/sandbox.ts";
import type { CheckSettings, ModelLimits, RetrySettings, RoutingRule, Settings } from "../domain/settings.ts";
import type { Role } from "../domain/task.ts";
import { asList, role } from "./fields.ts";
import { child, type LocatedMap, nodeAt } from "./located.ts";
import { toEnv, toModel, withAccount } from "./model-settings.ts";
import { toPrices } from "./price-settings.ts";
import { checkDefaults, defaultSettings } from "./settings-defaults.ts";
import { command, toDaily, toSetup } from "./daily-settings.ts";
import { ms } from "./durations.ts";
import type {
  WrittenCallRetry,
  WrittenCheck,
  WrittenRetry,
  WrittenRoles,
  WrittenRule,
  WrittenSettings,
} from "./settings-schema.ts";

type Limits = NonNullable<WrittenSettings["limits"]>;

/** Written settings that fit the schema, over the defaults. `root` is where they are written: paths depend on it. */
export function toSettings(written: WrittenSettings, root: LocatedMap): Settings {
  const base = defaultSettings;
  const daily = toDaily(written, root);
  const models = Object.entries(written.models ?? {}).map(([name, given]) => {
    const model = toModel(name, given, nodeAt(root, ["models", name]) ?? root);
    return withAccount(model, given, daily.accounts?.[model.account]);
  });
  return {
    models,
    roles: toRoles(written.roles ?? {}),
    ...toRouting(written.routing ?? []),
    limits: toLimits(written.limits ?? {}),
    timeouts: toTimeouts(written.timeouts ?? {}),
    retry: {
      call: { ...toRetry(written.retry?.call, base.retry.call), ...toTries(written.retry?.call ?? {}) },
      step: toRetry(written.retry?.step, base.retry.step),
    },
    breaker: {
      enabled: base.breaker.enabled,
      failures: written.breaker?.failures ?? base.breaker.failures,
      openForMs: ms(written.breaker?.open_for, base.breaker.openForMs),
      successes: written.breaker?.successes ?? base.breaker.successes,
    },
    budget: toBudget(written.budget ?? {}),
    prices: toPrices(written.prices ?? {}, root),
    holds: {
      autoResume: written.holds?.auto_resume ?? base.holds.autoResume,
      maxResumes: written.holds?.max_resumes ?? base.holds.maxResumes,
    },
    review: {
      rounds: written.review?.rounds ?? base.review.rounds,
      per: written.review?.per ?? base.review.per,
      blockOn: written.review?.block_on ?? base.review.blockOn,
      independent: written.review?.independent ?? base.review.independent,
    },
    roadmap: {
      stages: written.roadmap?.stages ?? roadmapSettings(base).stages,
      changes: written.roadmap?.changes ?? roadmapSettings(base).changes,
      reopen: written.roadmap?.reopen ?? roadmapSettings(base).reopen,
      fixCycles: written.roadmap?.fix_cycles ?? roadmapSettings(base).fixCycles,
      fixProgress: written.roadmap?.fix_progress ?? roadmapSettings(base).fixProgress,
    },
    ...regressionsOf(written.regressions ?? base.regressions),
    permissions: written.permissions ?? base.permissions,
    checks: (written.checks ?? []).map(toCheck),
    protected: written.protected ?? base.protected,
    git: toGit(written.git ?? {}, root),
    env: toEnv(written.env),
    ...toSetup(written.setup),
    teardown: command(written.teardown),
    retention: {
      runs: written.retention?.runs ?? base.retention.runs,
      worktreesMs: ms(written.retention?.worktrees, base.retention.worktreesMs),
      ...toMergedRetention(written.retention?.merged_worktrees, base.retention),
    },
    ...toSandbox(written, root),
    ...daily,
  };
}

/** Names by role, each a list without repetitions. */
export function toRoles(written: WrittenRoles): Partial<Record<Role, readonly ModelName[]>> {
  const roles: Partial<Record<Role, readonly ModelName[]>> = {};
  for (const name of role.options) {
    const given = written[name];
    if (given !== undefined) roles[name] = asList(given);
  }
  return roles;
}

function toMergedRetention(
  written: 0 | string | undefined,
  { mergedWorktreesMs }: Settings["retention"],
): Pick<Settings["retention"], "mergedWorktreesMs"> {
  const found = written === 0 ? 0 : ms(written, mergedWorktreesMs);
  return found === undefined ? {} : { mergedWorktreesMs: found };
}

export const micros = (usd: number | undefined): number | null => (usd === undefined ? null : usdToMicros(usd));

function toRouting(
  written: NonNullable<WrittenSettings["routing"]>,
): Pick<Settings, "routing" | "whenBusy" | "spread"> {
  if (Array.isArray(written)) return { routing: written.map(toRule) };
  const { rules = [], when_busy: whenBusy, spread } = written;
  return {
    routing: rules.map(toRule),
    ...(whenBusy === undefined ? {} : { whenBusy }),
    ...(spread === undefined ? {} : { spread }),
  };
}

function toRule(written: WrittenRule): RoutingRule {
  const { risk, area, role: roles } = written.when;
  return {
    when: {
      ...(risk === undefined ? {} : { risk: asList(risk) }),
      ...(area === undefined ? {} : { area: asList(area) }),
      ...(roles === undefined ? {} : { role: asList(roles) }),
    },
    use: toRoles(written.use),
    why: written.why ?? null,
  };
}

function toLimits(written: Limits): Settings["limits"] {
  const base = defaultSettings.limits;
  const perModel = Object.entries(written.per_model ?? {}).map(([name, limit]): [ModelName, ModelLimits] => [
    name,
    { parallel: limit.parallel ?? null, rpm: limit.rpm ?? null, tpm: limit.tpm ?? null },
  ]);
  return {
    parallel: written.parallel ?? base.parallel,
    schedule: written.schedule ?? base.schedule,
    perModel: Object.fromEntries(perModel),
    perArea: written.per_area ?? base.perArea,
    awaitingHuman: written.awaiting_human ?? base.awaitingHuman,
  };
}

function toTimeouts(written: NonNullable<WrittenSettings["timeouts"]>): Settings["timeouts"] {
  const base = defaultSettings.timeouts;
  return {
    httpMs: ms(written.http, base.httpMs),
    reviewMs: ms(written.review, base.reviewMs),
    implementMs: ms(written.implement, base.implementMs),
    startupMs: ms(written.startup, base.startupMs),
    idleMs: ms(written.idle, base.idleMs),
    approvalMs: ms(written.approval, base.approvalMs),
  };
}

const toRetry = (written: WrittenRetry | undefined, base: RetrySettings): RetrySettings => ({
  strategy: written?.strategy ?? base.strategy,
  attempts: written?.attempts ?? base.attempts,
  baseMs: ms(written?.base, base.baseMs),
  capMs: ms(written?.cap, base.capMs),
});

const toTries = ({ parse, timeout }: WrittenCallRetry): Pick<RetrySettings, "parse" | "timeout"> => ({
  ...(parse === undefined ? {} : { parse }),
  ...(timeout === undefined ? {} : { timeout }),
});

const toBudget = (written: NonNullable<WrittenSettings["budget"]>): Settings["budget"] => ({
  callMicros: micros(written.call_usd),
  taskMicros: micros(written.task_usd),
  runMicros: micros(written.run_usd),
  dayMicros: micros(written.day_usd),
  onLimit: written.on_limit ?? defaultSettings.budget.onLimit,
  meteredFallback: written.metered_fallback ?? defaultSettings.budget.meteredFallback,
});

function toCheck(written: WrittenCheck): CheckSettings {
  return {
    name: written.name,
    run: commandIn(written.cwd, written.run),
    timeoutMs: ms(written.timeout, checkDefaults.timeoutMs),
    exclusive: written.exclusive ?? checkDefaults.exclusive,
    flakyRetries: written.flaky_retries ?? checkDefaults.flakyRetries,
    report: toReport(written.report, written.cwd),
    ...(written.when === undefined ? {} : { when: written.when }),
    ...(written.always === undefined ? {} : { always: written.always }),
    ...(written.needs_services === undefined ? {} : { needsServices: written.needs_services }),
  };
}

/** As a person would write it; whatever else the command says, it runs in that folder or not at all. */
function commandIn(cwd: string | undefined, run: string): string {
  const folder = cwd?.replace(/^(\.?\/)+|\/+$/g, "") ?? "";
  if (folder === "" || folder === ".") return run;
  const path = /^[\w@%+=:,./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`;
  return /[;&|\n#()]/.test(run) ? `cd ./${path} || exit 1\n${run}` : `cd ./${path} && ${run}`;
}

function toReport(written: WrittenCheck["report"], cwd: string = ""): CheckSettings["report"] {
  if (written?.junit !== undefined) return { kind: "junit", path: posix.join(cwd, written.junit) };
  return written?.pattern === undefined ? null : { kind: "pattern", pattern: written.pattern };
}

function toGit(written: NonNullable<WrittenSettings["git"]>, root: LocatedMap): Settings["git"] {
  const base = defaultSettings.git;
  const at = child(child(root, "git"), "worktrees") ?? root;
  return {
    base: written.base ?? base.base,
    mergeInto: written.merge_into ?? base.mergeInto,
    ...(written.merge_into === base.mergeInto ? { everyBase: true } : {}),
    merge: written.merge ?? base.merge,
    branchPrefix: written.branch_prefix ?? base.branchPrefix,
    worktrees: written.worktrees === undefined ? base.worktrees : resolve(at.at.source.folder, written.worktrees),
    ...(written.follow === undefined ? {} : { follow: written.follow }),
  };
}

/** Left out where it is the default, so that such settings have the digest they always had. */
function toSandbox(written: WrittenSettings, root: LocatedMap): { readonly sandbox?: SandboxSettings } {
  const base = defaultSandbox;
  const places = (key: string, paths: readonly string[] = []): string[] =>
    paths.map((path, index) => {
      const { folder } = (nodeAt(root, [key, index]) ?? root).at.source;
      return path.startsWith("~/") ? path : resolve(folder, path);
    });
  const mode = written.sandbox ?? base.mode;
  const network = written.network ?? base.network;
  const write = places("sandbox_write", written.sandbox_write);
  const read = places("sandbox_read", written.sandbox_read);
  const isDefault = mode === base.mode && network === base.network && write.length + read.length === 0;
  return isDefault ? {} : { sandbox: { mode, network, write, read } };
}

const regressionsOf = (chosen: Settings["regressions"]): Pick<Settings, "regressions"> =>
  chosen === undefined ? {} : { regressions: chosen };
