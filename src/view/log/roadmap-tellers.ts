import type { RoadmapEvents } from "../../domain/roadmap.ts";
import { counted } from "../text/amounts.ts";
import type { Teller } from "./teller.ts";

const short = (commit: string): string => commit.slice(0, 7);

/** What is said of a task's roadmap and its stages. */
export const roadmapTellers: { readonly [T in keyof RoadmapEvents]: Teller<T> } = {
  "roadmap.revised": (data) => ({
    text:
      data.changes.length === 0
        ? `roadmap of ${counted(data.roadmap.stages.length, "stage")}, by ${data.by}`
        : `roadmap changed by ${data.by}: ${data.why}`,
  }),
  "stage.moved": (data) => ({
    level: data.from === "DONE" ? "warn" : "info",
    text: `→ ${data.stage} ${stageWords(data)}${data.reason === "" ? "" : `: ${data.reason}`}`,
  }),
  "stage.regressed": (data) => ({
    level: "warn",
    text:
      data.stage === null
        ? `${data.check} is red now and was green before; which stage did it is not proven`
        : `${data.check} is red since ${data.stage} (green at ${data.green === null ? "the base" : short(data.green)}, red at ${short(data.red)}; found in ${counted(data.runs, "run")})`,
  }),
  "steps.changed": () => null,
};

function stageWords({ from, to, opening, record }: RoadmapEvents["stage.moved"]): string {
  const red = record?.failures.length ?? 0;
  if (to === "DONE" && red > 0) return `is worked through, with ${counted(red, "check")} red`;
  if (to === "ACTIVE") return from === "DONE" ? `is opened again (opening ${opening})` : "begins";
  return to === "DONE" ? "is done" : "is skipped";
}
