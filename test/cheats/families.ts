import { createServer } from "node:net";

import { behindDeeds, checkoutDeeds } from "./behind-deeds.ts";
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
export const wallHere = (wall: Wall): Promise<string | null> =>
  Promise.resolve(wall === "off" ? null : "there is no sandbox in this version");

const settingsOf = (_wall: Wall): string => "";

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
    says: "changes what judges its work",
    play: (wall) => playCheats({ cheats: gateCheats, settings: settingsOf(wall) }),
  },
  {
    name: "proof",
    says: "changes what a check needs and no commit holds",
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
    says: "breaks what no check can test",
    play: (wall) => playCheats({ cheats: dependencyCheats, settings: settingsOf(wall) }),
  },
  {
    name: "person",
    says: "decides what is for a person to decide",
    play: (wall) =>
      playDeeds({ task: "person", victims: ["victim", "stake"], deeds: personDeeds, settings: settingsOf(wall) }),
  },
  {
    name: "behind",
    says: "changes what all share while nobody looks",
    play: (wall) =>
      playDeeds({
        task: "behind",
        victims: ["other"],
        before: checkoutDeeds,
        deeds: behindDeeds,
        settings: settingsOf(wall),
      }),
  },
];

export const playHonest = (wall: Wall): Promise<Played> =>
  playChanges({ cheats: honestChanges, settings: settingsOf(wall) });
