import type { LanguageModel, streamText } from "ai";

import { failure, type Failure } from "../domain/failure.ts";
import { isLoopback } from "../domain/loopback.ts";
import type { AdapterName } from "../domain/settings.ts";
import type { CallSpec } from "../engine/adapter.ts";

/** Never a name: the SDK would take that to a gateway of its maker. */
export type ModelObject = Exclude<LanguageModel, string>;

export type ProviderOptions = NonNullable<Parameters<typeof streamText>[0]["providerOptions"]>;

/** Where a model is asked. */
export interface Connection {
  /** The provider's own name of the model. */
  readonly model: string;
  /** Up to what all its requests have in common, without a slash at the end. */
  readonly baseUrl: string;
  /** Null: none is sent. */
  readonly key: string | null;
  readonly fetch: typeof fetch;
}

/** What is special about one way to ask models over HTTP. */
export interface HttpProvider {
  readonly name: AdapterName;
  /** Where its makers serve it; null: the settings say where. */
  readonly baseUrl: string | null;
  /** Variables that may hold the key where the settings name none; the first that is set counts. None: it may do without. */
  readonly keyEnv: readonly string[];
  /** An answer by schema and tools may be asked for in one request. */
  readonly schemaBesideTools: boolean;
  /** Its servers may load a model or read a long prompt before they say anything. */
  readonly quietStart: boolean;
  open(connection: Connection): Promise<ModelObject>;
  /** Options of a request. `grows`: the same conversation is sent again, with more at its end. */
  options(spec: CallSpec, grows: boolean): ProviderOptions;
  /** Marks the part of a prompt that is the same in other calls; null: there are no such marks. */
  readonly stablePart: ProviderOptions | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the call's model is asked and with which key, before anything is sent; else why it cannot be. */
export function connectionOf(
  spec: CallSpec,
  provider: HttpProvider,
  environment: Environment,
): Omit<Connection, "fetch"> | Failure {
  const { name, model, baseUrl: given, keyEnv } = spec.model;
  const baseUrl = (given ?? provider.baseUrl ?? "").trim().replace(/\/+$/, "");
  if (model === null || model.trim() === "") return missing(`models.${name} names no model of its provider (model)`);
  if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? "")) {
    return missing(`models.${name} has no address to ask at: base_url must begin with http:// or https://`);
  }
  const known: Environment = { ...environment, ...spec.env.set, ...spec.model.env.set };
  const names = keyEnv === null ? provider.keyEnv : [keyEnv];
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

export const isLocal = ({ baseUrl }: Pick<Connection, "baseUrl">): boolean => isLoopback(baseUrl);
