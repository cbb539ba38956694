import type { DoctorResult } from "../../actions/results/doctor.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { jsonVersion } from "../../view/json/json.ts";
import { agentsJson } from "../doctor/examine-agents.ts";
import { examine, type Examined } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { requireTrustHere } from "../inputs/trust.ts";
import { printHanging } from "../output/print-hanging.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { repositoryHere } from "../wiring/command-context.ts";

const words: Record<Finding["state"], string> = { ok: "ok", warn: "warning", bad: "does not work" };

/** What works, what does not, why, and who pays. */
export async function command(program: Program, input: InputOf<"doctor">, displays: Displays): Promise<number> {
  const trusted = await requireTrustHere(program, await repositoryHere(program), input.trust);
  const { findings, agents } = await examine(program, trusted, input.setup);
  const width = Math.max(12, ...findings.map(({ what }) => what.length));
  if (displays.json) program.out.json(examinedJson({ findings, agents }));
  else
    for (const { what, state, text, hints = [] } of findings) {
      printHanging(program.out, `${what.padEnd(width)} ${words[state].padEnd(13)} `, text);
      for (const hint of hints) printHanging(program.out, " ".repeat(width + 15), hint);
    }
  const bad = findings.some(({ state }) => state === "bad");
  const next = `ready: ${brand.bin} run takes up the backlog, ${brand.bin} do "…" one task without a file`;
  if (!displays.json && !bad) for (const line of ["", next]) program.out.line(line);
  return bad ? 1 : 0;
}

const examinedJson = ({ findings, agents }: Examined): DoctorResult => ({
  v: jsonVersion,
  findings: findings.map(({ what, state, text, hints = [] }) => ({
    what,
    state,
    text,
    ...(hints.length === 0 ? {} : { hints }),
  })),
  agents: agentsJson(agents),
});
