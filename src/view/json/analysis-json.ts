import type { AnalysisResult, ChosenModeResult } from "../../actions/results/analysis.ts";
import type { Analysis, AnalysisEvents, ChosenMode } from "../../domain/analysis.ts";

const analysisJson = (made: Analysis): AnalysisResult => ({
  complexity: made.complexity,
  byRules: made.byRules,
  byModel: made.byModel,
  analyst: made.model,
  kind: made.kind,
  files: made.files.map(({ path }) => path),
  features: made.features,
  why: made.why,
});

const chosenModeJson = ({ mode, hints, tier, reviewPer, why }: ChosenMode): ChosenModeResult => ({
  mode,
  hints,
  tier,
  reviewPer,
  why: { mode: why.mode, context: why.context, tier: why.tier, review: why.review },
});

/** Null: nobody looked, or nothing was chosen. */
export const madeJson = ({
  analysis,
  chosenMode,
}: {
  readonly analysis?: Analysis;
  readonly chosenMode?: ChosenMode;
}): { readonly analysis: AnalysisResult | null; readonly chosenMode: ChosenModeResult | null } => ({
  analysis: analysis === undefined ? null : analysisJson(analysis),
  chosenMode: chosenMode === undefined ? null : chosenModeJson(chosenMode),
});

/** What scripts get of events of an analysis. */
export const analysisShapes = {
  "task.analysed": ({ analysis }: AnalysisEvents["task.analysed"]) => ({ analysis: analysisJson(analysis) }),
  "mode.chosen": ({ chosen }: AnalysisEvents["mode.chosen"]) => ({ chosenMode: chosenModeJson(chosen) }),
  "context.found": ({ commit, files, searched, without }: AnalysisEvents["context.found"]) => ({
    commit,
    files: files.map(({ path }) => path),
    searched,
    without: without === "" ? null : without,
  }),
};
