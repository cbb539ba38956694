import type { ModelAdapter } from "../../engine/ports/adapter.ts";
import { httpAdapter, type HttpPorts } from "./http-call.ts";
import type { HttpProvider } from "./http-provider.ts";

/**
 * Chat Completions as many servers speak it, also those on this machine. What they can differs: an answer by schema is not asked
 * for beside tools, as most then never use a tool.
 */
const provider: HttpProvider = {
  name: "openai-compatible",
  schemaBesideTools: false,
  mark: null,
  options: () => ({}),
  open: async ({ model, baseUrl: baseURL, key }, fetch) => {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
    return createOpenAICompatible({
      name: "compatible",
      baseURL,
      fetch,
      includeUsage: true,
      supportsStructuredOutputs: true,
      ...(key === null ? {} : { apiKey: key }),
    }).chatModel(model);
  },
};

export const createOpenaiCompatibleAdapter = (ports: HttpPorts): ModelAdapter => httpAdapter(provider, ports);
