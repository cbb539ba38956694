import { createHash } from "node:crypto";

export const lettersPerToken = 4;
const mostTokens = 6;

/** Cuts text as a model streams it, into pieces of one to six tokens; the same seed cuts the same text alike. */
export function pieces(text: string, seed: string): readonly string[] {
  const cuts = createHash("sha256").update(seed).digest();
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const tokens = 1 + ((cuts[found.length % cuts.length] ?? 0) % mostTokens);
    const end = wholeCharacter(text, at + tokens * lettersPerToken);
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

/** No cut through a pair of surrogates. */
const wholeCharacter = (text: string, end: number): number => {
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
};
