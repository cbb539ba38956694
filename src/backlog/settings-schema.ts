import { z } from "zod";

import { busyPolicies, followings, regressionChoices, spreads } from "../domain/settings.ts";
import { accountSchema, notifySchema, serviceSchema, setupSchema } from "./daily-schema.ts";
import { amountUsd, filled, nameOrList, risk, role, roleTable, wholeNumber, word } from "./fields.ts";
import { screenSchema } from "./screen-schema.ts";

const envSchema = z.strictObject({
  pass: z.array(word("variable")).optional().describe("Variables handed on from your own environment"),
  set: z.record(word("variable"), z.string()).optional().describe("Variables with their values"),
});

const anyModel = {
  tier: z.enum(["small", "medium", "large"]).optional().describe("Default: medium"),
  billing: z.enum(["free", "subscription", "metered"]).optional().describe("Who pays. Default: by adapter"),
  account: filled.optional().describe("Models of one account share its limits"),
  provider: filled.optional().describe("Models of one provider do not review each other independently"),
  env: envSchema.optional(),
};

const withVersion = "With its version, as in http://127.0.0.1:11434/v1";

const endpoint = {
  model: filled.describe("The provider's own name of the model"),
  key_env: word(
    "variable",
    "Name of the variable that holds the key. Default: the provider's usual one; openai-compatible: none",
  ).optional(),
};

const argv = z.array(z.string()).min(1);

const modelSchema = z.discriminatedUnion("adapter", [
  z.strictObject({
    adapter: z.literal("scripted"),
    scenario: word("path", "The file it plays, relative to this one"),
    model: filled.optional(),
    ...anyModel,
  }),
  z.strictObject({
    adapter: z.enum(["command", "acp"]),
    argv: argv.describe("Program and arguments; a program with a slash is relative to this file"),
    model: filled.optional(),
    ...anyModel,
  }),
  z.strictObject({
    adapter: z.enum(["claude-code", "codex", "gemini", "opencode"]),
    argv: argv.optional().describe("Its program, where that is not the usual one on the PATH; relative to this file"),
    model: filled.optional().describe("The provider's own name of the model"),
    base_url: word("url", "Another server of the same kind").optional(),
    key_env: endpoint.key_env,
    ...anyModel,
  }),
  z.strictObject({
    adapter: z.enum(["anthropic", "openai", "google"]),
    base_url: word("url", `Another server of the same kind. ${withVersion}`).optional(),
    ...endpoint,
    ...anyModel,
  }),
  z.strictObject({
    adapter: z.literal("openai-compatible"),
    base_url: word("url", withVersion),
    ...endpoint,
    ...anyModel,
  }),
]);

const ruleSchema = z.strictObject({
  when: z.strictObject({
    risk: z.union([risk, z.array(risk).min(1)], { error: "a risk or a list of them" }).optional(),
    area: nameOrList.optional(),
    role: z.union([role, z.array(role).min(1)], { error: "a role or a list of them" }).optional(),
  }),
  use: roleTable,
  why: filled.optional(),
});

const routingSchema = z.strictObject({
  rules: z.array(ruleSchema).optional(),
  when_busy: z
    .enum(busyPolicies)
    .optional()
    .describe(
      "Where a model has no place free (limits.per_model): the next of its tier and billing, or wait. Default: next",
    ),
  spread: z
    .enum(spreads)
    .optional()
    .describe(
      "Which of several plans of one tier implements: the one with most of its windows left, or the first. Default: headroom",
    ),
});

const retrySchema = z.strictObject({
  strategy: z.enum(["immediate", "exponential", "fixed"]).optional(),
  attempts: wholeNumber(1).optional().describe("Tries per candidate, the first included"),
  base: word("delay").optional(),
  cap: word("delay").optional(),
});

const triesOf = (usual: number) =>
  wholeNumber(1).optional().describe(`Tries that end in such an error. Default: ${usual}, and no more than attempts`);

const callRetrySchema = retrySchema.extend({ parse: triesOf(2), timeout: triesOf(3) });

const limitsSchema = z.strictObject({
  parallel: wholeNumber(1).optional().describe("Tasks at once. Default: 5"),
  schedule: z.enum(["ready", "waves"]).optional(),
  per_model: z
    .record(
      word("name"),
      z.strictObject({
        parallel: wholeNumber(1).optional(),
        rpm: wholeNumber(1).optional().describe("Requests a minute"),
        tpm: wholeNumber(1).optional().describe("Tokens a minute"),
      }),
    )
    .optional(),
  per_area: wholeNumber(1).optional(),
  awaiting_human: wholeNumber(1).optional().describe("Questions that may wait before no new task starts. Default: 10"),
});

const checkSchema = z.strictObject({
  name: word("name"),
  run: filled.describe("Run by sh -c in the worktree"),
  timeout: word("duration").optional().describe("Default: 10m"),
  exclusive: z.boolean().optional().describe("Never two at once"),
  flaky_retries: wholeNumber(0).optional(),
  when: z
    .array(word("glob"))
    .min(1)
    .optional()
    .describe("Run only for a change that touches one of these. Default: for every change"),
  always: z.boolean().optional().describe("Run for every change, also where a task's own list leaves it out"),
  cwd: word("glob", "Folder it is run in, from the top of the repository. Default: the top").optional(),
  needs_services: z.array(word("name")).min(1).optional().describe("Services that stand before it runs"),
  report: z
    .strictObject({ junit: word("glob").optional(), pattern: word("regex").optional() })
    .optional()
    .describe("How single failures are told apart: one of junit and pattern"),
});

const priceSchema = z
  .strictObject({
    input: amountUsd,
    output: amountUsd.describe("With thoughts"),
    cache_read: amountUsd.optional().describe("Default: as input"),
    cache_write: amountUsd.optional().describe("Default: as input"),
    cache_write_1h: amountUsd.optional().describe("Kept for an hour or longer. Default: as cache_write"),
    from: word("day", "The first day, in UTC, on which it holds").optional(),
    above: wholeNumber(0).optional().describe("For requests with more input tokens than that, and all of their tokens"),
  })
  .describe("USD for a million tokens");

export const settingsSchema = z.strictObject({
  models: z.record(word("name"), modelSchema).optional(),
  roles: roleTable.optional(),
  routing: z
    .union([z.array(ruleSchema), routingSchema], { error: "a list of rules, or rules with when_busy and spread" })
    .optional(),
  accounts: z.record(filled, accountSchema).optional().describe("By the name that models give as account"),
  areas: z
    .record(word("area"), z.array(word("glob")).min(1))
    .optional()
    .describe("Paths of each area: checks and locks of a task in it are those of these"),
  services: z.record(word("name"), serviceSchema).optional().describe("Programs that checks need, as a database"),
  notify: notifySchema.optional().describe("Whom to tell that something waits. Only in your own settings file"),
  screen: screenSchema.optional().describe("How the screen looks and is used. Only in your own settings file"),
  limits: limitsSchema.optional(),
  timeouts: z
    .strictObject({
      http: word("duration").optional(),
      review: word("duration").optional(),
      implement: word("duration").optional(),
      startup: word("duration").optional(),
      idle: word("duration").optional(),
      approval: word("duration")
        .optional()
        .describe("How long an agent that asks for something during its call waits for a person. Default: 30m"),
    })
    .optional(),
  retry: z.strictObject({ call: callRetrySchema.optional(), step: retrySchema.optional() }).optional(),
  breaker: z
    .strictObject({
      failures: wholeNumber(1).optional(),
      open_for: word("duration").optional(),
      successes: wholeNumber(1).optional(),
    })
    .optional(),
  budget: z
    .strictObject({
      call_usd: amountUsd.optional(),
      task_usd: amountUsd.optional(),
      run_usd: amountUsd.optional(),
      day_usd: amountUsd.optional(),
      on_limit: z.enum(["stop", "ask", "downgrade"]).optional(),
      metered_fallback: z.boolean().optional(),
    })
    .optional(),
  prices: z
    .record(filled, z.union([priceSchema, z.array(priceSchema).min(1)], { error: "a price or a list of prices" }))
    .optional()
    .describe("By the name of a model here, or the provider's own name of it; before the prices that are known"),
  holds: z.strictObject({ auto_resume: z.boolean().optional(), max_resumes: wholeNumber(0).optional() }).optional(),
  review: z
    .strictObject({
      rounds: wholeNumber(1).optional(),
      per: z.enum(["step", "task"]).optional(),
      block_on: z.enum(["blocker", "major", "minor", "nit"]).optional(),
      independent: z.enum(["prefer", "require", "off"]).optional(),
    })
    .optional(),
  roadmap: z
    .strictObject({
      stages: wholeNumber(1).optional(),
      changes: wholeNumber(0).optional(),
      reopen: wholeNumber(0).optional(),
      fix_cycles: wholeNumber(0).optional(),
      fix_progress: z.number().min(0).max(1).optional(),
    })
    .optional(),
  regressions: z.enum(regressionChoices).optional(),
  permissions: z.enum(["ask", "edits", "full"]).optional(),
  checks: z.array(checkSchema).optional(),
  protected: z.array(word("glob")).optional().describe("A change to these raises the risk of its task"),
  git: z
    .strictObject({
      base: word("branch").optional(),
      merge_into: word("branch").optional(),
      merge: z.enum(["squash", "merge", "none"]).optional(),
      branch_prefix: word("branch").optional(),
      worktrees: word("path").optional(),
      follow: z
        .enum(followings)
        .optional()
        .describe(
          "When the integration branch is brought up to a base that moved: as a run starts, also before each task, or never. Default: run",
        ),
    })
    .optional(),
  env: envSchema.optional().describe("For models, checks and setup; a model may have its own"),
  setup: setupSchema.optional().describe("Makes a new worktree usable"),
  teardown: z.string().optional().describe("Run by sh -c before a worktree is removed"),
  sandbox: z
    .enum(["auto", "require", "off"])
    .optional()
    .describe("A wall around calls and checks. require: nothing starts without one. Default: auto"),
  network: z.enum(["on", "off"]).optional().describe("Whether checks reach a network. Default: on"),
  sandbox_write: z.array(word("place")).optional().describe("What they may write beside their worktree"),
  sandbox_read: z.array(word("place")).optional().describe("What they may read although it is hidden"),
  retention: z
    .strictObject({
      runs: wholeNumber(0).optional(),
      worktrees: word("delay").optional(),
      merged_worktrees: z.union([z.literal(0), word("delay")], { error: "0 or a duration" }).optional(),
    })
    .optional(),
});

export type WrittenSettings = z.infer<typeof settingsSchema>;
export type WrittenModel = z.infer<typeof modelSchema>;
export type WrittenCheck = z.infer<typeof checkSchema>;
export type WrittenRoles = z.infer<typeof roleTable>;
export type WrittenEnv = z.infer<typeof envSchema>;
export type WrittenPrice = z.infer<typeof priceSchema>;
export type WrittenRule = z.infer<typeof ruleSchema>;
export type WrittenRetry = z.infer<typeof retrySchema>;
export type WrittenCallRetry = z.infer<typeof callRetrySchema>;
