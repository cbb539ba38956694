import Database from "better-sqlite3";

/** What the connections of this process ran, from now until it is stopped. Questions of SQLite itself (PRAGMA) aside. */
export interface StatementCount {
  readonly statements: ReadonlyMap<string, number>;
  /** Of transactions that were begun to write. */
  readonly commits: number;
  stop(): void;
}

/** Counts each statement that is run. Statements are wrapped as they are prepared, so it begins before a ledger is opened. */
export function countStatements(): StatementCount {
  const statements = new Map<string, number>();
  const writing = new WeakSet<object>();
  let commits = 0;
  const ran = (database: object, text: string): void => {
    if (text.startsWith("PRAGMA")) return;
    statements.set(text, (statements.get(text) ?? 0) + 1);
    if (text === "BEGIN IMMEDIATE") writing.add(database);
    if (text === "COMMIT" && writing.has(database)) commits += 1;
    if (text === "COMMIT" || text === "ROLLBACK") writing.delete(database);
  };
  const stop = around(Database.prototype, "prepare", (database, [text], usual) => {
    const statement = usual();
    if (typeof statement !== "object" || statement === null || typeof text !== "string") return statement;
    for (const name of ["run", "get", "all"])
      around(statement, name, (_statement, _values, run) => {
        ran(database, text);
        return run();
      });
    return statement;
  });
  return {
    statements,
    get commits() {
      return commits;
    },
    stop,
  };
}

/** Puts `call` in the place of a method, and returns what puts the usual one back. */
function around(
  target: object,
  name: string,
  call: (self: object, values: readonly unknown[], usual: () => unknown) => unknown,
): () => void {
  const usual: unknown = Reflect.get(target, name);
  if (typeof usual !== "function") throw new Error(`there is no ${name}`);
  const value = function between(this: object, ...values: unknown[]): unknown {
    return call(this, values, () => Reflect.apply(usual, this, values));
  };
  const put = (method: unknown): void =>
    void Object.defineProperty(target, name, { value: method, configurable: true, writable: true, enumerable: true });
  put(value);
  return () => put(usual);
}
