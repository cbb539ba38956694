import { envName, tokenName, tokenShape } from "../domain/brand.ts";

/** Shorter values are words that stand in ordinary text. */
const shortestSecret = 8;
const secretName = /(?:_KEY|_TOKEN|_SECRET|_PASS|_PASSPHRASE|_PAT|PASSWORD|PASSWD)$/i;

/** What passwords of servers for tests are called everywhere: as well a word of the text. */
const openSecrets: ReadonlySet<string> = new Set(
  "postgres postgresql password passw0rd password1 password123 changeme changeit rootroot rootpass testtest testpass testpassword mypassword mysecretpassword secretpassword guestguest minioadmin example1 development".split(
    " ",
  ),
);

/** The password in an address, where what follows it is as said. */
const addressPassword = (behind: string): RegExp =>
  new RegExp(`(?<=:\\/\\/[^\\s:/@]{1,64}:)[^\\s:/@$\`"'\\\\;&|<>(){}]{3,256}(?=@${behind})`, "g");

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
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:(?:\s|\\[nr])*(?:Proc-Type: 4,ENCRYPTED|DEK-Info: [A-Z0-9,-]{1,80}|[A-Za-z0-9+/=]{40,}|[A-Za-z0-9+/=]+(?=(?:\s|\\[nr])*-----END)))*(?:(?:\s|\\[nr])*-----END [A-Z ]{0,20}PRIVATE KEY-----)?/g,
];

/**
 * What keys of common services look like, wherever they stand. None of them takes in what a shell would act on, or words behind
 * the key: of a command that somebody has to judge nothing may disappear but a secret.
 */
export const secretShapes: readonly RegExp[] = [...keyShapes, addressPassword("")];

/** The same in files. The password of a server on this machine opens nothing: every second test of a database has one. */
const writtenShapes: readonly RegExp[] = [...keyShapes, addressPassword("(?!localhost\\b|127\\.|\\[::1\\])")];

/**
 * The values of environment variables that are named like secrets, also as they stand in JSON; the longest first, so that none is
 * left over behind a part of itself. Variables of our own are names of attempts, not secrets.
 */
export function secretValues(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value.length < shortestSecret || !secretName.test(name)) continue;
    if (openSecrets.has(value.toLowerCase())) continue;
    if (name.startsWith(envName("")) && name !== tokenName) continue;
    values.add(value);
    values.add(JSON.stringify(value).slice(1, -1));
  }
  return [...values].toSorted((a, b) => b.length - a.length);
}

/** Whatever in a text is one of the values, or shaped like a key. */
export const secretsIn = (text: string, values: readonly string[]): readonly string[] => [
  ...values.filter((value) => text.includes(value)),
  ...writtenShapes.flatMap((shape) => text.match(shape) ?? []),
];
