import { envName, tokenName, tokenShape } from "../../domain/brand.ts";

const mark = "[redacted]";
/** Shorter values are words that stand in ordinary text. */
const shortestSecret = 8;
const secretName = /(?:_KEY|_TOKEN|_SECRET|_PASSWORD|_PAT)$/i;

/**
 * What keys of common services look like, wherever they stand. None of them takes in what a shell would act on, or words behind
 * the key: of a command that somebody has to judge nothing may disappear but a secret.
 */
const keyShapes: readonly RegExp[] = [
  new RegExp(tokenShape, "g"),
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/g,
  /\bglpat-[A-Za-z0-9_-]{18,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(?:hf|npm|gsk|xai|pypi)[_-][A-Za-z0-9_-]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /(?<=\b(?:Bearer|bearer|Basic)\s{1,16})[A-Za-z0-9._~+/-]{16,}=*/g,
  /(?<=:\/\/[^\s:/@]{1,64}:)[^\s:/@$`"'\\;&|<>(){}]{3,256}(?=@)/g,
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:(?:\s|\\[nr])*(?:Proc-Type: 4,ENCRYPTED|DEK-Info: [A-Z0-9,-]{1,80}|[A-Za-z0-9+/=]{40,}|[A-Za-z0-9+/=]+(?=(?:\s|\\[nr])*-----END)))*(?:(?:\s|\\[nr])*-----END [A-Z ]{0,20}PRIVATE KEY-----)?/g,
];

/**
 * Makes the function that takes secrets out of text: values of environment variables named like one, also as they stand in
 * JSON, and whatever is shaped like a key. Variables of our own are names of attempts, not secrets.
 */
export function redactor(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const values = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value.length < shortestSecret || !secretName.test(name)) continue;
    if (name.startsWith(envName("")) && name !== tokenName) continue;
    values.add(value);
    values.add(JSON.stringify(value).slice(1, -1));
  }
  // The longest first, so that none is left over behind a part of itself.
  const known = [...values].toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clear = text;
    for (const value of known) clear = clear.replaceAll(value, mark);
    for (const shape of keyShapes) clear = clear.replace(shape, mark);
    return clear;
  };
}
