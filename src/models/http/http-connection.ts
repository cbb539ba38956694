import { failure, type Failure } from "../../domain/failure.ts";
import { isLoopback } from "../../domain/loopback.ts";
import type { AdapterName, EnvSettings, ModelSettings } from "../../domain/settings.ts";

/** Where one kind of API is found and who may use it. */
interface Endpoint {
  /** Where its makers serve it; null: the settings say where. */
  readonly baseUrl: string | null;
  /** Variables that may hold the key where the settings name none; the first that is set counts. None: it may do without. */
  readonly keyEnv: readonly string[];
}

export type EndpointName = Extract<AdapterName, "anthropic" | "openai" | "google" | "openai-compatible">;

const endpoints: Readonly<Record<EndpointName, Endpoint>> = {
  anthropic: { baseUrl: "https://api.anthropic.com/v1", keyEnv: ["ANTHROPIC_API_KEY"] },
  openai: { baseUrl: "https://api.openai.com/v1", keyEnv: ["OPENAI_API_KEY"] },
  google: {
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    keyEnv: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"],
  },
  "openai-compatible": { baseUrl: null, keyEnv: [] },
};

/** Where a model is asked. */
export interface Connection {
  /** The provider's own name of the model. */
  readonly model: string;
  /** Up to what all its requests have in common, without a slash at the end. */
  readonly baseUrl: string;
  /** Null: none is sent. */
  readonly key: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a model is asked and with which key, before anything is sent; else why it cannot be. `set` is what the settings set,
 * over which the model's own is laid; `environment` that of this program.
 */
export function connectionOf(
  adapter: EndpointName,
  { name, model, baseUrl: given, keyEnv, env }: ModelSettings,
  set: EnvSettings["set"],
  environment: Environment,
): Connection | Failure {
  const endpoint = endpoints[adapter];
  const baseUrl = (given ?? endpoint.baseUrl ?? "").trim().replace(/\/+$/, "");
  if (model === null || model.trim() === "") return missing(`models.${name} names no model of its provider (model)`);
  if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? "")) {
    return missing(`models.${name} has no address to ask at: base_url must begin with http:// or https://`);
  }
  const known: Environment = { ...environment, ...set, ...env.set };
  const names = keyEnv === null ? endpoint.keyEnv : [keyEnv];
  const key = names.map((one) => known[one]?.trim() ?? "").find((value) => value !== "") ?? null;
  if (key === null && names.length > 0) {
    return noKey(`${name} has no key: ${names.join(" or ")} is not set in the environment (models.${name}.key_env)`);
  }
  if (key !== null && !/^[\x21-\x7e]+$/.test(key)) {
    return noKey(`the key of ${name} (${names.join(" or ")}) holds letters that no key has`);
  }
  return { model, baseUrl, key };
}

const missing = (message: string): Failure => failure("not_found", message, { reason: "model" });
const noKey = (message: string): Failure => failure("auth", message, { reason: "bad_key" });

/** Whether its models are asked over HTTP. */
export const isEndpoint = (adapter: AdapterName): adapter is EndpointName => Object.hasOwn(endpoints, adapter);

/** Why a model that is asked over HTTP cannot be, as far as is seen without asking; null: nothing, or it is another kind. */
export function connectionFault(
  model: ModelSettings,
  set: EnvSettings["set"],
  environment: Environment,
): string | null {
  if (!isEndpoint(model.adapter)) return null;
  const found = connectionOf(model.adapter, model, set, environment);
  return "type" in found ? found.message : null;
}

/** Variables that may hold the key of such a model where its settings name none. */
export const endpointKeys = (adapter: AdapterName): readonly string[] =>
  isEndpoint(adapter) ? endpoints[adapter].keyEnv : [];

export const isLocal = ({ baseUrl }: Pick<Connection, "baseUrl">): boolean => isLoopback(baseUrl);
