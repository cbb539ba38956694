import type { ModelAdapter } from "../../engine/ports/adapter.ts";
import type { CacheTime } from "../../policy/cache-marks.ts";
import { httpAdapter, type HttpPorts } from "./http-call.ts";
import type { HttpProvider, ProviderOptions } from "./http-provider.ts";
import { withUsage } from "./untold-usage.ts";

/** Five minutes are what it takes where nothing is said. */
const mark = (ttl: CacheTime): ProviderOptions => ({
  anthropic: { cacheControl: { type: "ephemeral", ...(ttl === "5m" ? {} : { ttl }) } },
});

/** The Messages API. Caching is asked for: of the parts of a prompt that stay, and of a conversation that grows. Of four marks it takes these are three. */
const provider: HttpProvider = {
  name: "anthropic",
  schemaBesideTools: true,
  mark,
  options: (_spec, grows) => (grows ? mark("5m") : {}),
  open: async ({ model, baseUrl: baseURL, key }, fetch) => {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    return createAnthropic({ baseURL, apiKey: key ?? "", fetch: withUsage(fetch) })(model);
  },
};

export const createAnthropicAdapter = (ports: HttpPorts): ModelAdapter => httpAdapter(provider, ports);
