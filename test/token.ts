import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { brand } from "../src/domain/brand.ts";

/** Makes a token for a state folder, as its person would have in a terminal: tests decide without one. */
export function giveToken(state: string, filler = "t"): string {
  const token = `${brand.bin}_${filler.repeat(43)}`;
  mkdirSync(state, { recursive: true, mode: 0o700 });
  writeFileSync(join(state, "token"), `${createHash("sha256").update(token).digest("hex")}\n`, { mode: 0o600 });
  return token;
}
