import { expect, test } from "vitest";

import type { ModelSettings } from "../../src/domain/settings.ts";
import { connectionFault, connectionOf } from "../../src/models/http/http-connection.ts";
import { modelSettings } from "./call-spec.ts";

const over = (adapter: ModelSettings["adapter"], more: Partial<ModelSettings> = {}): ModelSettings =>
  modelSettings({ adapter, model: "m", ...more });

test.each<[string, ModelSettings, fault: string | null]>([
  [
    "no key",
    over("anthropic"),
    "mine has no key: ANTHROPIC_API_KEY is not set in the environment (models.mine.key_env)",
  ],
  ["none of two", over("google"), "GOOGLE_GENERATIVE_AI_API_KEY or GEMINI_API_KEY is not set"],
  ["another key", over("anthropic", { keyEnv: "MINE" }), "MINE is not set"],
  ["a key with a gap", over("openai", { keyEnv: "GAP" }), "the key of mine (GAP) holds letters that no key has"],
  ["no model", over("openai", { model: " ", keyEnv: "KEY" }), "models.mine names no model of its provider (model)"],
  ["no address", over("openai-compatible"), "models.mine has no address to ask at"],
  ["no address of the web", over("openai-compatible", { baseUrl: "ftp://x" }), "must begin with http:// or https://"],
  ["a key that is there", over("anthropic", { keyEnv: "KEY" }), null],
  ["no need of a key", over("openai-compatible", { baseUrl: "http://127.0.0.1:1/v1" }), null],
  ["no need of an address", over("claude-code"), null],
])("what keeps a model from being asked: %s", (_what, model, fault) => {
  const found = connectionFault(model, {}, { KEY: "k", GAP: "one two" });
  if (fault === null) expect(found).toBeNull();
  else expect(found).toContain(fault);
});

test("a key of the model's own settings goes before those of the project, these before the environment's", () => {
  const key = (own: Readonly<Record<string, string>>, set: Readonly<Record<string, string>>): unknown =>
    connectionOf("openai", over("openai", { env: { pass: [], set: own } }), set, { OPENAI_API_KEY: "three" });
  expect(key({ OPENAI_API_KEY: "one" }, { OPENAI_API_KEY: "two" })).toMatchObject({ key: "one" });
  expect(key({}, { OPENAI_API_KEY: "two" })).toMatchObject({ key: "two" });
  expect(key({}, {})).toEqual({ model: "m", baseUrl: "https://api.openai.com/v1", key: "three" });
});

test("an address may end with a slash", () => {
  const model = over("openai-compatible", { baseUrl: "http://127.0.0.1:1/v1/" });
  expect(connectionOf("openai-compatible", model, {}, {})).toMatchObject({ baseUrl: "http://127.0.0.1:1/v1" });
});
