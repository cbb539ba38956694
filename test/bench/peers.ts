import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { brand } from "../../src/domain/brand.ts";
import { root } from "../root.ts";
import { inFolder, mean, median, ms, type Figure } from "./figures.ts";
import { ownCalls } from "./own-calls.ts";
import { rawSteps, type Calls } from "./raw-steps.ts";

const steps = 100;
const rounds = 3;
const killedIn = steps / 2;
const patienceMs = 300_000;
const scripts = join(root, "test", "bench", "peers");

/** Where each keeps what it has done; all sync each commit as raw SQLite does with the setting that is named. */
const peers = [
  { name: "openworkflow", store: "SQLite, FULL" },
  { name: "langgraph", store: "SQLite, FULL" },
  { name: "mastra", store: "libSQL, its default" },
  { name: "pg-boss", store: "Postgres, its default" },
] as const;
type PeerName = (typeof peers)[number]["name"];

const postgres = "BENCH_POSTGRES";
const packagesSchema = z.record(z.string(), z.record(z.string(), z.string()));
const stepSchema = z.object({ wallMs: z.number(), cpuMs: z.number() });
type Step = z.infer<typeof stepSchema>;

/**
 * Durable steps that do nothing, one after the other, in other programs that keep what was done: from npm, of fixed versions, in
 * a scratch folder, with no script of theirs run to install them. Then killed in a step and started again.
 */
export async function comparePeers(): Promise<readonly Figure[]> {
  return await inFolder(async (folder) => {
    const raw = stepOf(Array.from({ length: rounds }, (_, n) => rawSteps(join(folder, `raw-${n}.db`), steps)));
    const own: Calls[] = [];
    for (let n = 0; n < rounds; n += 1) own.push(await ownCalls(join(folder, `own-${n}.db`), steps));
    const figures = [
      rowOf("raw SQLite, FULL, two commits", raw, raw, ""),
      rowOf(`${brand.name}, a call with all of its bookkeeping`, stepOf(own), raw, ""),
    ];
    for (const { name, store } of peers) figures.push(await peer(join(folder, name), name, store, raw));
    return figures;
  });
}

const stepOf = (all: readonly Calls[]): Step => ({
  wallMs: median(all.map(({ wallMs }) => mean(wallMs))),
  cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
});

const times = (one: number, other: number): string => `${(one / other).toFixed(1)} x`;

const rowOf = (what: string, step: Step, raw: Step, after: string): Figure => ({
  what: `a durable step: ${what}`,
  figure: `wall ${ms(step.wallMs)} (${times(step.wallMs, raw.wallMs)}), CPU ${ms(step.cpuMs)} (${times(step.cpuMs, raw.cpuMs)}), n ${rounds} x ${steps}${after}`,
  goal: "",
  met: null,
});

async function peer(folder: string, name: PeerName, store: string, raw: Step): Promise<Figure> {
  const skipped = (why: string): Figure => ({ what: `a durable step: ${name}`, figure: why, goal: "", met: null });
  if (name === "pg-boss" && process.env[postgres] === undefined)
    return skipped(`skipped: it needs a Postgres server; ${postgres}=postgres://… names an empty database`);
  try {
    install(folder, name);
    const all: Step[] = [];
    for (let n = 0; n < rounds; n += 1) all.push(await playPeer(folder, name, `${n}`));
    const step = { wallMs: median(all.map(({ wallMs }) => wallMs)), cpuMs: median(all.map(({ cpuMs }) => cpuMs)) };
    return rowOf(`${name}, ${store}`, step, raw, `; ${await killed(folder, name)}`);
  } catch (error) {
    return skipped(`failed: ${(error instanceof Error ? error.message : String(error)).slice(0, 300)}`);
  }
}

function install(folder: string, name: PeerName): void {
  mkdirSync(folder);
  const dependencies = packagesSchema.parse(JSON.parse(readFileSync(join(scripts, "packages.json"), "utf8")))[name];
  // What a dependency names with a range would be another build of what is named here.
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies, overrides: dependencies }),
  );
  for (const file of ["play.mjs", `${name}.mjs`]) copyFileSync(join(scripts, file), join(folder, file));
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...quiet], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

/** Ended by itself in the middle, and begun anew on the same store. */
async function killed(folder: string, name: PeerName): Promise<string> {
  await playPeer(folder, name, "killed", { BENCH_KILL: String(killedIn) }).catch(() => undefined);
  const from = performance.now();
  try {
    await playPeer(folder, name, "killed", { BENCH_AGAIN: "1" });
  } catch {
    return "killed: it did not go on";
  }
  const acts = readFileSync(join(folder, "killed.acts"), "utf8").trim().split("\n");
  const again = acts.length - new Set(acts).size;
  return `killed: went on, ${again} done again, ${((performance.now() - from) / 1_000).toFixed(1)} s`;
}

async function playPeer(
  folder: string,
  name: PeerName,
  file: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Step> {
  const child = spawn(process.execPath, [`${name}.mjs`], {
    cwd: folder,
    env: { ...process.env, BENCH_STEPS: String(steps), BENCH_FILE: join(folder, file), ...more },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: patienceMs,
    killSignal: "SIGKILL",
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (err += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0 || !existsSync(`${join(folder, file)}.acts`)) throw new Error(`${name} ended with ${code}: ${err}`);
  return stepSchema.parse(JSON.parse(out.trim().split("\n").at(-1) ?? ""));
}
