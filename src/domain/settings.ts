import type { ModelName } from "./ids.ts";
import type { PriceRow } from "./price.ts";
import type { RoadmapSettings } from "./roadmap-settings.ts";
import type { SandboxSettings } from "./sandbox.ts";
import type { Risk, Role } from "./task.ts";

export const tiers = ["small", "medium", "large"] as const;
export type Tier = (typeof tiers)[number];
/** Who pays, and how. */
export const billings = ["free", "subscription", "metered"] as const;
export type Billing = (typeof billings)[number];
export type Permissions = "ask" | "edits" | "full";
export const adapterNames = [
  "scripted",
  "command",
  "claude-code",
  "codex",
  "gemini",
  "opencode",
  "acp",
  "anthropic",
  "openai",
  "google",
  "openai-compatible",
] as const;
export type AdapterName = (typeof adapterNames)[number];

/** One model as the settings name it. Fields an adapter does not use are null. */
export interface ModelSettings {
  readonly name: ModelName;
  readonly adapter: AdapterName;
  /** The provider's own name of the model. */
  readonly model: string | null;
  readonly tier: Tier;
  readonly billing: Billing;
  /** Models of one account share its limits. Default: the provider; with billing by subscription, `<provider>-plan`. */
  readonly account: string;
  /** Two models of one provider do not review each other independently. Default: by adapter; for command and scripted the name. */
  readonly provider: string;
  readonly argv: readonly string[] | null;
  readonly baseUrl: string | null;
  /** Name of the environment variable that holds the key. */
  readonly keyEnv: string | null;
  /** Absolute path of the scenario of a scripted model; null: the built-in one. */
  readonly scenario: string | null;
  /** Its account has a login of its own (`accounts.NAME`), in this folder or, where that is null, by `keyEnv`; absent: the usual one. */
  readonly login?: { readonly home: string | null };
  readonly env: EnvSettings;
  /** Folder that relative paths in argv[0] start from: that of the settings file. */
  readonly folder: string;
}

export interface EnvSettings {
  readonly pass: readonly string[];
  readonly set: Readonly<Record<string, string>>;
}

export interface RoutingRule {
  readonly when: {
    readonly risk?: readonly Risk[];
    readonly area?: readonly string[];
    readonly role?: readonly Role[];
  };
  readonly use: Readonly<Partial<Record<Role, readonly ModelName[]>>>;
  readonly why: string | null;
}

/** headroom: of models of the same tier on plans, the one whose account has most of its windows left goes first. */
export const spreads = ["headroom", "order"] as const;

/** When the integration branch is brought up to a base that has moved: as a run starts, also before each task, or never. */
export const followings = ["run", "task", "off"] as const;

/** A part of the day, in minutes after midnight of the local clock; over midnight where `toMin` is not after `fromMin`. */
export interface DayHours {
  readonly fromMin: number;
  readonly toMin: number;
}

/** What is asked of an account, beside what its provider allows. */
export interface AccountSettings {
  /** Share of each of its windows that is left alone, from 0 to 1. */
  readonly keep?: number;
  /** When it may be used; absent: always. */
  readonly hours?: DayHours;
  /** Calls at once, over all of its models. */
  readonly parallel?: number;
  /** How many calls a window of its limits holds, for programs that do not tell how much of it is used. */
  readonly window?: { readonly calls: number; readonly lengthMs: number };
  /** Folder in which its program keeps that account's login: absolute, or from the user's home with "~/". */
  readonly home?: string;
  /** Name of the environment variable that holds its key. */
  readonly keyEnv?: string;
}

/** slot: one for each task that works; run: one for all of a run; shared: one, and never used by two at once. */
export const serviceScopes = ["slot", "run", "shared"] as const;

/** A program that checks need, as a database. Commands are run by `sh -c`. */
export interface ServiceSettings {
  readonly start: string;
  /** Exits with 0 when it can be used; null: as soon as it is started. */
  readonly probe: string | null;
  /** Null: it is ended like any other child. */
  readonly stop: string | null;
  readonly per: (typeof serviceScopes)[number];
  /** How long it may take until its probe says yes. */
  readonly readyMs: number;
}

export const noticeDetails = ["none", "title", "full"] as const;

/** Whom to tell that something waits. From the user's own file alone: a repository may not start programs or send anything. */
export interface NotifySettings {
  /** Title and bell of the terminal that a screen is shown in; absent: yes. */
  readonly terminal?: boolean;
  readonly desktop: boolean;
  /** Gets the notice as JSON on its standard input. */
  readonly command: readonly string[] | null;
  readonly webhook: { readonly url: string; readonly secretEnv: string | null } | null;
  readonly quiet: DayHours | null;
  readonly detail: (typeof noticeDetails)[number];
}

/** next: another model of the same tier and billing is asked meanwhile. */
export const busyPolicies = ["next", "wait"] as const;

export interface ModelLimits {
  readonly parallel: number | null;
  readonly rpm: number | null;
  readonly tpm: number | null;
}

export interface RetrySettings {
  readonly strategy: "immediate" | "exponential" | "fixed";
  /** Tries per candidate, the first included. */
  readonly attempts: number;
  /** Tries that ended in that kind of error; absent: as `usualTries` has it, and no more than `attempts`. */
  readonly parse?: number;
  readonly timeout?: number;
  readonly baseMs: number;
  readonly capMs: number;
}

export interface CheckSettings {
  readonly name: string;
  /** Run by `sh -c` in the worktree. */
  readonly run: string;
  readonly timeoutMs: number;
  readonly exclusive: boolean;
  readonly flakyRetries: number;
  /** How single failures are told apart; null: the check itself is the failure. */
  readonly report:
    | { readonly kind: "junit"; readonly path: string }
    | { readonly kind: "pattern"; readonly pattern: string }
    | null;
  /** Run only where a change touches one of these; absent: always. */
  readonly when?: readonly string[];
  /** Also where a task's own list or `when` leaves it out. */
  readonly always?: boolean;
  /** Names of services that stand before it runs. */
  readonly needsServices?: readonly string[];
}

/** From the gravest on. */
export const severities = ["blocker", "major", "minor", "nit"] as const;
export type Severity = (typeof severities)[number];

export const regressionChoices = ["ask", "reopen"] as const;

/** All settings with their defaults filled in, as they were when the run began. */
export interface Settings {
  readonly models: readonly ModelSettings[];
  readonly roles: Readonly<Partial<Record<Role, readonly ModelName[]>>>;
  readonly routing: readonly RoutingRule[];
  /** What becomes of a call whose model has no place free; absent: `next`. */
  readonly whenBusy?: (typeof busyPolicies)[number];
  /** Absent: `headroom`. */
  readonly spread?: (typeof spreads)[number];
  /** By name of the account. */
  readonly accounts?: Readonly<Record<string, AccountSettings>>;
  readonly services?: Readonly<Record<string, ServiceSettings>>;
  /** Globs by area: what a task without one of its own is likely to touch, and what its checks are chosen by. */
  readonly areas?: Readonly<Record<string, readonly string[]>>;
  readonly notify?: NotifySettings;
  readonly limits: {
    readonly parallel: number;
    readonly schedule: "ready" | "waves";
    readonly perModel: Readonly<Record<ModelName, ModelLimits>>;
    readonly perArea: number | null;
    readonly awaitingHuman: number;
  };
  readonly timeouts: {
    readonly httpMs: number;
    readonly reviewMs: number;
    readonly implementMs: number;
    readonly startupMs: number;
    readonly idleMs: number;
    /** How long an agent that asks during its call waits for a person; then it is told no. */
    readonly approvalMs: number;
  };
  readonly retry: { readonly call: RetrySettings; readonly step: RetrySettings };
  /** `enabled` is CIRCUIT_BREAKER_ENABLED. */
  readonly breaker: {
    readonly enabled: boolean;
    readonly failures: number;
    readonly openForMs: number;
    readonly successes: number;
  };
  readonly budget: {
    readonly callMicros: number | null;
    readonly taskMicros: number | null;
    readonly runMicros: number | null;
    readonly dayMicros: number | null;
    readonly onLimit: "stop" | "ask" | "downgrade";
    readonly meteredFallback: boolean;
  };
  /** The user's own prices, which go before the list of this program. */
  readonly prices: readonly PriceRow[];
  readonly holds: { readonly autoResume: boolean; readonly maxResumes: number };
  /** `per` null: by risk, task at low and medium, step at high. */
  readonly review: {
    readonly rounds: number;
    readonly per: "step" | "task" | null;
    readonly blockOn: Severity;
    readonly independent: "prefer" | "require" | "off";
  };
  /** Of the adaptive mode. */
  /** Absent: a run of before there were roadmaps; the defaults count. */
  readonly roadmap?: RoadmapSettings;
  /** What is done about a merged task by which a check turned red: a person is asked, or it is begun anew. Absent: `ask`. */
  readonly regressions?: (typeof regressionChoices)[number];
  readonly permissions: Permissions;
  readonly checks: readonly CheckSettings[];
  readonly protected: readonly string[];
  readonly git: {
    /** Null: the branch checked out at the first run. */
    readonly base: string | null;
    readonly mergeInto: string;
    /** The usual name was written: it holds for every base, not for the first alone. */
    readonly everyBase?: true;
    readonly merge: "squash" | "merge" | "none";
    readonly branchPrefix: string;
    /** Absolute folder of the worktrees; null: below the state folder. */
    readonly worktrees: string | null;
    /** Absent: `run`. */
    readonly follow?: (typeof followings)[number];
  };
  readonly env: EnvSettings;
  readonly setup: string | null;
  /** What `setup` makes that other worktrees may begin with a copy of, and the files it depends on. */
  readonly setupCache?: { readonly paths: readonly string[]; readonly key: readonly string[] };
  readonly teardown: string | null;
  readonly retention: {
    readonly runs: number;
    readonly worktreesMs: number;
    /** Of merged tasks; absent: as of others that are finished. 0: they go with the merge. */
    readonly mergedWorktreesMs?: number;
  };
  /** The wall around calls and checks; absent: `defaultSandbox`. */
  readonly sandbox?: SandboxSettings;
}
