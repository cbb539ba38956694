import { createHash } from "node:crypto";
import { dirname } from "node:path";

import type { CallSpec, ModelAdapter } from "../../engine/ports/adapter.ts";
import { httpAdapter, type HttpPorts } from "./http-call.ts";
import type { HttpProvider } from "./http-provider.ts";

/** The Responses API. Nothing is stored there; requests with the same beginning are brought to the same cache. */
const provider: HttpProvider = {
  name: "openai",
  schemaBesideTools: true,
  stablePart: null,
  options: (spec) => ({ openai: { promptCacheKey: cacheKey(spec), store: false } }),
  open: async ({ model, baseUrl: baseURL, key }, fetch) => {
    const { createOpenAI } = await import("@ai-sdk/openai");
    return createOpenAI({ baseURL, apiKey: key ?? "", fetch }).responses(model);
  },
};

/** One a repository and role: the worktrees of a repository stand in one folder. Says nothing of either. */
const cacheKey = ({ workdir, role }: CallSpec): string =>
  createHash("sha256")
    .update(`${dirname(workdir)}\n${role}`)
    .digest("hex")
    .slice(0, 32);

export const createOpenaiAdapter = (ports: HttpPorts): ModelAdapter => httpAdapter(provider, ports);
