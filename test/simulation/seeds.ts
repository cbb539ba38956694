import { simulate, type Simulated } from "./simulate.ts";

const usualCount = 120;
const lastEvents = 40;

/** The seeds of one part of several that run side by side: SEED alone, or SEEDS of them beginning with FROM. */
export function seedsOf(part: number, parts: number, environment: NodeJS.ProcessEnv): readonly string[] {
  const { SEED, SEEDS, FROM } = environment;
  if (SEED !== undefined) return part === 0 ? [SEED] : [];
  const from = Number(FROM ?? 1);
  const all = Array.from({ length: Number(SEEDS ?? usualCount) }, (_, n) => from + n);
  return all.filter((_, n) => n % parts === part).map(String);
}

export interface Played {
  readonly seeds: number;
  readonly commits: number;
  readonly crashes: number;
  /** A report of each seed that went wrong, with the command that plays it again. */
  readonly failures: readonly string[];
}

export async function playSeeds(seeds: readonly string[]): Promise<Played> {
  const failures: string[] = [];
  let [commits, crashes] = [0, 0];
  for (const seed of seeds) {
    const played = await simulate(seed);
    commits += played.host.commits;
    crashes += played.worlds.flatMap(({ lives }) => lives).filter(({ life }) => life.state === "dead").length;
    if (played.violations.length > 0) failures.push(await reportOf(played));
    played.host.ledger.close();
  }
  return { seeds: seeds.length, commits, crashes, failures };
}

async function reportOf({ seed, violations, host }: Simulated): Promise<string> {
  const head = await host.ledger.log.head();
  const events = await host.ledger.log.since(Math.max(0, head - lastEvents));
  const told = events.map(({ pos, at, type, repository, task, data }) => {
    const text = JSON.stringify(data);
    return `  ${pos} +${at - host.startMs} ms ${repository ?? "-"} ${task ?? "-"} ${type} ${text.length > 200 ? `${text.slice(0, 200)}...` : text}`;
  });
  return [
    `seed ${seed}: ${violations.slice(0, 5).join("\n  ")}`,
    ...told,
    `play it again: SEED=${seed} npx vitest run test/simulation`,
  ].join("\n");
}
