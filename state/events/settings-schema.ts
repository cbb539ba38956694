import { z } from "zod";

import type { PriceRow } from "../../src/domain/price.ts";
import { sandboxModes, type SandboxSettings } from "../../src/domain/sandbox.ts";
import {
  adapterNames,
  billings,
  busyPolicies,
  followings,
  noticeDetails,
  serviceScopes,
  spreads,
  tiers,
  type AccountSettings,
  type ModelSettings,
  type NotifySettings,
  type ServiceSettings,
  type Settings,
  regressionChoices,
} from "../../src/domain/settings.ts";
import { flag, integer, object, risk, role, severity, text, texts } from "./value-schemas.ts";

const env = object({ pass: texts, set: z.record(text, text) });
const limit = integer.nullable();
const retry = object({
  strategy: z.enum(["immediate", "exponential", "fixed"]),
  attempts: integer,
  parse: z.exactOptional(integer),
  timeout: z.exactOptional(integer),
  baseMs: integer,
  capMs: integer,
});
const rolesToModels = z.partialRecord(role, texts);

const model: z.ZodType<ModelSettings> = object({
  name: text,
  adapter: z.enum(adapterNames),
  model: text.nullable(),
  tier: z.enum(tiers),
  billing: z.enum(billings),
  account: text,
  provider: text,
  argv: texts.nullable(),
  baseUrl: text.nullable(),
  keyEnv: text.nullable(),
  scenario: text.nullable(),
  login: z.exactOptional(object({ home: text.nullable() })),
  env,
  folder: text,
});

const check = object({
  name: text,
  run: text,
  timeoutMs: integer,
  exclusive: flag,
  flakyRetries: integer,
  report: z
    .discriminatedUnion("kind", [
      object({ kind: z.literal("junit"), path: text }),
      object({ kind: z.literal("pattern"), pattern: text }),
    ])
    .nullable(),
  when: z.exactOptional(texts),
  always: z.exactOptional(flag),
  needsServices: z.exactOptional(texts),
});

const dayHours = object({ fromMin: integer, toMin: integer });

const account: z.ZodType<AccountSettings> = object({
  keep: z.exactOptional(integer),
  hours: z.exactOptional(dayHours),
  parallel: z.exactOptional(integer),
  window: z.exactOptional(object({ calls: integer, lengthMs: integer })),
  home: z.exactOptional(text),
  keyEnv: z.exactOptional(text),
});

const service: z.ZodType<ServiceSettings> = object({
  start: text,
  probe: text.nullable(),
  stop: text.nullable(),
  per: z.enum(serviceScopes),
  readyMs: integer,
});

const notify: z.ZodType<NotifySettings> = object({
  terminal: z.exactOptional(flag),
  desktop: flag,
  command: texts.nullable(),
  webhook: object({ url: text, secretEnv: text.nullable() }).nullable(),
  quiet: dayHours.nullable(),
  detail: z.enum(noticeDetails),
});

const price: z.ZodType<PriceRow> = object({
  provider: text.nullable(),
  model: text,
  aliases: texts,
  from: text.nullable(),
  above: integer,
  microsPerMillion: object({
    input: integer,
    output: integer,
    cacheRead: limit,
    cacheWrite: limit,
    cacheWriteLong: limit,
  }),
  source: text,
  checked: text.nullable(),
});

const sandbox: z.ZodType<SandboxSettings> = object({
  mode: z.enum(sandboxModes),
  network: z.enum(["on", "off"]),
  write: texts,
  read: texts,
});

/** Settings as a run began with them. */
export const settings: z.ZodType<Settings> = object({
  models: z.array(model),
  roles: rolesToModels,
  routing: z.array(
    object({
      when: object({
        risk: z.exactOptional(z.array(risk)),
        area: z.exactOptional(texts),
        role: z.exactOptional(z.array(role)),
      }),
      use: rolesToModels,
      why: text.nullable(),
    }),
  ),
  whenBusy: z.exactOptional(z.enum(busyPolicies)),
  spread: z.exactOptional(z.enum(spreads)),
  accounts: z.exactOptional(z.record(text, account)),
  services: z.exactOptional(z.record(text, service)),
  areas: z.exactOptional(z.record(text, texts)),
  notify: z.exactOptional(notify),
  limits: object({
    parallel: integer,
    schedule: z.enum(["ready", "waves"]),
    perModel: z.record(text, object({ parallel: limit, rpm: limit, tpm: limit })),
    perArea: limit,
    awaitingHuman: integer,
  }),
  timeouts: object({
    httpMs: integer,
    reviewMs: integer,
    implementMs: integer,
    startupMs: integer,
    idleMs: integer,
    /** Runs of before there was one have the default. */
    approvalMs: integer.default(1_800_000),
  }),
  retry: object({ call: retry, step: retry }),
  breaker: object({ enabled: flag, failures: integer, openForMs: integer, successes: integer }),
  budget: object({
    callMicros: limit,
    taskMicros: limit,
    runMicros: limit,
    dayMicros: limit,
    onLimit: z.enum(["stop", "ask", "downgrade"]),
    meteredFallback: flag,
  }),
  /** Runs of before there were any have none. */
  prices: z.array(price).default([]),
  holds: object({ autoResume: flag, maxResumes: integer }),
  review: object({
    rounds: integer,
    per: z.enum(["step", "task"]).nullable(),
    blockOn: severity,
    independent: z.enum(["prefer", "require", "off"]),
  }),
  roadmap: object({
    stages: integer,
    changes: integer,
    reopen: integer,
    fixCycles: integer,
    fixProgress: z.number(),
  }).exactOptional(),
  regressions: z.exactOptional(z.enum(regressionChoices)),
  permissions: z.enum(["ask", "edits", "full"]),
  checks: z.array(check),
  protected: texts,
  git: object({
    base: text.nullable(),
    mergeInto: text,
    everyBase: z.exactOptional(z.literal(true)),
    merge: z.enum(["squash", "merge", "none"]),
    branchPrefix: text,
    worktrees: text.nullable(),
    follow: z.exactOptional(z.enum(followings)),
  }),
  env,
  setup: text.nullable(),
  setupCache: z.exactOptional(object({ paths: texts, key: texts })),
  teardown: text.nullable(),
  retention: object({ runs: integer, worktreesMs: integer }),
  sandbox: z.exactOptional(sandbox),
});
