import { z } from "zod";

import { adapterNames } from "../../domain/settings.ts";
import { listOf, version } from "./amounts.ts";

const finding = z.object({
  what: z.string(),
  state: z.enum(["ok", "warn", "bad"]),
  text: z.string(),
  hints: listOf(z.string()).optional().describe("What may be done about it"),
});
export type DoctorFindingResult = z.infer<typeof finding>;

/** An agent's program as it stands on this machine. */
const agent = z.object({
  program: z.string(),
  adapter: z.enum(adapterNames),
  path: z.string().nullable().describe("Null: it is not on the PATH"),
  version: z.string().nullable(),
  tested: z
    .object({ version: z.string(), from: z.string(), below: z.string() })
    .describe("The version that was tried, and the range that is taken to be like it"),
  note: z.string().nullable().describe("What to know of its version"),
  login: z.object({ kind: z.enum(["subscription", "key", "none", "unknown"]), how: z.string() }),
});
export type AgentResult = z.infer<typeof agent>;

/** `doctor`: what works, what does not, why, and who pays. */
export const doctorResult = z.object({ v: version, findings: listOf(finding), agents: listOf(agent) });
export type DoctorResult = z.infer<typeof doctorResult>;
