import { join } from "node:path";

import { brand } from "../../domain/brand.ts";
import type { Difference, Watch } from "../../engine/ports/watch.ts";
import { userCheckoutsOf } from "../checkouts.ts";
import { commitOf } from "../commits.ts";
import { GitError, gitList } from "../git.ts";
import { createSerial } from "../serial.ts";
import type { WorkspaceContext } from "../workspace-context.ts";
import { ExpectedRefs } from "./expected-refs.ts";
import { pinSettings, settingsOf } from "./git-pins.ts";
import { isSameState, readKnown, touchKnown, writeKnown, type KnownState } from "./known-state.ts";
import { MoveLog } from "./move-log.ts";
import { FileReader, isConfig } from "./read-files.ts";
import { RefReader } from "./read-refs.ts";

const seenFolder = `${brand.refs}/seen`;
/** So many loose refs are packed; where that did not help, when there are as many more. */
const mostLoose = 100;
const isCommit = (value: string | null): value is string => value !== null && /^[0-9a-f]{40,64}$/.test(value);

/** One watch a repository; looks come one after the other. `onStat` counts files that are looked at. */
export function createWatch(context: WorkspaceContext, onStat: () => void = () => undefined): Watch {
  const watch = new RepositoryWatch(context, onStat);
  const oneAtATime = createSerial();
  return {
    look: () => oneAtATime(() => watch.look()),
    putBack: (difference) => oneAtATime(() => watch.putBack(difference)),
    keep: (commit) => watch.keep(commit),
    settle: (differences) => oneAtATime(() => watch.settle(differences)),
    isCheckedOut: (branch) => watch.isCheckedOut(branch),
    dirtyFiles: () => watch.dirtyFiles(),
  };
}

interface Readers {
  readonly refs: RefReader;
  readonly files: FileReader;
}

class RepositoryWatch {
  readonly #context: WorkspaceContext;
  readonly #onStat: () => void;
  readonly #log: MoveLog;
  #readers: Readers | null = null;
  #known: KnownState | null = null;
  #lookedAtMs = 0;
  #looseAfterPack = 0;

  constructor(context: WorkspaceContext, onStat: () => void) {
    this.#context = context;
    this.#onStat = onStat;
    this.#log = new MoveLog(context.options.watchFolder, () => context.clock.now());
  }

  async look(): Promise<readonly Difference[]> {
    if (this.#known === null && !(await this.#open())) return [];
    const found = await this.#compare();
    await this.#packRefs();
    // Another program may have been in the middle of something: only what stays is told.
    return found.length === 0 ? found : await this.#compare();
  }

  /** Each ref of its own file is looked at each time: the branches of thousands of tasks become one file, as `git gc` makes it. */
  async #packRefs(): Promise<void> {
    const { refs } = await this.#reader();
    if (refs.looseCount < mostLoose) this.#looseAfterPack = 0;
    if (refs.looseCount < this.#looseAfterPack + mostLoose) return;
    this.#looseAfterPack = refs.looseCount;
    const { place } = await this.#context.at();
    // Where another git has a lock they stay as they are.
    await this.#context.git(place, ["pack-refs", "--all"]).catch(() => undefined);
  }

  /** Takes up what an earlier process knew. False: there was none, and all counts as it is now. */
  async #open(): Promise<boolean> {
    const folder = this.#context.options.watchFolder;
    const kept = await readKnown(folder);
    if (kept !== null) {
      this.#known = await this.#trustSettings(kept.known);
      this.#lookedAtMs = kept.lookedAtMs;
      await this.#log.drop(kept.known.readTo);
      return true;
    }
    const { refs, files } = await this.#reader();
    const { lines, readTo } = this.#log.read({});
    const expected = new ExpectedRefs({}, []);
    expected.apply(lines);
    const settings = await settingsOf(this.#context.git, await this.#places());
    this.#known = {
      refs: Object.fromEntries(await refs.read()),
      files: Object.fromEntries(await files.read()),
      open: [...expected.openMoves(this.#context.clock.now())],
      readTo,
      unsettled: {},
      settings,
      pins: [],
    };
    await this.#write(this.#known);
    return false;
  }

  /** An engine that starts goes by the settings of now, unless they were changed since the last look: a person was told of the others. */
  async #trustSettings(known: KnownState): Promise<KnownState> {
    const { files } = await this.#reader();
    const now = await files.read();
    const names = new Set([...Object.keys(known.files), ...now.keys()]);
    if ([...names].some((name) => isConfig(name) && known.files[name] !== now.get(name))) return known;
    this.#context.pins.set([]);
    return { ...known, settings: await settingsOf(this.#context.git, await this.#places()), pins: [] };
  }

  async #compare(): Promise<Difference[]> {
    const known = this.#known;
    if (known === null) return [];
    const nowMs = this.#context.clock.now();
    const readers = await this.#reader();
    // The log is read on both sides of the refs: a move between them is known, and its end is for the next look.
    const before = this.#log.read(known.readTo);
    const refs = await readers.refs.read();
    const files = await readers.files.read();
    const { lines: meanwhile } = this.#log.read(before.readTo);
    const expected = new ExpectedRefs(known.refs, known.open);
    expected.apply(before.lines);

    const nextRefs: Record<string, string> = {};
    const nextFiles: Record<string, string> = {};
    const differences: Difference[] = [];
    const add = (kind: Difference["kind"], name: string, from: string | null, to: string | null): void => {
      const earlier = known.unsettled[name];
      const sinceMs = earlier?.to === to ? earlier.sinceMs : this.#lookedAtMs;
      differences.push({ kind, name, from, to, sinceMs });
    };
    const moved = [...known.open, ...before.lines].flatMap((line) => ("ref" in line ? [line.ref] : []));
    for (const ref of new Set([...Object.keys(known.refs), ...moved, ...refs.keys()])) {
      const value = refs.get(ref) ?? null;
      const fits = expected.fits(ref, value, meanwhile);
      const next = fits ? value : expected.last(ref);
      if (next !== null) nextRefs[ref] = next;
      if (!fits) add("ref", ref, expected.last(ref), value);
    }
    for (const name of new Set([...Object.keys(known.files), ...files.keys()])) {
      const from = known.files[name] ?? null;
      const value = files.get(name) ?? null;
      if (from !== null) nextFiles[name] = from;
      if (from !== value) add("file", name, from, value);
    }
    const told = await this.#dropOwnSettings(known, differences, files, nextFiles);
    const unsettled = Object.fromEntries(told.map(({ name, to, sinceMs }) => [name, { to, sinceMs }]));
    await this.#remember({
      ...known,
      refs: nextRefs,
      files: nextFiles,
      open: [...expected.openMoves(nowMs)],
      readTo: before.readTo,
      unsettled,
    });
    if (told.length === 0) this.#lookedAtMs = nowMs;
    return told;
  }

  /** A configuration that says the same as before, but for what we keep in it ourselves, does not differ. */
  async #dropOwnSettings(
    known: KnownState,
    differences: readonly Difference[],
    files: ReadonlyMap<string, string>,
    nextFiles: Record<string, string>,
  ): Promise<Difference[]> {
    const configs = differences.filter(({ kind, name }) => kind === "file" && isConfig(name));
    const isNew = configs.some(({ name, to }) => known.unsettled[name]?.to !== to);
    if (configs.length === 0 || !isNew) return [...differences];
    const now = await settingsOf(this.#context.git, await this.#places());
    const before = known.settings ?? now;
    this.#known = { ...known, settings: before, pins: pinSettings(before, now) };
    Object.assign(known, { settings: before, pins: this.#known.pins });
    this.#context.pins.set(known.pins);
    const same = Object.keys({ ...before, ...now }).every((key) => before[key] === now[key]);
    if (!same) return [...differences];
    for (const { name } of configs) {
      const value = files.get(name);
      if (value === undefined) delete nextFiles[name];
      else nextFiles[name] = value;
    }
    return differences.filter((difference) => !configs.includes(difference));
  }

  async putBack(difference: Difference): Promise<string | null> {
    const { name, from, to } = difference;
    const { git } = this.#context;
    const { place } = await this.#context.at();
    if (name.startsWith("refs/heads/") && (await this.isCheckedOut(name.slice("refs/heads/".length))))
      return "it is checked out, and what a person works in is left alone";
    try {
      // What stood there must still stand there: whoever moved it once more is seen at the next look.
      const old = to === null ? "" : isCommit(to) ? to : null;
      const args = from === null ? ["-d", name] : ["-m", "put back", name, from];
      await git(place, ["update-ref", ...args, ...(old === null || (from === null && old === "") ? [] : [old])]);
      return null;
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      return error.stderr.trim().split("\n")[0] ?? error.message;
    }
  }

  async keep(commit: string): Promise<string | null> {
    const { git } = this.#context;
    const { place } = await this.#context.at();
    if (!isCommit(commit)) return null;
    const ref = `${seenFolder}/${commit.slice(0, 16)}`;
    if ((await commitOf(git, place, commit)) === null) return null;
    await git(place, ["update-ref", "--create-reflog", "-m", "seen behind our back", ref, commit]);
    return ref;
  }

  async settle(differences: readonly Difference[]): Promise<void> {
    const known = this.#known;
    if (known === null || differences.length === 0) return;
    const next = { ...known, refs: { ...known.refs }, files: { ...known.files }, unsettled: { ...known.unsettled } };
    for (const { kind, name, to } of differences) {
      const values = kind === "ref" ? next.refs : next.files;
      if (to === null) delete values[name];
      else values[name] = to;
      delete next.unsettled[name];
    }
    await this.#remember(next);
  }

  async isCheckedOut(branch: string): Promise<boolean> {
    return (await userCheckoutsOf(this.#context.git, await this.#context.at(), branch)).length > 0;
  }

  async dirtyFiles(): Promise<readonly string[]> {
    const { top } = await this.#context.at();
    const args = ["status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=all"];
    return (await gitList(this.#context.git, { cwd: top }, args)).map((line) => join(top, line.slice(3)));
  }

  async #reader(): Promise<Readers> {
    if (this.#readers !== null) return this.#readers;
    const at = await this.#context.at();
    const refs = new RefReader(this.#context.git, at, this.#onStat);
    const files = new FileReader(at.commonDir, this.#context.environment, this.#onStat);
    return (this.#readers = { refs, files });
  }

  /** Where settings are asked for: the repository, and each worktree that has some of its own. */
  async #places(): Promise<readonly { readonly cwd: string; readonly gitDir: string }[]> {
    const { commonDir, place } = await this.#context.at();
    const { files } = await this.#reader();
    const own = [...(await files.read()).keys()].filter((name) => name.startsWith("worktrees/"));
    return ["", ...own.map((name) => name.replace(/\/[^/]*$/, ""))].map((name) => ({
      cwd: place.cwd,
      gitDir: join(commonDir, name),
    }));
  }

  async #remember(next: KnownState): Promise<void> {
    if (this.#known !== null && isSameState(this.#known, next)) {
      const nowMs = this.#context.clock.now();
      if (!touchKnown(this.#context.options.watchFolder, nowMs)) await this.#write(next);
    } else await this.#write(next);
    this.#known = next;
  }

  async #write(known: KnownState): Promise<void> {
    const nowMs = this.#context.clock.now();
    await writeKnown(this.#context.options.watchFolder, known, nowMs);
    this.#lookedAtMs = nowMs;
  }
}
