import { brand } from "../../domain/brand.ts";
import { jsonVersion } from "../../view/json/json.ts";
import { agentsJson } from "../doctor/examine-agents.ts";
import { examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import type { Arguments } from "../program/arguments.ts";
import type { Program } from "../program/program.ts";

const words: Record<Finding["state"], string> = { ok: "ok", warn: "warning", bad: "does not work" };

/** What works, what does not, why, and who pays. */
export async function command(program: Program, args: Arguments): Promise<number> {
  const { findings, agents } = await examine(program, args.has("setup"));
  const width = Math.max(12, ...findings.map(({ what }) => what.length));
  if (args.has("json"))
    program.out.json({
      v: jsonVersion,
      findings: findings.map(({ what, state, text, hints = [] }) => ({
        what,
        state,
        text,
        ...(hints.length === 0 ? {} : { hints }),
      })),
      agents: agentsJson(agents),
    });
  else
    for (const { what, state, text, hints = [] } of findings) {
      program.out.line(`${what.padEnd(width)} ${words[state].padEnd(13)} ${text}`);
      for (const hint of hints) program.out.line(`${" ".repeat(width + 15)}${hint}`);
    }
  const bad = findings.some(({ state }) => state === "bad");
  if (!args.has("json") && !bad) for (const line of ["", `ready: ${brand.bin} run`]) program.out.line(line);
  return bad ? 1 : 0;
}
