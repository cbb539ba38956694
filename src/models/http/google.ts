import type { ModelAdapter } from "../../engine/ports/adapter.ts";
import { httpAdapter, type HttpPorts } from "./http-call.ts";
import type { HttpProvider } from "./http-provider.ts";

/** The Gemini API. It caches by itself what requests have in common at their beginning. */
const provider: HttpProvider = {
  name: "google",
  schemaBesideTools: true,
  mark: null,
  options: () => ({}),
  open: async ({ model, baseUrl: baseURL, key }, fetch) => {
    const { createGoogle } = await import("@ai-sdk/google");
    return createGoogle({ baseURL, apiKey: key ?? "", fetch })(model);
  },
};

export const createGoogleAdapter = (ports: HttpPorts): ModelAdapter => httpAdapter(provider, ports);
