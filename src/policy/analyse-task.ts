import type { Analysis, FoundFile, LocatedFile, WorkKind } from "../domain/analysis.ts";
import type { ModelName } from "../domain/ids.ts";
import type { Settings } from "../domain/settings.ts";
import type { Risk, TaskSpec } from "../domain/task.ts";
import { testGlobs } from "../domain/test-paths.ts";
import type { ModeFacts } from "./choose-mode.ts";
import {
  areaOffset,
  complexityByRules,
  costQuantile,
  hardWordIn,
  isFarApart,
  meanComplexity,
  type ComplexityFacts,
  type PastComplexity,
} from "./complexity.ts";
import { pointsIn } from "./criteria.ts";
import { matchesAny } from "./glob.ts";
import { workKind } from "./work-kind.ts";

/** A task that is done, as far as the next of its area can learn from it. */
export interface PastTask {
  readonly area: string | null;
  /** What it was thought to be; null: nobody looked. */
  readonly complexity: number | null;
  readonly costMicros: number | null;
  readonly rejections: number;
  readonly gateFailures: number;
}

/** Files that a task is thought to be about. */
export interface Located {
  readonly files: readonly LocatedFile[];
  /** One of them that is changed all the time; null: none, or nobody knows. */
  readonly hotspot: string | null;
}

/** A text with more of them, a log or a listing, says no more of where the work is. */
const mostNamed = 60;

/** What its own text says of a task's files: those that it names, and its globs. */
export function namedFiles({ goal, details, context }: Pick<TaskSpec, "goal" | "details" | "context">): Located {
  const inText = `${goal}\n${details ?? ""}`.matchAll(pathWords);
  const paths = new Set(context);
  for (const [path] of inText) {
    if (paths.size >= mostNamed) break;
    paths.add(path.replace(/^\.\//, ""));
  }
  return { files: [...paths].slice(0, mostNamed).map((path) => ({ path, score: 1, symbols: [] })), hotspot: null };
}

/** The same with what a search has found: a file that is named is as sure as its best. */
export function locatedFiles(spec: Parameters<typeof namedFiles>[0], found: readonly FoundFile[]): Located {
  const best = Math.max(1, ...found.map(({ score }) => score));
  const named = namedFiles(spec).files.map((file) => ({ ...file, score: best }));
  const known = new Set(named.map(({ path }) => path));
  const others = found
    .map(({ path, score, symbols }) => ({ path, score, symbols }))
    .filter(({ path }) => !known.has(path));
  const files = [...named, ...others];
  const likely = new Set(likelyFiles(files).map(({ path }) => path));
  const hotspot = found.find(({ path, churn }) => likely.has(path) && churn >= hotChurn);
  return { files, hotspot: hotspot?.path ?? null };
}

/** About one of twenty recent commits changes it. */
const hotChurn = 20;

/** What looks like a path of a source file; no address of the web, no version. */
const pathWords =
  /(?<![\w:/.@-])(?:\.\/)?(?:@?[\w.-]+\/)*[\w.-]+\.(?:[cm]?[jt]sx?|py|go|rs|rb|php|java|kts?|swift|cs|c|h|cc|cpp|hpp|sh|sql|json|ya?ml|toml|md|html?|s?css|vue|svelte|proto|tf|xml|ini|lock|txt)(?![\w/-]|\.\w)/gi;

/** How hard a task is and what it is about, by rules: no model, no clock, nothing but what is given. */
export function analyseTask(
  spec: Pick<TaskSpec, "goal" | "details" | "context" | "area">,
  located: Located,
  settings: Pick<Settings, "areas">,
  past: readonly PastTask[],
): Analysis {
  const { goal, details } = spec;
  const likely = likelyFiles(located.files);
  const facts: ComplexityFacts = {
    files: likely.length,
    areas: areasOf(likely, settings.areas ?? {}).size,
    criteria: pointsIn(details ?? "").length,
    hardWord: hardWordIn(`${goal}\n${details ?? ""}`),
    hotspot: located.hotspot,
    offset: areaOffset(pastOf(spec.area, past)),
  };
  const { complexity, why } = complexityByRules(facts);
  const { hardWord, hotspot, offset, ...counts } = facts;
  return {
    complexity,
    byRules: complexity,
    byModel: null,
    model: null,
    kind: workKind(goal, details),
    files: located.files,
    features: {
      ...counts,
      offset: Math.round(offset * 100) / 100,
      ...(hardWord === null ? {} : { hardWord }),
      ...(hotspot === null ? {} : { hotspot }),
    },
    why,
  };
}

/**
 * At half the score of the best, all twelve files that a search ends with counted for most goals, so that nearly all work was complex. At
 * this share 2 to 7 do, for subjects of three histories' commits, whose median changed 1 to 4 files.
 */
const likelyShare = 0.8;

/** Those that score nearly as the best does. */
function likelyFiles(files: readonly LocatedFile[]): readonly LocatedFile[] {
  const best = Math.max(0, ...files.map(({ score }) => score));
  return files.filter(({ score }) => score > 0 && score >= likelyShare * best);
}

/** Folders that hold projects, not parts of one. */
const holdsProjects: ReadonlySet<string> = new Set(["apps", "crates", "libs", "modules", "packages", "services"]);

/** By the areas of the settings; without any by the folders at the top. Tests are of what they test. */
function areasOf(files: readonly LocatedFile[], areas: NonNullable<Settings["areas"]>): ReadonlySet<string> {
  const named = Object.entries(areas);
  const found = files
    .filter(({ path }) => !matchesAny(path, testGlobs))
    .map(({ path }) => {
      if (named.length > 0) return named.find(([, globs]) => matchesAny(path, globs))?.[0] ?? "";
      const [top = "", second = "", ...more] = path.split("/");
      if (second === "") return "";
      return holdsProjects.has(top) && more.length > 0 ? `${top}/${second}` : top;
    });
  return new Set(found.filter((area) => area !== ""));
}

function pastOf(area: string | null, past: readonly PastTask[]): readonly PastComplexity[] {
  const costs = past.map(({ costMicros }) => costMicros).filter((micros) => micros !== null);
  return past.flatMap((one) =>
    one.area === area && one.complexity !== null
      ? [
          {
            thought: one.complexity,
            costQuantile: costQuantile(one.costMicros, costs),
            rejections: one.rejections,
            gateFailures: one.gateFailures,
          },
        ]
      : [],
  );
}

/** What an analyst's opinion makes of it: both count the same, and a person sees where they are far apart. */
export function withOpinion(
  ruled: Analysis,
  opinion: {
    readonly complexity: number;
    readonly kind: WorkKind | null;
    readonly needs: readonly string[];
    readonly split: boolean | null;
    readonly model: ModelName;
  },
): Analysis {
  const { byRules } = ruled;
  const { complexity: byModel, model, kind, needs, split } = opinion;
  return {
    ...ruled,
    complexity: meanComplexity(byRules, byModel),
    byModel,
    model,
    kind: kind ?? ruled.kind,
    features: { ...ruled.features, ...(split === null ? {} : { split: Number(split) }) },
    why: [
      ...ruled.why,
      `${isFarApart(byRules, byModel) ? "opinions differ: " : ""}${byRules} by rules, ${byModel} by ${model}`,
      ...(split === false ? [`one piece of work, says ${model}`] : []),
      ...(needs.length === 0 ? [] : [`wants known first: ${needs.slice(0, mostNeeds).join("; ")}`]),
    ],
  };
}

const mostNeeds = 5;

/** What a mode is chosen by, of what an analysis found. */
export function modeFacts(
  spec: Pick<TaskSpec, "goal" | "details" | "context">,
  risk: Risk,
  { complexity, files, features }: Analysis,
  { review }: Pick<Settings, "review">,
): ModeFacts {
  const named = new Set(namedFiles(spec).files.map(({ path }) => path));
  return {
    risk,
    complexity,
    files: numberOf(features["files"]),
    areas: numberOf(features["areas"]),
    points: numberOf(features["criteria"]),
    found: files.filter(({ path }) => !named.has(path)).length,
    namesFiles: named.size > 0,
    reviewPer: review.per,
  };
}

const numberOf = (value: number | string | undefined): number => (typeof value === "number" ? value : 0);
