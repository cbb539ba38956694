import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { giveToken } from "../token.ts";

/** A folder with a repository and the home of its user; what `atHand` makes looks the same. */
export interface Place {
  readonly folder: string;
  readonly top: string;
  readonly home: string;
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
}

export function placeIn(folder: string): Place {
  const home = join(folder, "home");
  const state = join(home, "state");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    TZ: "UTC",
    GANDY_HOME: state,
    GANDY_TOKEN: giveToken(state),
  };
  return { folder, top: join(folder, "repository"), home, state, env };
}

export function gitIn(place: Pick<Place, "top">, ...args: readonly string[]): string {
  const who = ["-c", "user.name=anna", "-c", "user.email=anna@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, ...args], {
    cwd: place.top,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: place.top, GIT_CONFIG_NOSYSTEM: "1" },
    maxBuffer: 64 * 1024 * 1024,
  });
}
