import type { LanguageModel, streamText } from "ai";

import type { CallSpec } from "../../engine/ports/adapter.ts";
import type { Connection, EndpointName } from "./http-connection.ts";

/** Never a name: the SDK would take that to a gateway of its maker. */
export type ModelObject = Exclude<LanguageModel, string>;

export type ProviderOptions = NonNullable<Parameters<typeof streamText>[0]["providerOptions"]>;

/** What is special about one way to ask models over HTTP. */
export interface HttpProvider {
  readonly name: EndpointName;
  /** An answer by schema and tools may be asked for in one request. */
  readonly schemaBesideTools: boolean;
  open(connection: Connection, fetching: typeof fetch): Promise<ModelObject>;
  /** Options of a request. `grows`: the same conversation is sent again, with more at its end. */
  options(spec: CallSpec, grows: boolean): ProviderOptions;
  /** Marks the part of a prompt that is the same in other calls; null: there are no such marks. */
  readonly stablePart: ProviderOptions | null;
}
