import type { Json } from "../../domain/json.ts";

/** One line of JSON that is safe on a terminal: what JSON leaves raw (C1 controls, bidi, separators) is escaped; the value is the same. */
export const jsonLine = (value: Json): string =>
  JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
