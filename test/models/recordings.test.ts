import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { recordingsFolder } from "./recordings.ts";

const fixtures = join(recordingsFolder, "..");
/** Not the ledgers: a script makes them, in folders and a repository of its own, and holds them to their own promises. */
const files = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => !name.startsWith("ledgers") && statSync(join(fixtures, name)).isFile())
  .toSorted();

/** Where a fixture says what is somebody's own: each of these has a stand-in. */
const owned: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a key", /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}|\bAIza[\w-]{20,}|\bgh[opsu]_\w{20,}|\bAKIA[A-Z0-9]{12,}/g],
  ["a token", /\bBearer +[\w.-]{8,}|\beyJ[\w-]{10,}\.[\w-]{10,}|\bya29\.[\w-]+|"signature":"[^"]/g],
  ["a mail address", /[\w.+-]+@[\w-]+\.[a-z]{2,}/gi],
  ["an organization or account", /\b(?:org|acct|user|proj)[-_](?=[A-Za-z]*\d)[A-Za-z0-9]{6,}/g],
  ["a random id", /\b(?![0-9a-f-]*(?:0000|1111))[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g],
  ["a random id of a session", /\b(?:ses|prt|msg|req|toolu|call)_(?!01\b)[0-9a-z]*\d[0-9a-z]{9,}/gi],
  ["a hash", /\b(?!0{40})[0-9a-f]{40}\b/g],
  ["somebody's home", /\/home\/(?!someone\b)[\w.-]+|\/Users\/[\w.-]+|\/root\b|[A-Z]:\\\\/g],
  ["a folder of a machine", /(?:\/opt|\/mnt|\/srv|\/var\/folders|(?<![\w])\/tmp\/[\w.-]+)\/[\w./-]*/g],
  ["an address", /\b(?!127\.0\.0\.1\b)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g],
];

test("fixtures are small", () => {
  expect(files.length).toBeGreaterThan(75);
  const bytes = files.map((name) => statSync(join(fixtures, name)).size);
  expect(bytes.reduce((all, one) => all + one, 0)).toBeLessThan(400_000);
});

describe("no fixture holds", () => {
  test.each(owned)("%s", (_, pattern) => {
    const found = files.flatMap((name) =>
      [...readFileSync(join(fixtures, name), "utf8").matchAll(pattern)].map(([text]) => `${name}: ${text}`),
    );
    expect(found).toEqual([]);
  });
});

test("what is somebody's own is seen", () => {
  const samples = [
    "sk-ant-0123456789",
    "Bearer 0123456789abcdef",
    "a.b@example.com",
    "org-0123456789",
    "75943e6d-71e0-4258-8892-892dc6fac85b",
    "ses_e042bd465ffeRpiAHWoib1Fniu",
    "030f9da6fcc0bc53321c004ceb716eeace3cb606",
    "/home/jane/x",
    "/opt/tool/x",
    "10.1.2.3",
  ];
  expect(owned.map(([, pattern], at) => samples[at]?.match(pattern) !== null)).toEqual(owned.map(() => true));
});
