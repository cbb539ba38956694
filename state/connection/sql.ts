import type Database from "better-sqlite3";

import { assert } from "../../src/domain/assert.ts";
import { isRow, type Row } from "./columns.ts";

export type Value = string | number | null;

/** Statements of one connection, each prepared once. SQL text is the key, so it is never built from data. */
export class Sql {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement<Value[]>>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** Returns the number of rows changed. */
  run(text: string, ...values: Value[]): number {
    return this.#statement(text).run(...values).changes;
  }

  /** Runs a statement that must change exactly one row; `what` says what it would mean if it did not. */
  one(what: string, text: string, ...values: Value[]): void {
    assert(this.run(text, ...values) === 1, what);
  }

  get(text: string, ...values: Value[]): Row | null {
    const row = this.#statement(text).get(...values);
    return isRow(row) ? row : null;
  }

  all(text: string, ...values: Value[]): readonly Row[] {
    return this.#statement(text)
      .all(...values)
      .filter((row) => isRow(row));
  }

  /** First column of the first row; null: no row. */
  value(text: string, ...values: Value[]): unknown {
    return this.#plucking(text).get(...values) ?? null;
  }

  /** First column of all rows. */
  column(text: string, ...values: Value[]): readonly unknown[] {
    return this.#plucking(text).all(...values);
  }

  #statement(text: string): Database.Statement<Value[]> {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#db.prepare<Value[]>(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  #plucking(text: string): Database.Statement<Value[]> {
    const key = `pluck ${text}`;
    let statement = this.#statements.get(key);
    if (statement === undefined) {
      statement = this.#db.prepare<Value[]>(text).pluck();
      this.#statements.set(key, statement);
    }
    return statement;
  }
}
