import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import type { TrustPart } from "../../policy/trust.ts";
import { field } from "./json-field.ts";
import type { Paths } from "./paths.ts";
import { writeAtomically } from "./private-files.ts";

/** Who said yes: a person when asked, or by a flag; by writing it with a command; or by having worked there before. */
export type TrustedHow = "asked" | "flag" | "written" | "known";

/** What is trusted of one repository, or of one folder outside of any: by digest. */
export type TrustRecord = ReadonlyMap<string, TrustedHow>;

/** Equal only for what stands in the same place and does the same. */
export const trustDigest = ({ what, value }: TrustPart): string =>
  createHash("sha256")
    .update(JSON.stringify([what, value]))
    .digest("hex");

/** Null: nobody has said anything about it yet. A file that cannot be read trusts nothing. */
export async function readTrust(paths: Paths, place: string): Promise<TrustRecord | null> {
  let text: string;
  try {
    text = await readFile(paths.trust(place), "utf8");
  } catch (error) {
    if (field(error, "code") === "ENOENT") return null;
    throw error;
  }
  const trusted = field(tryParse(text), "trusted");
  if (!Array.isArray(trusted)) return new Map();
  return new Map(
    trusted.flatMap((one: unknown): readonly (readonly [string, TrustedHow])[] => {
      const [digest, how] = [field(one, "digest"), field(one, "how")];
      return typeof digest === "string" && isHow(how) ? [[digest, how]] : [];
    }),
  );
}

/** Adds parts to what is trusted of a place. With none the place is known from then on. */
export async function addTrust(
  paths: Paths,
  place: string,
  parts: readonly TrustPart[],
  how: TrustedHow,
): Promise<void> {
  const trusted = new Map(await readTrust(paths, place));
  for (const part of parts) trusted.set(trustDigest(part), how);
  const all = [...trusted].map(([digest, by]) => ({ digest, how: by }));
  await writeAtomically(paths.trust(place), `${JSON.stringify({ v: 1, place, trusted: all }, null, 1)}\n`);
}

const isHow = (how: unknown): how is TrustedHow =>
  how === "asked" || how === "flag" || how === "written" || how === "known";

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
