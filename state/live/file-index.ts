import Database from "better-sqlite3";

import { isLeftOut, type LeftOut } from "../../src/policy/indexed-files.ts";
import { columnWeights, type FileMatch } from "../../src/policy/rank-context.ts";
import { partsOfName } from "../../src/policy/search-terms.ts";
import { integer, json, text } from "../connection/columns.ts";
import { tokenizer } from "../connection/full-text.ts";
import { Sql } from "../connection/sql.ts";
import { fileViewSchema } from "./file-view.ts";
import { isDamaged, openScratchFile, removeScratchFile } from "./scratch-file.ts";

/** A file as one of its contents has it. */
export interface FileKey {
  readonly path: string;
  readonly blob: string;
}

/** What is to be searched of a file; `why`: why it is not. */
export interface FileText extends FileKey {
  readonly text: string;
  readonly symbols: readonly string[];
  readonly why: LeftOut | null;
}

/** The files of one commit as they stand in the index. */
export interface FileView {
  /** By their ids in the index. */
  readonly churn: ReadonlyMap<number, number>;
  /** How many files of the commit are not searched, by why. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Raised when what is written of a file changes: what was written before is dropped. */
const version = 1;
const waitMs = 5_000;
const keptViews = 8;
const keptSymbols = 60;
const dayMs = 86_400_000;
const keptMs = 30 * dayMs;
/** What another process has just written may belong to a view that it has not written yet. */
const youngMs = 600_000;
const removedAtOnce = 100;

const schema = `
  CREATE TABLE IF NOT EXISTS index_repository (n INTEGER PRIMARY KEY, repository TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS index_file (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER NOT NULL, path TEXT NOT NULL, blob TEXT NOT NULL,
    symbols TEXT NOT NULL, why TEXT, at INTEGER NOT NULL, UNIQUE (n, path, blob));
  CREATE TABLE IF NOT EXISTS index_view (n INTEGER NOT NULL, commit_id TEXT NOT NULL, view TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (n, commit_id));`;

/**
 * What the files of one repository say, for searching: a row for each content a file has in one of the last commits that were asked for. Several
 * repositories and processes share the file it lies in, and each repository has a table of texts of its own, so that a word is as rare as it is
 * there. It is made from the repository and may be lost. `path`: a file, or ":memory:".
 */
export class FileIndex {
  readonly #db: Database.Database;
  readonly #sql: Sql;
  readonly #now: () => number;
  readonly #repository: string;
  #n = 0;

  constructor(options: { readonly path: string; readonly repository: string; readonly now: () => number }) {
    this.#db = openScratchFile(options.path, waitMs);
    this.#sql = new Sql(this.#db);
    this.#now = options.now;
    this.#repository = options.repository;
    try {
      this.#begin();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** Null: nobody has asked for this commit lately. */
  view(commit: string): FileView | null {
    const row = this.#sql.get("SELECT view FROM index_view WHERE n = ? AND commit_id = ?", this.#n, commit);
    if (row === null) return null;
    const { files, leftOut } = json(row, "view", (value) => fileViewSchema.parse(value));
    return { churn: new Map(files), leftOut };
  }

  /** Those of the files that it does not have. */
  missing<F extends FileKey>(files: readonly F[]): readonly F[] {
    const known = this.#known();
    return files.filter((file) => !known.has(keyOf(file)));
  }

  /** Writes some, in one transaction; so few at a time that others who write to the same file need not wait long. */
  add(files: readonly FileText[]): void {
    this.#together(() => {
      for (const file of files) {
        const { path, blob, symbols, why } = file;
        const into = "INSERT OR IGNORE INTO index_file (n, path, blob, symbols, why, at) VALUES (?, ?, ?, ?, ?, ?)";
        const kept = symbols.slice(0, keptSymbols).join(" ");
        if (this.#sql.run(into, this.#n, path, blob, kept, why, this.#now()) === 0 || why !== null) continue;
        const values = [inParts(path.split("/")), inParts(symbols), file.text];
        this.#sql.run(
          `INSERT INTO ${this.#texts} (rowid, path, symbols, content) VALUES (last_insert_rowid(), ?, ?, ?)`,
          ...values,
        );
      }
    });
  }

  /** What a commit has, from now on. What none of the last commits has is forgotten. */
  keep(
    commit: string,
    files: readonly FileKey[],
    churn: ReadonlyMap<string, number>,
    leftOut: FileView["leftOut"],
  ): FileView {
    const known = this.#known();
    const left: Record<string, number> = { ...leftOut };
    const found = new Map<number, number>();
    for (const file of files) {
      const row = known.get(keyOf(file));
      if (row === undefined) continue;
      if (row.why === null) found.set(row.id, churn.get(file.path) ?? 0);
      else left[row.why] = (left[row.why] ?? 0) + 1;
    }
    const view = JSON.stringify({ files: [...found], leftOut: left });
    this.#together(() => {
      const into = "INSERT OR REPLACE INTO index_view (n, commit_id, view, at) VALUES (?, ?, ?, ?)";
      this.#sql.run(into, this.#n, commit, view, this.#now());
      this.#sql.run("UPDATE index_repository SET at = ? WHERE n = ?", this.#now(), this.#n);
    });
    this.#forget();
    return { churn: found, leftOut: left };
  }

  /** The files of a view that say what is looked for, the best first. */
  search(match: string, view: FileView, most: number): readonly (FileMatch & { readonly id: number })[] {
    const rows = this.#sql.all(
      `SELECT rowid AS id, bm25(${this.#texts}, ${columnWeights.join(", ")}) AS rank FROM ${this.#texts} WHERE ${this.#texts} MATCH ? ORDER BY rank, rowid`,
      match,
    );
    const found = rows.filter((row) => view.churn.has(integer(row, "id"))).slice(0, most);
    return found.map((row) => ({
      id: integer(row, "id"),
      path: this.file(integer(row, "id")).path,
      text: -integer(row, "rank"),
    }));
  }

  file(id: number): { readonly path: string; readonly symbols: readonly string[] } {
    const row = this.#sql.get("SELECT path, symbols FROM index_file WHERE id = ?", id);
    if (row === null) return { path: "", symbols: [] };
    return {
      path: text(row, "path"),
      symbols: text(row, "symbols")
        .split(" ")
        .filter((one) => one !== ""),
    };
  }

  /** Begins anew after a damage. Throws where even that does not go. */
  remake(): void {
    const tables = this.#sql.column(
      "SELECT name FROM sqlite_schema WHERE name GLOB 'file_text_[0-9]*' AND sql LIKE 'CREATE VIRTUAL%'",
    );
    this.#together(() => {
      for (const table of [...tables, "index_view", "index_file", "index_repository"])
        this.#db.exec(`DROP TABLE IF EXISTS ${String(table)}`);
    });
    this.#n = this.#prepare();
  }

  close(): void {
    this.#db.close();
  }

  get #texts(): string {
    return `file_text_${this.#n}`;
  }

  /** Tables of these names that are not as written here hold nothing of use. */
  #begin(): void {
    try {
      this.#n = this.#prepare();
    } catch (error) {
      if (!isIndexDamaged(error)) throw error;
      this.remake();
    }
  }

  #prepare(): number {
    return this.#together(() => {
      this.#db.exec(schema);
      for (const row of this.#sql.all("SELECT n, repository, version, at FROM index_repository")) {
        const isOurs = text(row, "repository") === this.#repository;
        if (integer(row, "version") === version && (isOurs || integer(row, "at") > this.#now() - keptMs)) continue;
        this.#drop(integer(row, "n"));
      }
      const into = "INSERT OR IGNORE INTO index_repository (repository, version, at) VALUES (?, ?, ?)";
      this.#sql.run(into, this.#repository, version, this.#now());
      const n = Number(this.#sql.value("SELECT n FROM index_repository WHERE repository = ?", this.#repository));
      this.#db.exec(
        `CREATE VIRTUAL TABLE IF NOT EXISTS file_text_${n} USING fts5(path, symbols, content, content='', contentless_delete=1, tokenize='${tokenizer}')`,
      );
      return n;
    });
  }

  #drop(n: number): void {
    this.#db.exec(`DROP TABLE IF EXISTS file_text_${n}`);
    for (const table of ["index_view", "index_file", "index_repository"])
      this.#sql.run(`DELETE FROM ${table} WHERE n = ?`, n);
  }

  #known(): ReadonlyMap<string, { readonly id: number; readonly why: LeftOut | null }> {
    const rows = this.#sql.all("SELECT id, path, blob, why FROM index_file WHERE n = ?", this.#n);
    return new Map(
      rows.map((row) => {
        const why = row["why"];
        const key = keyOf({ path: text(row, "path"), blob: text(row, "blob") });
        return [key, { id: integer(row, "id"), why: isLeftOut(why) ? why : null }];
      }),
    );
  }

  #forget(): void {
    const older = "SELECT commit_id FROM index_view WHERE n = ? ORDER BY at DESC, rowid DESC LIMIT -1 OFFSET ?";
    this.#sql.run(`DELETE FROM index_view WHERE n = ? AND commit_id IN (${older})`, this.#n, this.#n, keptViews);
    const commits = this.#sql.column("SELECT commit_id FROM index_view WHERE n = ?", this.#n);
    const used = new Set(commits.flatMap((commit) => [...(this.view(String(commit))?.churn.keys() ?? [])]));
    const old = "SELECT id FROM index_file WHERE n = ? AND why IS NULL AND at < ?";
    const ids = this.#sql.column(old, this.#n, this.#now() - youngMs).map(Number);
    const unused = ids.filter((id) => !used.has(id));
    // Those that are not searched stand in no view: whether one still belongs to the repository it is read again for.
    this.#sql.run("DELETE FROM index_file WHERE n = ? AND why IS NOT NULL AND at < ?", this.#n, this.#now() - keptMs);
    for (let at = 0; at < unused.length; at += removedAtOnce)
      this.#together(() => {
        for (const id of unused.slice(at, at + removedAtOnce)) {
          this.#sql.run(`DELETE FROM ${this.#texts} WHERE rowid = ?`, id);
          this.#sql.run("DELETE FROM index_file WHERE id = ?", id);
        }
      });
  }

  #together<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }
}

/** The index was damaged, or its tables are gone or others: what it held is lost, and what it is made from is not. */
export const isIndexDamaged = (error: unknown): boolean =>
  isDamaged(error) || (error instanceof Database.SqliteError && error.code === "SQLITE_ERROR");

type Opened = ConstructorParameters<typeof FileIndex>[0];

/** The file of an index that cannot be made anew in it is made anew itself, and what else lay in it is lost. */
export function openAnew(options: Opened): FileIndex {
  removeScratchFile(options.path);
  return new FileIndex(options);
}

/** As it is, or anew where it is damaged. */
export function openFileIndex(options: Opened): FileIndex {
  try {
    return new FileIndex(options);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return openAnew(options);
  }
}

const keyOf = ({ path, blob }: FileKey): string => `${blob} ${path}`;

/** Names, and those of several words also in their parts. */
const inParts = (names: readonly string[]): string =>
  names
    .flatMap((name) => {
      const parts = name.split(/[^\p{L}\p{N}_]+/u).flatMap(partsOfName);
      return parts.length > 1 ? [name, ...parts] : [name];
    })
    .join(" ");
