import { parseScenario } from "../../backlog/scenario.ts";
import type { ModelAdapter } from "../../engine/ports/adapter.ts";
import type { Footprints } from "../../engine/ports/footprints.ts";
import { createAdapters } from "../../models/adapters.ts";
import type { InTurn } from "../../models/tools/check-tool.ts";
import type { Enclose } from "../../processes/enclose.ts";
import { readText, shownPath } from "../inputs/read-text.ts";
import type { Program } from "../program/program.ts";
import { redactor } from "../program/redact.ts";
import { tracedAdapters } from "./footprints.ts";
import { redactedAdapters } from "./redacted-adapters.ts";

/** What adapters work with: turns of checks, who keeps which processes there are, walls. */
export interface Starting {
  readonly inTurn?: InTurn;
  readonly footprints: Footprints;
  readonly enclose: Enclose;
}

/** All adapters, on this machine's clock and environment. */
export function adaptersOf(program: Program, starting: Starting): ReadonlyMap<ModelAdapter["name"], ModelAdapter> {
  const adapters = createAdapters({
    clock: program.clock,
    environment: program.env,
    random: Math.random,
    ...starting,
    loadScenario: (path) => parseScenario({ file: shownPath(program.cwd, path), text: readText(path) }),
  });
  return redactedAdapters(tracedAdapters(adapters, starting.footprints), redactor(program.env));
}
