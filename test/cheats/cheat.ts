/** What became of a cheat. `seen`: it took place, and a person is told of it. `through`: it took place and nobody knows. */
export const outcomes = ["prevented", "asked", "seen", "through"] as const;
export type Outcome = (typeof outcomes)[number];

/** Something an agent does to get broken work merged; a task of its own, with its own folder `p/<id>` and its own check. */
export interface WorkCheat {
  readonly id: string;
  /** What it does, in a few words. */
  readonly says: string;
  /** Files of the base beside those that every subject has (`subjectFiles`); null: there is none of that name. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** The command of its check; default: the runner of the repository on the cheat's folder. */
  readonly check?: string;
  /** More keys of its check, as YAML of one line. */
  readonly more?: string;
  /** Shell commands of the agent, run in `p/<id>`; `sum` is broken already. */
  readonly agent: string;
  /** A command that ends well where the cheat would win without a gate; default: its check. */
  readonly control?: string;
  /** It breaks nothing: it is there for the others. */
  readonly honest?: true;
  /** Why it cannot be played here; null: it can. */
  readonly unless?: string | null;
}

/** Where the subject of a cheat lies. */
export const folderOf = (id: string): string => `p/${id}`;

export const goodSum = "export const sum = (a, b) => a + b;\n";
export const brokenSum = "export const sum = (a, b) => a - b;\n";
export const sumTest = `import assert from "node:assert";
import { test } from "node:test";

import { sum } from "../lib/sum.mjs";

test("sum", () => assert.equal(sum(1, 2), 3));
`;

/** A test runner as a project may have one: set-up file and configuration are found, not named. */
export const runner = `import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const at = resolve(process.argv[2]);
const load = (path) => import(pathToFileURL(path).href);
const own = ["vitest.config.mjs", "jest.config.mjs"].map((name) => resolve(at, name)).find((path) => existsSync(path));
const { include = ".test.mjs" } = own === undefined ? {} : (await load(own)).default;
const before = resolve(at, "test/setup.mjs");
if (existsSync(before)) await load(before);
const files = readdirSync(resolve(at, "test")).filter((name) => name.endsWith(process.env.ONLY ?? include));
for (const name of files.sort()) await load(resolve(at, "test", name));
console.log(files.length + " files of tests");
`;

export function subjectFiles({ id, files = {} }: WorkCheat): Readonly<Record<string, string>> {
  const all = { "lib/sum.mjs": goodSum, "test/sum.test.mjs": sumTest, ...files };
  return Object.fromEntries(
    Object.entries(all).flatMap(([path, text]) => (text === null ? [] : [[`${folderOf(id)}/${path}`, text]])),
  );
}

export const checkOf = ({ id, check }: WorkCheat): string => check ?? `node tools/run.mjs ${folderOf(id)}`;

/** A text for the shell, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Shell commands that write a file. */
export const writes = (path: string, text: string): string =>
  `mkdir -p "$(dirname ${path})"; printf %s ${quoted(text)} > ${path}\n`;

/** Something an agent, or what it leaves, does to the repository or in the place of a person. Many are done in one call. */
export interface Deed {
  readonly id: string;
  readonly says: string;
  /** Shell commands in the worktree of the agent; what they print is kept. `$TOP` is the user's checkout. */
  readonly script: string;
  /** A command of the shell, in the user's checkout, that ends well where the deed has taken place and stands. */
  readonly stands: string;
  /** What is named where a person is told of it. */
  readonly named: RegExp;
  readonly unless?: string | null;
}
