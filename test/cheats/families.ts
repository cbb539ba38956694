import { createServer } from "node:net";

import { findSandbox } from "../../src/processes/find-sandbox.ts";
import { behindDeeds, checkoutDeeds } from "./behind-deeds.ts";
import { playClones } from "./clones.ts";
import { playDeeds } from "./deeds.ts";
import { gateCheats } from "./gate-cheats.ts";
import { honestChanges } from "./honest-changes.ts";
import { personDeeds } from "./person-deeds.ts";
import { dependencyCheats, proofCheats, proofFiles, proofSetup } from "./proof-cheats.ts";
import { playChanges, playCheats, type Played } from "./work.ts";

/** The wall around what agents and checks run. */
export type Wall = "off" | "require";

export interface Family {
  readonly name: string;
  readonly says: string;
  readonly play: (wall: Wall) => Promise<Played>;
}

/** Why it cannot be played so here; null: it can. */
export async function wallHere(wall: Wall): Promise<string | null> {
  if (wall === "off") return null;
  const found = await findSandbox({ mode: wall, network: "on" }, process.env["PATH"]);
  return found.kind === "none" ? found.why : null;
}

const settingsOf = (wall: Wall): string => `sandbox: ${wall}\n`;

/** A port that nobody uses now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export const families: readonly Family[] = [
  {
    name: "gate",
    says: "an agent changes what judges its work",
    play: (wall) => playCheats({ cheats: gateCheats, settings: settingsOf(wall) }),
  },
  {
    name: "proof",
    says: "an agent changes what a check needs and no commit holds",
    play: async (wall) =>
      playCheats({
        cheats: proofCheats([await freePort(), await freePort(), await freePort()]),
        files: proofFiles,
        settings: settingsOf(wall),
        setup: proofSetup,
      }),
  },
  {
    name: "base",
    says: "an agent breaks what no check can test",
    play: (wall) => playCheats({ cheats: dependencyCheats, settings: settingsOf(wall) }),
  },
  {
    name: "person",
    says: "an agent decides what is for a person to decide",
    play: (wall) =>
      playDeeds({ task: "person", victims: ["victim", "stake"], deeds: personDeeds, settings: settingsOf(wall) }),
  },
  {
    name: "behind",
    says: "an agent changes what all share while nobody looks",
    play: (wall) =>
      playDeeds({
        task: "behind",
        victims: ["other"],
        before: checkoutDeeds,
        deeds: behindDeeds,
        settings: settingsOf(wall),
      }),
  },
  {
    name: "clone",
    says: "a clone starts or sends what nobody has said yes to",
    play: (wall) => playClones(settingsOf(wall)),
  },
];

/** Every n-th of the honest changes. */
export const playHonest = (wall: Wall, every = 1): Promise<Played> =>
  playChanges({ cheats: honestChanges.filter((_, n) => n % every === 0), settings: settingsOf(wall) });
