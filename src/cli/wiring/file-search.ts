import { searchOf } from "../../../state/connection/full-text.ts";
import { type FileIndex, type FileText, type FileView, isIndexDamaged } from "../../../state/live/file-index.ts";
import type { FoundContext } from "../../domain/analysis.ts";
import type { ContextRequest } from "../../engine/ports/context-index.ts";
import type { LeftOut } from "../../policy/indexed-files.ts";
import { fittingSymbols, symbolsOf } from "../../policy/file-symbols.ts";
import { churnCommits, churnOf, mostFound, mostSymbolsTold, rankContext } from "../../policy/rank-context.ts";
import type { Git, Place } from "../../workspace/git.ts";
import { lastChanges, searchableFiles, searchableText } from "../../workspace/searchable-files.ts";
import { createSerial } from "../../workspace/serial.ts";

/** So much is written at once: whoever else writes to the same file waits for it. */
const atOnce = { bytes: 96 * 1024, files: 32 };
/** So many of those that say what is looked for are ranked. */
const mostMatches = 300;

/** Searches the files of commits of one repository for what a task is about. What is new of a commit is read first, which may take seconds. */
export class FileSearch {
  readonly #git: Git;
  readonly #place: Place;
  readonly #anew: () => FileIndex;
  readonly #oneAtATime = createSerial();
  #index: FileIndex;

  constructor(git: Git, place: Place, index: FileIndex, anew: () => FileIndex) {
    this.#git = git;
    this.#place = place;
    this.#index = index;
    this.#anew = anew;
  }

  /** One at a time: what was read for one is there for the next. */
  find(request: ContextRequest): Promise<FoundContext> {
    return this.#oneAtATime(() => this.#mending(() => this.#find(request)));
  }

  close(): void {
    this.#index.close();
  }

  async #find({ commit, text }: ContextRequest): Promise<FoundContext> {
    const known = this.#index.view(commit);
    const view = known === null || hasGaps(known) ? await this.#read(commit) : known;
    const search = searchOf(text);
    const matches = search === null ? [] : this.#index.search(search.match, view, mostMatches);
    const ids = new Map(matches.map(({ path, id }) => [path, id]));
    const ranked = rankContext(matches, (path) => view.churn.get(ids.get(path) ?? 0) ?? 0);
    const terms = search?.terms ?? [];
    const files = ranked.slice(0, mostFound).map((file) => {
      const { symbols } = this.#index.file(ids.get(file.path) ?? 0);
      return { ...file, symbols: fittingSymbols(symbols, terms, mostSymbolsTold) };
    });
    const without =
      files.length > 0 ? "" : terms.length === 0 ? "the task has no words to look for" : "no file has its words";
    return { commit, terms, files, searched: view.churn.size, leftOut: view.leftOut, without };
  }

  /** Reads those files of a commit that the index does not have. */
  async #read(commit: string): Promise<FileView> {
    const { files, leftOut } = await searchableFiles(this.#git, this.#place, commit);
    const churn = churnOf(await lastChanges(this.#git, this.#place, commit, churnCommits));
    let batch: FileText[] = [];
    let bytes = 0;
    const write = (): void => {
      if (batch.length > 0) this.#index.add(batch);
      batch = [];
      bytes = 0;
    };
    for (const file of this.#index.missing(files)) {
      const found = await searchableText(this.#git, this.#place, file);
      if (found === null) continue;
      batch.push({ ...file, ...found, symbols: symbolsOf(file.path, found.text) });
      bytes += found.text.length;
      if (bytes > atOnce.bytes || batch.length === atOnce.files) write();
    }
    write();
    return this.#index.keep(commit, files, churn, leftOut);
  }

  /** An index that is damaged is made anew, at the worst with the file it lies in. */
  async #mending<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isIndexDamaged(error)) throw error;
      this.#index = mended(this.#index) ?? this.#anew();
      return await work();
    }
  }
}

/** What was not here then may be here now. */
const hasGaps = ({ leftOut }: FileView): boolean => (leftOut["not fetched" satisfies LeftOut] ?? 0) > 0;

function mended(index: FileIndex): FileIndex | null {
  try {
    index.remake();
    return index;
  } catch {
    return null;
  }
}
