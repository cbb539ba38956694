import { expect, test } from "vitest";

import {
  answered,
  auth,
  forbidden,
  hour,
  noModel,
  overflow,
  overloaded,
  refused,
  said,
  spent,
  throttled,
} from "./fate.ts";

const server = "api server, tried again";
const late = "timeout server, tried again";

/** What servers of models answer in fact, each beside its right outcome. */
test.each<[string, number, object | string, string]>([
  ["anthropic", 500, { type: "error", error: { type: "api_error", message: "Overloaded" } }, overloaded],
  ["anthropic", 400, said("This organization has been disabled.", { type: "invalid_request_error" }), forbidden],
  ["anthropic", 400, said("This credential is only authorized for use with another program."), forbidden],
  ["anthropic", 403, said("OAuth token has been revoked.", { type: "permission_error" }), auth],
  ["a proxy", 524, "error code: 524", late],
  ["openrouter", 200, said("Provider returned error", { code: 524 }), late],
  ["gemini", 404, said("models/m is not found for API version v1beta.", { status: "NOT_FOUND" }), noModel],
  [
    "gemini",
    400,
    said("User location is not supported for the API use.", { status: "FAILED_PRECONDITION" }),
    forbidden,
  ],
  ["gemini", 499, said("The operation was cancelled.", { status: "CANCELLED" }), server],
  ["mistral", 429, { message: "Service tier capacity exceeded for this model.", code: "3505" }, overloaded],
  ["mistral", 429, { message: "Monthly token limit reached", type: "rate_limited" }, hour],
  ["mistral", 402, { detail: "Your subscription is inactive" }, spent],
  ["groq", 498, said("Flex tier capacity exceeded", { type: "capacity_exceeded" }), overloaded],
  ["groq", 400, said("The model `m` has been decommissioned and is no longer supported."), noModel],
  ["groq", 400, said("Failed to call a function.", { code: "tool_use_failed" }), "parse bad_schema, tried again"],
  ["groq", 400, said("Failed to generate JSON.", { code: "json_validate_failed" }), "parse bad_schema, tried again"],
  [
    "xai",
    403,
    { code: "No permission", error: "Your newly created team doesn't have any credits or licenses yet." },
    spent,
  ],
  ["z.ai", 429, said("Your coding plan package has expired and is unavailable", { code: "1309" }), spent],
  ["z.ai", 429, said("The current subscription plan does not yet include access to m", { code: "1311" }), forbidden],
  ["z.ai", 429, said("This model is experiencing high traffic, please try again later", { code: "1312" }), overloaded],
  [
    "moonshot",
    429,
    said("request reached organization TPD rate limit, current: 2"),
    "rate_limit per_day, 2026-11-28T23:00",
  ],
  ["azure", 404, said("The API deployment for this resource does not exist.", { code: "DeploymentNotFound" }), noModel],
  ["azure", 429, said("NoCapacity: The system is currently experiencing high demand."), overloaded],
  [
    "azure",
    403,
    said("Out of call volume quota. Quota will be replenished in 02:11:23."),
    "rate_limit quota_exhausted, 2026-11-28T19:11",
  ],
  [
    "azure",
    403,
    { statusCode: 403, message: "Quota for tokens exceeded. Quota will be replenished in 11 hours" },
    "rate_limit quota_exhausted, 2026-11-29T04:00",
  ],
  ["bedrock", 400, { __type: "ThrottlingException", message: "Too many tokens, please wait." }, throttled],
  ["bedrock", 403, { message: "The security token included in the request is expired" }, auth],
  ["bedrock", 403, { message: "Signature expired: it is now later" }, auth],
  ["bedrock", 424, { message: "The model error", originalStatusCode: 500 }, server],
  ["lm studio", 400, { error: "No models loaded. Please load a model in the developer page." }, noModel],
  ["lm studio", 400, { error: "The model has crashed without additional information." }, server],
  ["llama.cpp", 500, said("Unsupported param: tools", { type: "server_error" }), refused],
  ["vllm", 400, { message: "max_tokens must be at least 1, got -904.", type: "BadRequestError" }, overflow],
  ["vllm", 400, said("The decoder prompt (length 9) is longer than the maximum model length of 8."), overflow],
  ["vllm", 400, said("max_tokens must be at least 1, got 0."), refused],
  ["litellm", 400, said("Authentication Error - Expired Key.", { type: "expired_key" }), auth],
  ["litellm", 500, said("InternalServerError: Overloaded", { code: "500" }), overloaded],
  [
    "fireworks",
    412,
    said("The account is suspended, possibly due to reaching the monthly spending limit"),
    "rate_limit spend_cap, a person",
  ],
  ["fireworks", 412, said("A condition does not hold"), refused],
  ["qwen", 403, said("The free tier of the model has been exhausted.", { code: "AllocationQuota" }), spent],
  ["qwen", 429, said("hour allocated quota exceeded.", { code: "Throttling.AllocationQuota" }), hour],
  [
    "ark",
    429,
    said("The limit of this model was reached.", { code: "SetLimitExceeded" }),
    "rate_limit spend_cap, a person",
  ],
  // Beside them what is worded alike and means something else.
  ["any", 500, said("The model crashed", { type: "server_error" }), server],
  ["any", 404, said("The path /modelling does not exist"), "not_found endpoint, given up"],
  ["any", 403, said("The token may not be used here"), forbidden],
  ["any", 429, said("Requests per minute are over. Quota will be replenished in 00:00:20"), throttled],
])("%s, %i %j", (_who, status, body, right) => {
  expect(answered(status, body)).toBe(right);
});
