import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { CallEvent } from "../../src/engine/ports/adapter.ts";
import type { LineParser } from "../../src/models/programs/line-parser.ts";
import { said } from "./call-spec.ts";

/** What a parser says of a recorded output, signs of life left out. */
export function readFixture(parser: LineParser, name: string): readonly CallEvent[] {
  const text = readFileSync(join(import.meta.dirname, "..", "fixtures", name), "utf8");
  return said(
    text
      .trimEnd()
      .split("\n")
      .flatMap((line) => parser.output(line, false)),
  );
}

export const asked = { program: "agent", schema: false, maySayNothing: true };
/** Noon of the first of March 2026, two hours east of UTC. */
export const moment = () => ({ nowMs: Date.UTC(2026, 2, 1, 10), zoneOffsetMs: () => 7_200_000 });
export const exited = (code: number) => ({ kind: "exited", code }) as const;
