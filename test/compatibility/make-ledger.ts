import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

import { z } from "zod";

import { looks, story, type Expected } from "./expected.ts";
import { Middle } from "./middle.ts";
import { pack, placeholder, restore, type Wording } from "./packing.ts";
import { placeIn } from "./place.ts";

/** Makes a fixture by the program as it is now, in the folder that is named: see the README of test/fixtures/ledgers. */
const [named] = process.argv.slice(2);
if (named === undefined) throw new Error("say in which folder");
const into = resolve(named);
if (existsSync(into)) throw new Error(`${into} is there already: a fixture is never made again`);

/** Writes down how the fixture looks to this program when all instants it waits for are over, and how it is to end. */
async function lookBack(from: string, folder: string): Promise<void> {
  const first = lookAt(from, join(folder, "first"));
  // Whatever is to end by itself ends within this; so does what differs from one moment to the next.
  await new Promise((done) => setTimeout(done, 100_000));
  const [second, third] = [lookAt(from, join(folder, "second")), lookAt(from, join(folder, "third"))];
  if (JSON.stringify(first.log) !== JSON.stringify(third.log)) throw new Error("looking changes the log");
  const expected: Expected = { before: common(second.before, third.before), log: third.log, ...story };
  writeFileSync(join(from, "expected.json"), `${JSON.stringify(expected, null, 1)}\n`);
}

function lookAt(from: string, folder: string): Pick<Expected, "before" | "log"> {
  const place = restore(from, folder);
  const seen = new Middle(place);
  const say = (...argv: readonly string[]): string => seen.say(...argv).replaceAll(place.folder, placeholder);
  const before = Object.fromEntries(looks.map((look) => [look, z.json().parse(JSON.parse(say(look, "--json")))]));
  const log: Record<string, number> = {};
  for (const line of say("log", "--json").trim().split("\n")) {
    const { type } = z.object({ type: z.string() }).parse(JSON.parse(line));
    log[type] = (log[type] ?? 0) + 1;
  }
  return { before, log };
}

type Json = z.infer<ReturnType<typeof z.json>>;

/** What is equal in both, however deep. */
function common(a: Readonly<Record<string, Json>>, b: Readonly<Record<string, Json>>): Record<string, Json> {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(a)) {
    const other = b[key];
    if (other === undefined) continue;
    if (isMap(value) && isMap(other)) kept[key] = common(value, other);
    else if (Array.isArray(value) && Array.isArray(other) && value.length === other.length)
      kept[key] = value.map((one, index) => commonItem(one, other[index] ?? null));
    else if (JSON.stringify(value) === JSON.stringify(other)) kept[key] = value;
  }
  return kept;
}

const commonItem = (one: Json, other: Json): Json => (isMap(one) && isMap(other) ? common(one, other) : one);

const isMap = (value: Json): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Names of this machine and its user, which are nobody's business. */
function wording(): Wording {
  const line = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8").trim() : "");
  const ids = ["/etc/machine-id", "/proc/sys/kernel/random/boot_id"].map(line).filter((id) => id !== "");
  return [
    ...ids.map((id) => [id, id.replaceAll(/[\da-f]/g, "0")] as const),
    [`${userInfo().username} via `, "anna via "],
  ];
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), "ledger-")));
const made = join(folder, "made");
const middle = new Middle(placeIn(made));
try {
  mkdirSync(made, { recursive: true });
  middle.begin();
  await middle.go();
  pack(placeIn(made), into, wording());
  await lookBack(into, folder);
} catch (error) {
  rmSync(into, { recursive: true, force: true });
  throw error;
} finally {
  middle.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
