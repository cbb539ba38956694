import type { ModelSettings } from "../domain/settings.ts";
import { endpointKeys } from "./http/http-connection.ts";
import { agentCliOf, agentClis } from "./programs/agent-clis.ts";

/** The variable that holds the key of a model whose settings name none; null: it needs none, or knows more than one. */
export const usualKeyOf = ({ adapter }: ModelSettings): string | null =>
  endpointKeys(adapter)[0] ?? agentCliOf(adapter)?.key ?? null;

/** Of makers and servers whose models are asked by the adapter for compatible ones. */
const ofCompatible: readonly string[] = [
  "AI_GATEWAY_API_KEY",
  "CEREBRAS_API_KEY",
  "DEEPSEEK_API_KEY",
  "FIREWORKS_API_KEY",
  "GROQ_API_KEY",
  "LITELLM_API_KEY",
  "MISTRAL_API_KEY",
  "MOONSHOT_API_KEY",
  "TOGETHER_API_KEY",
  "XAI_API_KEY",
  "ZAI_API_KEY",
];

const providerKeys: ReadonlySet<string> = new Set([
  ...(["anthropic", "openai", "google"] as const).flatMap(endpointKeys),
  ...Object.values(agentClis)
    .flatMap(({ payers }) => payers)
    .filter((name) => /_(?:API_KEY|AUTH_TOKEN)$/.test(name)),
  ...ofCompatible,
]);

/** Whether a variable is known to hold the key of a provider of models, and nothing else. */
export const isProviderKey = (name: string): boolean => providerKeys.has(name);
