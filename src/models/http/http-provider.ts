import type { LanguageModel, streamText } from "ai";

import type { CallSpec } from "../../engine/ports/adapter.ts";
import type { CacheTime } from "../../policy/cache-marks.ts";
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
  /** Marks the end of what is to be kept and for how long; null: there are no such marks. */
  readonly mark: ((time: CacheTime) => ProviderOptions) | null;
}
