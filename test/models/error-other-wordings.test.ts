import { describe, expect, test } from "vitest";

import { classifyError, errorSignal } from "../../src/models/provider-errors.ts";
import { breakerReport } from "../../src/policy/retry.ts";
import {
  answered,
  auth,
  claude,
  codex,
  ended,
  forbidden,
  gemini,
  hour,
  moment,
  noModel,
  overflow,
  overloaded,
  refused,
  said,
  spent,
  throttled,
  type Headers,
} from "./fate.ts";

describe("spent money in other words", () => {
  test.each<[number, object]>([
    [402, { error: "anything at all" }],
    [402, said("This request requires more credits, or fewer max_tokens.", { code: 402 })],
    [402, said("pay", { type: "api_error", code: "unknown_error" })],
    [400, said("Budget has been exceeded! Current cost: 26.075, Max budget: 0.25", { type: "auth_error", code: 400 })],
    [429, said("LiteLLM User: ann, exceeded budget for model=m", { type: "budget_exceeded", code: "429" })],
    [429, said("No deployments available - crossed budget: Exceeded budget for deployment", { type: "None" })],
    [429, { error: { code: "1113", message: "Insufficient balance or no resource package. Please recharge." } }],
    [429, said("Your account is suspended, please check your plan", { type: "exceeded_current_quota_error" })],
    [429, said("You exceeded your current quota, please check your plan and billing details.")],
    [401, said("You exceeded your current quota.", { type: "insufficient_quota", code: 401 })],
    [403, { code: "x", error: "Your team has used all available credits or reached its monthly spending limit." }],
    [403, { code: 30_001, message: "Sorry, your account balance is insufficient", data: null }],
    [403, said("Key limit exceeded (total limit). Manage it in your settings.", { code: 403 })],
    [403, said("token quota is not enough", { type: "new_api_error", code: "pre_consume_token_quota_failed" })],
    [401, said("该令牌额度已用尽", { type: "new_api_error" })],
    [400, { code: "Arrearage", message: "Access denied, please make sure your account is in good standing." }],
    [400, said("Your credit balance is too low to access the API.", { type: "invalid_request_error" })],
    [400, said("Billing hard limit has been reached", { code: "billing_hard_limit_reached" })],
    [403, said("You have run out of credits.", { type: "permission_error" })],
    [401, said("Not enough credits", { type: "authentication_error" })],
    [402, said("You have no quota", { code: "quota_exceeded" })],
    [429, said("Your account is suspended due to insufficient balance, please recharge", { type: "rate_limit_error" })],
    [403, { code: "personal-team-blocked:spending-limit", error: "You have run out of credits" }],
    [429, said("ExceededTokenBudget: Current spend for token: 1; Max Budget for Token: 0.5", { type: "None" })],
    [400, said("You have exhausted your monthly credits", { type: "invalid_request_error" })],
    [403, said("The quota has been exceeded", { type: "permission_error" })],
    [403, said("用户额度不足, 剩余额度: 0", { type: "new_api_error" })],
    [403, said("The account has insufficient funds", { type: "permission_error" })],
  ])("%s %j", (status, body) => {
    expect(answered(status, body)).toBe(spent);
  });

  test.each<[number, object, string]>([
    [403, said("Your organization has reached its spending cap."), "rate_limit spend_cap, a person"],
    [
      429,
      said("Your project has exceeded its monthly spending limit.", { type: "rate_limit_error" }),
      "rate_limit spend_cap, a person",
    ],
    [
      429,
      said("Your billing account has exceeded its monthly spending cap", { status: "RESOURCE_EXHAUSTED" }),
      "rate_limit spend_cap, a person",
    ],
    // Words of money in errors of something else.
    [403, said("The key may not read the balance of this account", { type: "permission_error" }), forbidden],
    [401, said("invalid credentials"), auth],
    [500, said("Insufficient Balance", { type: "server_error" }), "api server, tried again"],
    [429, said("Resource has been exhausted (e.g. check quota).", { status: "RESOURCE_EXHAUSTED" }), throttled],
    [
      429,
      said("Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'", {
        status: "RESOURCE_EXHAUSTED",
      }),
      throttled,
    ],
    [
      429,
      said("Tokens per minute limit exceeded", { type: "too_many_tokens_error", code: "token_quota_exceeded" }),
      throttled,
    ],
  ])("%s %j", (status, body, right) => {
    expect(answered(status, body)).toBe(right);
  });
});

describe("limits of plans and days in other words", () => {
  const later = "rate_limit plan_limit, 2026-11-28T20:00";
  test.each<[number, object, Headers, string]>([
    [429, said("You've reached your weekly usage limit.", { type: "rate_limit_error" }), {}, hour],
    [402, said("You have exceeded your monthly quota", { code: "quota_exceeded" }), {}, hour],
    [403, said("You've hit your session limit · resets 8pm (UTC)", { type: "permission_error" }), {}, later],
    [429, said("5-hour limit reached, resets 8pm (UTC)"), {}, later],
    [
      400,
      said("The usage limit has been reached", { type: "invalid_request_error", resets_in_seconds: 10_800 }),
      {},
      later,
    ],
    [
      429,
      said("The usage limit has been reached", { type: "usage_limit_reached", resets_at: 1_795_896_000 }),
      {},
      later,
    ],
    [
      429,
      { error: { code: "1310", message: "Weekly/Monthly Limit Exhausted. It will reset at 2026-11-28 20:00:00" } },
      {},
      later,
    ],
    [
      429,
      { error: { code: "1308", message: "已达到 5 小时的使用上限。您的限额将在 2026-11-28 20:00:00 重置。" } },
      {},
      later,
    ],
    [
      429,
      said("slow", { type: "rate_limit_error" }),
      { "anthropic-ratelimit-unified-status": "rejected", "anthropic-ratelimit-unified-reset": "1795896000" },
      later,
    ],
    [429, said("You're out of extra usage · resets 8pm (UTC)", { type: "rate_limit_error" }), {}, later],
    [
      429,
      said(
        "Rate limit reached for m on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.",
        { code: "rate_limit_exceeded" },
      ),
      {},
      "rate_limit per_day, 2026-11-28T17:07",
    ],
    [
      429,
      said("Daily request limit exceeded", { type: "rate_limit_error" }),
      {},
      "rate_limit per_day, 2026-11-28T23:00",
    ],
    [
      429,
      said("Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 10800 seconds before retrying.", {
        code: "RateLimitReached",
      }),
      {},
      "rate_limit per_day, 2026-11-28T20:00",
    ],
    [
      429,
      said("Rate limit exceeded: free-models-per-min. With 10 credits there are 1000 requests per day", { code: 429 }),
      {},
      throttled,
    ],
    [
      429,
      said(
        "Rate limit reached for m on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 1.5s.",
        { code: "rate_limit_exceeded" },
      ),
      {},
      throttled,
    ],
    [
      429,
      said("This request would exceed your organization's rate limit of 30,000 input tokens per minute", {
        type: "rate_limit_error",
      }),
      {},
      throttled,
    ],
    [429, said("x", { type: "unknown_error" }), {}, throttled],
    [403, said("You have exceeded your premium request allowance."), {}, hour],
    [429, said("You've reached Coding Plan usage limit for this period", { type: "rate_limit_error" }), {}, hour],
    [429, said("you (ann) have reached your session usage limit, upgrade for higher limits"), {}, hour],
    [429, said("Weekly usage limit reached. Resets in 2hr 60min."), {}, later],
    [
      429,
      { type: "error", error: { type: "FreeUsageLimitError", message: "Free usage exceeded" } },
      { "retry-after": "10800" },
      later,
    ],
    [429, said("Claude usage limit reached. Your limit will reset at 8pm (UTC)."), {}, later],
    [429, said("You've reached your overage limit."), {}, hour],
    [403, said("Quota exceeded for this month", { type: "api_error" }), {}, hour],
    [429, said("Subscription quota exceeded. Retry in 3 hours."), {}, later],
    [429, said("limit", { retry_after_seconds: 10_800 }), {}, "rate_limit throttled, 2026-11-28T20:00"],
    [429, said("You've exceeded your daily token allowance"), {}, "rate_limit per_day, 2026-11-28T23:00"],
    [403, said("Quota exceeded for requests per minute", { type: "permission_error" }), {}, throttled],
    [
      429,
      said(
        "This request would exceed your organization's rate limit of 40,000 input tokens per minute; please reduce the prompt length or try again later",
        { type: "rate_limit_error" },
      ),
      {},
      throttled,
    ],
    [
      429,
      said("Number of request tokens has exceeded your per-minute rate limit", { type: "rate_limit_error" }),
      {},
      throttled,
    ],
    [429, said("Too many requests with a long context window", { type: "rate_limit_error" }), {}, throttled],
    [403, said("slow down", { type: "api_error" }), { "retry-after": "7" }, throttled],
    [403, said("no"), { "anthropic-ratelimit-unified-status": "rejected" }, hour],
    [401, said("no"), { "retry-after": "7" }, auth],
    [
      403,
      said("API rate limit exceeded", { type: "permission_error" }),
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795896000" },
      "rate_limit throttled, 2026-11-28T20:00",
    ],
  ])("%s %j %j", (status, body, headers, right) => {
    expect(answered(status, body, headers)).toBe(right);
  });
});

describe("too much in other words", () => {
  test.each<[number, object | string]>([
    [413, "too much"],
    [413, { type: "error", error: { type: "request_too_large", message: "Request exceeds the maximum size" } }],
    [413, said("Request body too large for m model. Max size: 8000 tokens.", { code: "tokens_limit_reached" })],
    [
      429,
      said("Request too large for m on tokens per min (TPM): Limit 30000, Requested 40000.", {
        code: "rate_limit_exceeded",
      }),
    ],
    [400, said("Prompt tokens (9) exceeds context size (8)", { type: "context_exceeded" })],
    [500, said("Context size has been exceeded.", { type: "server_error", code: 500 })],
    [400, said("Input is too long for requested model.", { type: "api_error" })],
    [400, said("Your request exceeded model token limit: 262144", { type: "invalid_request_error" })],
    [400, said("prompt token count of 9 exceeds the limit of 8", { code: "model_max_prompt_tokens_exceeded" })],
    [400, said("This model's maximum prompt length is 131072 but the request contains 200000 tokens.")],
    [400, { error: { code: "1261", message: "Prompt exceeds max length" } }],
    [400, said("invalid params, context window exceeds limit (2013)")],
    [
      422,
      said("`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens", { type: "validation" }),
    ],
    [400, said("Your input exceeds the context window of this model.", { type: "invalid_request_error" })],
    [400, said("The prompt is too long: 9, model maximum context length: 8", { type: "invalid_request_error" })],
    [400, said("Range of input length should be [1, 30720]", { code: "InvalidParameter" })],
    [
      400,
      said("Provider returned error", { code: 400, metadata: { raw: '{"message":"maximum context length is 8"}' } }),
    ],
    [
      400,
      { error: "Trying to keep the first 9 tokens when context the overflows. The model has a context length of 8" },
    ],
    [400, said("The input exceeds the max input token limit", { type: "ValidationException" })],
    [400, said("total tokens exceeds the model's max of 4096")],
    [400, said("too many total text bytes")],
    [400, said("prompt tokens (400007) exceed model maximum (278528) for m", { code: "validation_error" })],
    [422, said("Input validation error: `inputs` must have less than 4096 tokens. Given: 5000")],
    [400, said("You passed 9 input tokens. However, the model's context length is only 8 tokens", { code: 400 })],
    [400, said("Prompt contains 9 tokens, too large for model with 8 maximum context length", { code: "3051" })],
    [400, said("Please reduce the length of the messages or completion. Current length is 9 while limit is 8")],
  ])("%s %j", (status, body) => {
    expect(answered(status, body)).toBe(overflow);
  });

  test("a limit of output is none", () => {
    expect(answered(400, said("max_tokens (9000) exceeds the maximum of 8192"))).toBe(refused);
    expect(
      answered(400, said("max_tokens is too large: 9000. This model supports at most 8192 completion tokens")),
    ).toBe(refused);
    expect(answered(400, said("max_tokens: 999999 > 64000", { type: "invalid_request_error" }))).toBe(refused);
  });
});

describe("generic words say less than a status or a text", () => {
  const generic = [
    "api_error",
    "server_error",
    "invalid_request_error",
    "unknown_error",
    "INTERNAL",
    "BadRequestError",
  ];
  test.each(generic)("%s", (type) => {
    const of = (status: number, message = "it broke"): string => answered(status, said(message, { type, code: type }));
    expect([400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 503].map((status) => of(status))).toEqual([
      refused,
      auth,
      spent,
      forbidden,
      "not_found endpoint, given up",
      "timeout server, tried again",
      overflow,
      refused,
      throttled,
      "api server, tried again",
      overloaded,
    ]);
    expect(of(404, "The model 'x' does not exist")).toBe(noModel);
    expect(of(400, "The model 'x' does not exist")).toBe(noModel);
    expect(of(400, "Incorrect API key provided: x")).toBe(auth);
  });

  test("within an answer that began well they say less than a text too", () => {
    expect(answered(200, said("The model is overloaded", { type: "server_error" }))).toBe(overloaded);
    expect(answered(200, said("it broke", { type: "server_error" }))).toBe("api server, tried again");
    expect(answered(200, said("it broke", { type: "unknown_error", code: 429 }))).toBe(throttled);
    expect(answered(200, said("it broke", { type: "api_error", code: "402" }))).toBe(spent);
  });
});

describe("tools and models that are not there, in other words", () => {
  test.each<[number, object, string]>([
    [500, said("tools param requires --jinja flag", { type: "server_error", code: 500 }), refused],
    [400, said('"auto" tool choice requires --enable-auto-tool-choice', { type: "BadRequestError" }), refused],
    [404, said("No endpoints found that support tool use", { type: "not_found_error" }), refused],
    [400, said("Function calling is not enabled for this model", { status: "INVALID_ARGUMENT" }), refused],
    [404, said("No endpoints found for some/model:free.", { code: 404 }), noModel],
    [400, said("some/model is not a valid model ID", { code: 400 }), noModel],
    [400, said("Model Not Exist", { type: "invalid_request_error" }), noModel],
    [401, { type: "error", error: { type: "ModelError", message: "Model x is not supported" } }, noModel],
    [400, { error: { code: "1211", message: "Unknown Model, please check the model code." } }, noModel],
  ])("%s %j", (status, body, right) => {
    expect(answered(status, body)).toBe(right);
  });
});

describe("programs in other words", () => {
  test.each<[string, string, string]>([
    [
      "a plan of claude",
      ended("claude-code", claude(429, "You've hit your weekly limit · resets Dec 1, 5pm (UTC)")),
      "rate_limit plan_limit, 2026-12-01T17:00",
    ],
    ["a plan of claude, forbidden", ended("claude-code", claude(403, "You've reached your usage limit")), hour],
    [
      "a model of claude",
      ended("claude-code", claude(429, "API Error: Extra usage is required for 1M context · use --model")),
      refused,
    ],
    ["a money of claude", ended("claude-code", claude(400, "Credit balance is too low")), spent],
    [
      "a login of codex",
      ended("codex", codex("Your access token could not be refreshed. Please log out and sign in again.")),
      auth,
    ],
    [
      "a plan behind opencode",
      ended("opencode", [
        {
          type: "error",
          sessionID: "s",
          error: {
            name: "APIError",
            data: {
              message: "Forbidden",
              statusCode: 403,
              responseBody: JSON.stringify(said("You've hit your usage limit")),
            },
          },
        },
      ]),
      hour,
    ],
    ["another login of codex", ended("codex", codex("Your refresh token was revoked.")), auth],
    [
      "a login of codex by its code",
      ended(
        "codex",
        codex(
          'unexpected status 400 Bad Request: {"error":{"message":"used","type":"invalid_request_error","code":"refresh_token_reused"}}, url: x',
        ),
      ),
      auth,
    ],
    ["a login on standard error", ended("codex", [], ["ERROR: Your refresh token has expired."]), auth],
    [
      "a plan of gemini as its body",
      ended(
        "gemini",
        gemini('{"error":{"code":429,"message":"Your quota will reset after 7h1m35s.","status":"RESOURCE_EXHAUSTED"}}'),
      ),
      "rate_limit plan_limit, 2026-11-29T00:01",
    ],
    [
      "a plan of gemini in its details",
      ended(
        "gemini",
        gemini(
          '{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"reason":"QUOTA_EXHAUSTED","metadata":{"quotaResetDelay":"7h1m35.5s"}}]}}',
        ),
      ),
      "rate_limit plan_limit, 2026-11-29T00:01",
    ],
    [
      "a moment of gemini",
      ended("gemini", gemini("You have exhausted your capacity on this model. Your quota will reset after 5s.")),
      throttled,
    ],
    [
      "no place of gemini as its body",
      ended(
        "gemini",
        gemini(
          '[{"error":{"code":429,"message":"No capacity available for model x on the server","status":"RESOURCE_EXHAUSTED","details":[{"reason":"MODEL_CAPACITY_EXHAUSTED"}]}}]',
        ),
      ),
      overloaded,
    ],
    [
      "no place of gemini on standard error",
      ended("gemini", [], ["RetryableQuotaError: No capacity available for model x on the server"], 173),
      overloaded,
    ],
  ])("%s", (_what, found, right) => {
    expect(found).toBe(right);
  });
});

test("a limit tells a breaker nothing", () => {
  const body = JSON.stringify(said("You've reached your usage limit", { type: "api_error" }));
  expect(breakerReport(classifyError(errorSignal(403, body), moment), "error")).toBeNull();
});
