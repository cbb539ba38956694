import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "../../domain/json.ts";

/** Short name of a value: equal inputs, equal digest, in every process and version. */
export function digestOf(value: Json): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 16);
}
