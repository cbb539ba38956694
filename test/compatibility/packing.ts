import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import Database from "better-sqlite3";
import { z } from "zod";

import { gitIn, placeIn, type Place } from "./place.ts";

/** Stands in all that is kept for the folder of repository and home. */
export const placeholder = "{{PLACE}}";

/** What a fixture consists of. */
export const parts = {
  /** The ledger as SQL, a statement a line as far as its texts have no lines of their own. */
  ledger: "ledger.sql.gz",
  /** Everything else that is no object of git. */
  files: "files.json.gz",
  repository: "repository.bundle",
} as const;

const fileSchema = z.object({
  path: z.string(),
  kind: z.enum(["text", "base64", "pipe", "link"]),
  mode: z.int(),
  data: z.string(),
});
const filesSchema = z.object({ config: z.record(z.string(), z.string()), files: z.array(fileSchema) });
type PackedFile = z.infer<typeof fileSchema>;

/** The settings of git by which a repository is known again. */
const kept = /^gandy\./;

/** Text by text: this machine's own words to those that are kept. */
export type Wording = readonly (readonly [string, string])[];

export function pack(place: Place, into: string, wording: Wording): void {
  const say = (text: string): string =>
    [[place.folder, placeholder] as const, ...wording].reduce((said, [from, to]) => said.replaceAll(from, to), text);
  mkdirSync(into, { recursive: true });
  const ledger = new Database(join(place.state, "ledger.db"));
  writeFileSync(join(into, parts.ledger), zipped(say(dump(ledger))));
  ledger.close();
  const files = [
    ...filesIn(place.folder, "repository", (path) => path !== "repository/.git"),
    ...filesIn(place.folder, "repository/.git/worktrees", () => true),
    ...filesIn(place.folder, "home", (path) => !/^home\/(wait|state\/(ledger|scratch)\.db.*)$/.test(path)),
  ];
  const said = files.map((file) => (file.kind === "base64" ? file : { ...file, data: say(file.data) }));
  writeFileSync(join(into, parts.files), zipped(`${JSON.stringify({ config: configOf(place, say), files: said })}\n`));
  gitIn(place, "bundle", "create", "--quiet", join(into, parts.repository), "--all");
}

/** The place as it was, in another folder. */
export function restore(from: string, folder: string): Place {
  const place = placeIn(folder);
  const said = (file: string): string =>
    gunzipSync(readFileSync(join(from, file)))
      .toString("utf8")
      .replaceAll(placeholder, folder);
  const { config, files } = filesSchema.parse(JSON.parse(said(parts.files)));
  mkdirSync(place.top, { recursive: true });
  gitIn(place, "init", "--quiet");
  const refs = ["+refs/*:refs/*", "--update-head-ok", "--quiet"];
  gitIn(place, "fetch", join(from, parts.repository), ...refs);
  for (const [key, value] of Object.entries(config)) gitIn(place, "config", "--local", key, value);
  gitIn(place, "reset", "--quiet", "--hard");
  for (const file of files) unpack(file, folder);
  const ledger = new Database(join(place.state, "ledger.db"));
  ledger.exec(said(parts.ledger));
  ledger.close();
  chmodSync(join(place.state, "ledger.db"), 0o600);
  return place;
}

/** With the highest level, and the same bytes for the same text. */
const zipped = (text: string): Buffer => gzipSync(text, { level: 9 });

function configOf(place: Place, say: (text: string) => string): Readonly<Record<string, string>> {
  const lines = gitIn(place, "config", "--local", "--list").trim().split("\n");
  const entries = lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
  return Object.fromEntries(entries.filter(([key]) => kept.test(key)).map(([key, value]) => [key, say(value)]));
}

function filesIn(folder: string, path: string, wanted: (path: string) => boolean): readonly PackedFile[] {
  const full = join(folder, path);
  if (!existsSync(full)) return [];
  return readdirSync(full)
    .toSorted()
    .map((name) => `${path}/${name}`)
    .filter(wanted)
    .flatMap((inner) =>
      lstatSync(join(folder, inner)).isDirectory() ? filesIn(folder, inner, wanted) : [packed(folder, inner)],
    );
}

function packed(folder: string, path: string): PackedFile {
  const full = join(folder, path);
  const facts = lstatSync(full);
  const mode = facts.mode & 0o777;
  if (facts.isFIFO()) return { path, kind: "pipe", mode, data: "" };
  if (facts.isSymbolicLink()) return { path, kind: "link", mode, data: readlinkSync(full) };
  const bytes = readFileSync(full);
  const text = bytes.toString("utf8");
  return bytes.equals(Buffer.from(text)) && !text.includes("\0")
    ? { path, kind: "text", mode, data: text }
    : { path, kind: "base64", mode, data: bytes.toString("base64") };
}

function unpack({ path, kind, mode, data }: PackedFile, folder: string): void {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  rmSync(full, { force: true });
  switch (kind) {
    case "text":
      return writeFileSync(full, data, { mode });
    case "base64":
      return writeFileSync(full, Buffer.from(data, "base64"), { mode });
    case "link":
      return symlinkSync(data, full);
    case "pipe":
      execFileSync("mkfifo", ["-m", mode.toString(8), full]);
  }
}

const rowSchema = z.record(z.string(), z.unknown());

/** Every table with its rows, and the header of the file, as statements that make the same in an empty one. */
function dump(ledger: Database.Database): string {
  const rows = (sql: string): readonly Readonly<Record<string, unknown>>[] =>
    ledger
      .prepare(sql)
      .all()
      .map((row) => rowSchema.parse(row));
  const made = rows(
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
  );
  const tables = [...made.filter(({ type }) => type === "table").map(({ name }) => String(name)), "sqlite_sequence"];
  const header = ["application_id", "user_version", "page_size", "auto_vacuum", "encoding"].map(
    (name) => `PRAGMA ${name} = ${JSON.stringify(ledger.pragma(name, { simple: true }))};`,
  );
  const inserts = tables.flatMap((table) => {
    const columns = rows(`PRAGMA table_info(${table})`).map(({ name }) => `"${String(name)}"`);
    const values = columns.map((column) => `quote(${column})`).join(" || ',' || ");
    return rows(`SELECT ${values} AS line FROM ${table}`).map(
      ({ line }) => `INSERT INTO ${table} VALUES (${String(line)});`,
    );
  });
  return [
    ...header,
    `PRAGMA journal_mode = ${String(ledger.pragma("journal_mode", { simple: true }))};`,
    "BEGIN;",
    ...made.filter(({ type }) => type === "table").map(({ sql }) => `${String(sql)};`),
    ...inserts,
    ...made.filter(({ type }) => type !== "table").map(({ sql }) => `${String(sql)};`),
    "COMMIT;",
    "",
  ].join("\n");
}
