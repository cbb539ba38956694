import type { ModelAdapter } from "../../engine/ports/adapter.ts";
import { httpAdapter, type HttpPorts } from "./http-call.ts";
import type { HttpProvider } from "./http-provider.ts";
import { withUsage } from "./untold-usage.ts";

const mark = { anthropic: { cacheControl: { type: "ephemeral" } } };

/** The Messages API. Caching is asked for: of the part of a prompt that stays, and of a conversation that grows. */
const provider: HttpProvider = {
  name: "anthropic",
  schemaBesideTools: true,
  stablePart: mark,
  options: (_spec, grows) => (grows ? mark : {}),
  open: async ({ model, baseUrl: baseURL, key }, fetch) => {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    return createAnthropic({ baseURL, apiKey: key ?? "", fetch: withUsage(fetch) })(model);
  },
};

export const createAnthropicAdapter = (ports: HttpPorts): ModelAdapter => httpAdapter(provider, ports);
