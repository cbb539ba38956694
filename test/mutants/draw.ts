import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceFile } from "typescript/unstable/ast";
import { API, type Snapshot } from "typescript/unstable/sync";

import { Chance } from "../simulation/chance.ts";
import { changesOf } from "./changes.ts";
import { changed, kinds, mutantOf, type Mutant } from "./mutant.ts";

const folders = ["src/engine", "src/pipeline", "src/policy", "src/workspace", "state"];

/**
 * Draws faults from all files of the folders that decide and write: each kind as often, all places of a kind alike, none twice in
 * one line. Only such as compile in their file. `top` is a copy of the tree, in which they are tried.
 */
export function draw(top: string, seed: number, count: number): readonly Mutant[] {
  const chance = new Chance(`mutants-${seed}`);
  const program = new WatchedProgram(top);
  try {
    const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: top })).toSorted();
    const all = files.flatMap((file) => changesOf(program.file(file)).map((change) => ({ file, change })));
    const drawn: Mutant[] = [];
    while (drawn.length < count) {
      const kind = chance.pick(kinds);
      const { file, change } = chance.pick(all.filter((each) => each.change.kind === kind));
      const path = join(top, file);
      const text = readFileSync(path, "utf8");
      const mutant = mutantOf(file, text, change);
      if (drawn.some((other) => other.file === file && other.line === mutant.line)) continue;
      writeFileSync(path, changed(text, change));
      const compiles = program.compiles(file);
      writeFileSync(path, text);
      if (compiles) drawn.push(mutant);
    }
    return drawn;
  } finally {
    program.close();
  }
}

/** The compiler's view of a tree, one at a time: each holds hundreds of megabytes. */
class WatchedProgram {
  readonly #top: string;
  readonly #api: API;
  #snapshot: Snapshot;
  /** Read again before the next look, as it has been put back. */
  #before: string[] = [];

  constructor(top: string) {
    this.#top = top;
    this.#api = new API({ cwd: top });
    this.#snapshot = this.#api.updateSnapshot({ openProjects: [this.#config] });
  }

  get #config(): string {
    return join(this.#top, "tsconfig.json");
  }

  get #program() {
    const program = this.#snapshot.getProject(this.#config)?.program;
    if (program === undefined) throw new Error(`${this.#config} is no project`);
    return program;
  }

  file(name: string): SourceFile {
    const source = this.#program.getSourceFile(join(this.#top, name));
    if (source === undefined) throw new Error(`${name} is no part of the program`);
    return source;
  }

  /** Whether a file that was just written does. */
  compiles(name: string): boolean {
    const path = join(this.#top, name);
    const next = this.#api.updateSnapshot({ fileChanges: { changed: [...this.#before, path] } });
    this.#snapshot.dispose();
    this.#snapshot = next;
    this.#before = [path];
    const program = this.#program;
    return program.getSyntacticDiagnostics(path).length === 0 && program.getSemanticDiagnostics(path).length === 0;
  }

  close(): void {
    this.#api.close();
  }
}
