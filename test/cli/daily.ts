import { join } from "node:path";

import type { EventType } from "../../src/domain/events.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import type { Hand } from "./at-hand.ts";
import { played } from "./played.ts";

/** A project whose backlog is no part of it, so that it changes without a commit. */
export function untracked(...given: Parameters<typeof played>): Hand {
  const hand = played(...given);
  hand.git("rm", "--quiet", "--cached", "tasks.yaml");
  hand.git("commit", "--quiet", "-m", "no backlog");
  return hand;
}

/** Rules of a scenario by which a task writes one file. */
export const edits = (files: Readonly<Record<string, readonly [path: string, text: string]>>): string =>
  Object.entries(files)
    .map(
      ([id, [path, text]]) =>
        `  - on: {role: implementer, task: ${id}}\n    edits:\n      - {path: ${path}, write: ${JSON.stringify(text)}}\n`,
    )
    .join("");

export const tip = (hand: Hand, ref: string): string => hand.git("rev-parse", "--verify", ref).trim();

/** Whether a branch has a file. */
export const has = (hand: Hand, branch: string, path: string): boolean =>
  hand.git("ls-tree", "-r", "--name-only", branch).split("\n").includes(path);

/** A person's commit where they stand. */
export function commit(hand: Hand, path: string, text: string): string {
  hand.write(path, text);
  hand.git("add", path);
  hand.git("commit", "--quiet", "-m", `by hand: ${path}`);
  return tip(hand, "HEAD");
}

/** The ledger of somebody's home, open while `work` lasts. */
export async function inLedger<T>(hand: Hand, work: (ledger: OpenLedger) => Promise<T>): Promise<T> {
  const ledger = openLedger({
    path: join(hand.home, "state", "ledger.db"),
    mode: "client",
    clock: systemClock,
    random: Math.random,
    owed: () => null,
    onFollowerError: () => undefined,
  });
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}

/** What all events of a type say, of all runs. */
export const dataOf = (hand: Hand, type: EventType): Promise<readonly unknown[]> =>
  inLedger(hand, async (ledger) => (await ledger.log.since(0, { types: [type] })).map(({ data }) => data));
