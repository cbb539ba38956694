import { createHash } from "node:crypto";
import { dirname } from "node:path";

import { brand } from "../../domain/brand.ts";
import { noMarks } from "../../domain/prompt-marks.ts";
import type { CallSpec, ModelAdapter } from "../../engine/ports/adapter.ts";
import { httpAdapter, type HttpPorts } from "./http-call.ts";
import type { HttpProvider } from "./http-provider.ts";

/** The Responses API. Nothing is stored there; requests with the same beginning are brought to the same cache. */
const provider: HttpProvider = {
  name: "openai",
  schemaBesideTools: true,
  mark: null,
  options: (spec) => ({ openai: { promptCacheKey: cacheKey(spec), store: false } }),
  open: async ({ model, baseUrl: baseURL, key }, fetch) => {
    const { createOpenAI } = await import("@ai-sdk/openai");
    return createOpenAI({ baseURL, apiKey: key ?? "", fetch }).responses(model);
  },
};

/**
 * One a repository, role and beginning of the prompt, in the 64 letters there may be: the worktrees of a repository stand in one
 * folder, of which nothing is told.
 */
const cacheKey = ({ workdir, role, prompt, marks = noMarks }: CallSpec): string =>
  [brand.bin, short(dirname(workdir)), role, short(prompt.slice(0, marks.run))].join(":");

const short = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

export const createOpenaiAdapter = (ports: HttpPorts): ModelAdapter => httpAdapter(provider, ports);
