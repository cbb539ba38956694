import { objectIn, objectsIn, textIn } from "./json-line.ts";

const longest = 16_000;
/** That it is over is said anyway. */
const saysNothing = /^\s*(?:ok|done)?\.?\s*$/i;

/**
 * What a tool gave back, as programs write it: a text, blocks with texts, or an object that holds either; for the end of a tool.
 * Of a long one its beginning and its end.
 */
export function toolResult(...given: readonly unknown[]): { readonly result?: string } {
  const text = given.map((one) => textOf(one)).find((one) => one !== null && !saysNothing.test(one));
  return text == null ? {} : { result: cut(text) };
}

function textOf(value: unknown): string | null {
  const text = textIn(value);
  if (text !== null) return text;
  const blocks = objectsIn(value).map((block) => textIn(block["text"]) ?? textIn(objectIn(block["content"])?.["text"]));
  const said = blocks.filter((one) => one !== null);
  if (said.length > 0) return said.join("\n");
  const inside = objectIn(value);
  if (inside === null) return null;
  return textOf(inside["output"]) ?? textOf(inside["content"]) ?? textOf(inside["text"]) ?? textIn(inside["message"]);
}

function cut(text: string): string {
  if (text.length <= longest) return text;
  const half = longest / 2;
  const left = text.length - longest;
  return `${text.slice(0, half).toWellFormed()}\n… ${left} characters are not kept …\n${text.slice(-half).toWellFormed()}`;
}
