import { describe, expect, test } from "vitest";

import {
  answered,
  auth,
  claude,
  codex,
  ended,
  gemini,
  hour,
  noModel,
  overflow,
  overloaded,
  refused,
  said,
  spent,
} from "./fate.ts";

const resetMs = String(Date.UTC(2026, 10, 29));
const perDay = "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day";
const atMidnight = "rate_limit per_day, 2026-11-29T00:00";

describe("errors of public reports", () => {
  test.each<[string, string, string]>([
    ["402", answered(402, said("Insufficient Balance", { code: "invalid_request_error" })), spent],
    ["400 of a budget", answered(400, said("ExceededBudget: over", { type: "budget_exceeded" })), spent],
    ["429 of a budget", answered(429, said("ExceededBudget: over", { type: "budget_exceeded" })), spent],
    ["403", answered(403, said("user quota is not enough", { code: "insufficient_user_quota" })), spent],
    ["401", answered(401, { type: "error", error: { type: "CreditsError", message: "Insufficient balance." } }), spent],
    [
      "403 of a plan",
      answered(
        403,
        said("You've reached your usage limit for this billing cycle. It will refresh in the next cycle.", {
          type: "permission_error",
        }),
      ),
      hour,
    ],
    [
      "a reset without a zone",
      answered(429, {
        error: {
          code: "1308",
          message: "Usage limit reached for 5 hour. Your limit will reset at 2026-11-29 07:41:44",
        },
      }),
      "rate_limit plan_limit, 2026-11-29T07:41",
    ],
    ["a day, in a header", answered(429, said(perDay, { code: 429 }), { "X-RateLimit-Reset": resetMs }), atMidnight],
    [
      "a day, in headers within the body",
      answered(429, said(perDay, { code: 429, metadata: { headers: { "X-RateLimit-Reset": resetMs } } })),
      atMidnight,
    ],
    ["404", answered(404, said('model "q" not found, try pulling it first', { type: "api_error" })), noModel],
    ["400 of tools", answered(400, said("library/q does not support tools", { type: "api_error" })), refused],
    ["404 of tools", answered(404, said("No endpoints found that support tool use.", { code: 404 })), refused],
    [
      "400 of too much",
      answered(400, said("the request exceeds the available context size", { type: "exceed_context_size_error" })),
      overflow,
    ],
    [
      "400 of a limit",
      answered(
        400,
        said("input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000", {
          type: "invalid_request_error",
        }),
      ),
      overflow,
    ],
    [
      "413",
      answered(
        413,
        said("Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 8057", {
          type: "tokens",
          code: "rate_limit_exceeded",
        }),
      ),
      overflow,
    ],
    [
      "access regained",
      answered(
        400,
        said("You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC.", {
          type: "invalid_request_error",
        }),
      ),
      "rate_limit quota_exhausted, 2027-01-01T00:00",
    ],
    ["claude, an organization", ended("claude-code", claude(429, "You've hit your org's monthly usage limit")), hour],
    [
      "claude, long context",
      ended("claude-code", claude(429, "Extra usage is required for long context requests.")),
      refused,
    ],
    [
      "codex, a login",
      ended(
        "codex",
        codex(
          "Your access token could not be refreshed because your refresh token was already used. Please sign in again.",
        ),
      ),
      auth,
    ],
    [
      "gemini, a plan",
      ended("gemini", gemini("You have exhausted your capacity on this model. Your quota will reset after 7h1m.")),
      "rate_limit plan_limit, 2026-11-29T00:01",
    ],
    ["gemini, no place", ended("gemini", gemini("No capacity available for model gemini-x on the server")), overloaded],
  ])("%s", (_what, found, right) => {
    expect(found).toBe(right);
  });
});
