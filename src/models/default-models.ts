import type { AdapterName, Tier } from "../domain/settings.ts";

/** A model to begin with where a key is found and nobody named one. */
export interface DefaultModel {
  readonly adapter: AdapterName;
  readonly keyEnv: string;
  /** Of the entry in the settings. */
  readonly name: string;
  /** The provider's own name of it. */
  readonly model: string;
  readonly tier: Tier;
}

/** One balanced model a provider; anything else is the user's choice. */
export const defaultModels: readonly DefaultModel[] = [
  { adapter: "anthropic", keyEnv: "ANTHROPIC_API_KEY", name: "sonnet", model: "claude-sonnet-5-5", tier: "medium" },
  { adapter: "openai", keyEnv: "OPENAI_API_KEY", name: "terra", model: "gpt-6.1-terra", tier: "medium" },
  { adapter: "google", keyEnv: "GEMINI_API_KEY", name: "hydrogen", model: "gemini-4-hydrogen", tier: "medium" },
];
