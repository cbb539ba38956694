import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { searchOf } from "../../state/connection/full-text.ts";
import { FileIndex, type FileView } from "../../state/live/file-index.ts";
import { FileSearch } from "../../src/cli/wiring/file-search.ts";
import { rankContext } from "../../src/policy/rank-context.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { createGit, gitLine, type Git, type Place } from "../../src/workspace/git.ts";
import { lastChanges } from "../../src/workspace/searchable-files.ts";
import { mean, ms, percentile, type Figure } from "./figures.ts";

/** So many commits before the last the index is taken, or half of a history that is shorter; and so many commits after it are played. */
const commitsBack = 600;
const mostPlayed = 250;
/** A commit that changes more files than this says with its subject where none of them is. */
const mostChanged = 20;
const told = 10;

interface Played {
  readonly subject: string;
  readonly truth: ReadonlySet<string>;
}

interface Way {
  readonly name: string;
  readonly goal: boolean;
  readonly find: (subject: string) => readonly string[];
}

/**
 * How well files are found by what somebody says of a task: subjects of commits as goals, the index taken before them, the files they
 * changed and the index has as truth. Prints each way of ranking beside the one that is used.
 */
export async function context(args: readonly string[]): Promise<readonly Figure[]> {
  const { values } = parseArgs({ args: [...args], options: { history: { type: "string", multiple: true } } });
  const figures: Figure[] = [];
  for (const history of [process.cwd(), ...(values.history ?? [])]) {
    const name = values.history === undefined || history === process.cwd() ? "this repository" : "the history given";
    const git = createGit({ environment: process.env, clock: systemClock, note: () => undefined });
    const gitDir = await gitLine(git, { cwd: resolve(history) }, [
      "rev-parse",
      "--path-format=absolute",
      "--git-common-dir",
    ]);
    figures.push(...(await measure(name, git, { cwd: resolve(history), gitDir })));
  }
  return figures;
}

async function measure(name: string, git: Git, place: Place): Promise<readonly Figure[]> {
  const commits = (await gitLine(git, place, ["log", "--no-merges", "--format=%H", "HEAD"])).split("\n");
  const back = Math.min(commitsBack, Math.floor(commits.length / 2));
  const base = commits[back] ?? "";
  const index = new FileIndex({ path: ":memory:", repository: name, now: () => systemClock.now() });
  const search = new FileSearch(git, place, index, () => index);
  const from = performance.now();
  const { searched } = await search.find({ commit: base, text: "" });
  const indexedMs = performance.now() - from;
  const view = index.view(base);
  if (view === null) throw new Error("there is no index");
  const ids = new Map([...view.churn.keys()].map((id) => [index.file(id).path, id]));
  const churnAt = (path: string): number => view.churn.get(ids.get(path) ?? 0) ?? 0;
  const played = await laterCommits(git, place, base, new Set(ids.keys()));
  const times: number[] = [];
  for (const { subject } of played) {
    const began = performance.now();
    await search.find({ commit: base, text: subject });
    times.push(performance.now() - began);
  }
  const head = `${name}, ${back} commits back: ${searched} files, ${played.length} later commits`;
  const figures: Figure[] = [
    { what: head, figure: `indexed in ${(indexedMs / 1_000).toFixed(1)} s`, goal: "", met: null },
  ];
  for (const way of ways(index, view, churnAt, ids)) figures.push(figureOf(way, played));
  const slow = percentile(times, 0.95);
  figures.push({
    what: "  one search",
    figure: `p50 ${ms(percentile(times, 0.5))}, p95 ${ms(slow)}`,
    goal: "50 ms",
    met: slow <= 50,
  });
  search.close();
  return figures;
}

function ways(
  index: FileIndex,
  view: FileView,
  churnAt: (path: string) => number,
  ids: ReadonlyMap<string, number>,
): readonly Way[] {
  const byText = (subject: string, columns: string, churn: (path: string) => number): readonly string[] => {
    const search = searchOf(subject);
    const matches = search === null ? [] : index.search(`${columns}(${search.match})`, view, 300);
    return rankContext(matches, churn).map(({ path }) => path);
  };
  const changedMost = [...ids.keys()].toSorted((a, b) => churnAt(b) - churnAt(a));
  const still = (): number => 0;
  return [
    { name: "churn only", goal: false, find: () => changedMost },
    { name: "path and symbols", goal: false, find: (subject) => byText(subject, "{path symbols} : ", still) },
    { name: "content", goal: false, find: (subject) => byText(subject, "content : ", still) },
    { name: "all three", goal: false, find: (subject) => byText(subject, "", still) },
    { name: "all three and churn", goal: true, find: (subject) => byText(subject, "", churnAt) },
  ];
}

function figureOf({ name, goal, find }: Way, played: readonly Played[]): Figure {
  const each = played.map(({ subject, truth }) => {
    const hits = find(subject)
      .slice(0, told)
      .filter((path) => truth.has(path)).length;
    return { recall: hits / truth.size, hit: hits > 0 ? 1 : 0 };
  });
  const share = (values: readonly number[]): number => 100 * mean(values);
  const hit = share(each.map((one) => one.hit));
  const recall = share(each.map((one) => one.recall));
  return {
    what: `  ${name}`,
    figure: `recall@${told} ${recall.toFixed(0)} %, hit@${told} ${hit.toFixed(0)} %`,
    goal: goal ? `hit@${told} 50 %` : "",
    met: goal ? hit >= 50 : null,
  };
}

/** Of the commits after one, evenly spread: what each says, and the files it changed of those that were there. What is said often is a routine. */
async function laterCommits(
  git: Git,
  place: Place,
  base: string,
  there: ReadonlySet<string>,
): Promise<readonly Played[]> {
  const range = `${base}..HEAD`;
  const subjects = (await gitLine(git, place, ["log", "--no-merges", "--format=%s", range])).split("\n");
  const changed = await lastChanges(git, place, range, subjects.length);
  const kinds = Map.groupBy(subjects, kindOf);
  const fit = changed.flatMap((paths, at): readonly Played[] => {
    const subject = subjects[at] ?? "";
    const truth = new Set(paths.filter((path) => there.has(path)));
    const isTask = truth.size > 0 && paths.length <= mostChanged && kinds.get(kindOf(subject))?.length === 1;
    return isTask ? [{ subject, truth }] : [];
  });
  const step = Math.max(1, fit.length / mostPlayed);
  return fit.filter((_one, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}

const kindOf = (subject: string): string => subject.replaceAll(/[\d.]+/g, "");
