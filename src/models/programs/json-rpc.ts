import { objectIn, textIn, type JsonObject } from "../json-line.ts";

export type RpcId = string | number;

export interface RpcError {
  readonly code: number | null;
  readonly message: string;
  readonly data: JsonObject;
}

/** What the other side of a JSON-RPC connection says; a batch is nothing that is read here. */
export type RpcMessage =
  | { readonly kind: "request"; readonly id: RpcId; readonly method: string; readonly params: JsonObject }
  | { readonly kind: "notification"; readonly method: string; readonly params: JsonObject }
  | { readonly kind: "result"; readonly id: RpcId; readonly result: JsonObject }
  | { readonly kind: "error"; readonly id: RpcId; readonly error: RpcError };

/** Null: the object is no such message. What should be an object and is none counts as an empty one. */
export function rpcMessage(object: JsonObject): RpcMessage | null {
  const { id } = object;
  const method = textIn(object["method"]);
  const hasId = typeof id === "string" || typeof id === "number";
  if (method !== null) {
    const params = objectIn(object["params"]) ?? {};
    return hasId ? { kind: "request", id, method, params } : { kind: "notification", method, params };
  }
  if (!hasId) return null;
  const error = objectIn(object["error"]);
  if (error !== null) return { kind: "error", id, error: errorOf(error) };
  return "result" in object ? { kind: "result", id, result: objectIn(object["result"]) ?? {} } : null;
}

function errorOf(error: JsonObject): RpcError {
  const { code, message, data } = error;
  const details = objectIn(data) ?? (textIn(data) === null ? {} : { details: data });
  return { code: typeof code === "number" ? code : null, message: textIn(message) ?? "", data: details };
}

/** Codes that JSON-RPC itself gives a meaning. */
export const rpcCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
} as const;

export const rpcRequest = (id: RpcId, method: string, params: object): object => ({ id, method, params });
export const rpcResult = (id: RpcId, result: object): object => ({ id, result });
/** The answer to a request for something that nobody here does. */
export const rpcNotFound = (id: RpcId, method: string): object => ({
  id,
  error: { code: rpcCodes.methodNotFound, message: `Method not found: ${method}` },
});
