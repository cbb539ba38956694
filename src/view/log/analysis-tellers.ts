import type { AnalysisEvents } from "../../domain/analysis.ts";
import type { OutcomeEvents } from "../../domain/outcome.ts";
import type { PartEvents } from "../../domain/parts.ts";
import { counted } from "../text/amounts.ts";
import type { Teller } from "./teller.ts";

type Told = AnalysisEvents & PartEvents & OutcomeEvents;

/** What is said of what was made out about a task, of its parts, and of what became of its work. */
export const analysisTellers: { readonly [T in keyof Told]: Teller<T> } = {
  "task.analysed": ({ analysis }) => ({
    model: analysis.model,
    text: `complexity ${analysis.complexity} of 5, ${analysis.kind}: ${analysis.why.join("; ")}`,
  }),
  "mode.chosen": ({ chosen }) => ({
    text: `mode ${chosen.mode}${chosen.mode === "adaptive" ? " unless it is split" : ""}: ${chosen.why.mode}`,
  }),
  "context.found": (data) => ({
    text:
      data.without === ""
        ? `${counted(data.files.length, "file")} found for its prompts: ${data.files
            .slice(0, 3)
            .map(({ path }) => path)
            .join(", ")}${data.files.length > 3 ? ", …" : ""}`
        : `no files found for its prompts: ${data.without}`,
  }),
  "task.split": (data) => ({
    text:
      data.parts.length === 0
        ? `kept whole: ${data.why}`
        : `split into ${data.parts.map(({ id }) => id).join(", ")}: ${data.why}`,
  }),
  "parts.joined": (data) => ({
    level: data.unmet.length === 0 ? "info" : "warn",
    model: data.model,
    text: data.unmet.length === 0 ? data.summary : `${data.summary}; not met: ${data.unmet.join("; ")}`,
  }),
  "outcome.recorded": () => null,
  "outcome.corrected": () => null,
  "regression.found": (data) => ({
    level: "warn",
    text:
      data.task === null
        ? `${data.check} is red at ${data.red.slice(0, 7)} and was green before; which task did it is not proven`
        : `${data.check} is red since ${data.task} was merged (found in ${counted(data.runs, "run")})`,
  }),
};
